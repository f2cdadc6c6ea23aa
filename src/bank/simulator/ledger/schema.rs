//! The ledger's tables. One file of its own, made on first use; nothing here is shared with the relay's database.

/// Made one by one, each only where it is missing.
pub(super) const TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS accounts (
        id              INTEGER PRIMARY KEY,
        bank_code       TEXT    NOT NULL,
        number          TEXT    NOT NULL,
        holder          TEXT    NOT NULL,
        balance_won     INTEGER NOT NULL CHECK (balance_won >= 0),
        register_number TEXT    UNIQUE,
        fin_account     TEXT    UNIQUE,
        linked_on       TEXT,
        checks_left     INTEGER NOT NULL DEFAULT 0,
        UNIQUE (bank_code, number)
    ) STRICT",
    "CREATE INDEX IF NOT EXISTS accounts_by_number ON accounts (number)",
    "CREATE TABLE IF NOT EXISTS calls (
        id          INTEGER PRIMARY KEY,
        api         TEXT    NOT NULL,
        institution TEXT    NOT NULL,
        date        TEXT    NOT NULL,
        trace       TEXT    NOT NULL,
        at_ms       INTEGER NOT NULL,
        moves_money INTEGER NOT NULL,
        duplicate   INTEGER NOT NULL,
        account_id  INTEGER,
        amount_won  INTEGER,
        memo        TEXT,
        answer      TEXT    NOT NULL
    ) STRICT",
    // The rule of the trace number, kept by the database: once per institution, service and day.
    "CREATE UNIQUE INDEX IF NOT EXISTS calls_first_of_trace ON calls (trace, date, institution) WHERE duplicate = 0",
    "CREATE INDEX IF NOT EXISTS calls_by_trace ON calls (trace, date, institution)",
    "CREATE TABLE IF NOT EXISTS transactions (
        id               INTEGER PRIMARY KEY,
        account_id       INTEGER NOT NULL,
        institution      TEXT    NOT NULL,
        date             TEXT    NOT NULL,
        trace            TEXT    NOT NULL,
        api              TEXT    NOT NULL,
        direction        TEXT    NOT NULL CHECK (direction IN ('in', 'out')),
        asked_won        INTEGER NOT NULL,
        moved_won        INTEGER NOT NULL,
        balance_after    INTEGER NOT NULL,
        memo             TEXT    NOT NULL,
        code             TEXT    NOT NULL,
        at_ms            INTEGER NOT NULL,
        day              TEXT    NOT NULL,
        cancel_at_ms     INTEGER,
        canceled         INTEGER NOT NULL DEFAULT 0,
        processing_left  INTEGER NOT NULL DEFAULT 0,
        UNIQUE (trace, date, institution)
    ) STRICT",
    "CREATE INDEX IF NOT EXISTS transactions_by_account ON transactions (account_id, day, id)",
    "CREATE INDEX IF NOT EXISTS transactions_to_cancel ON transactions (cancel_at_ms)
        WHERE cancel_at_ms IS NOT NULL AND canceled = 0",
    "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
];

/// Everything that `reset` empties. Accounts stay, with their first balance.
pub(super) const EMPTIED: &[&str] = &["DELETE FROM transactions", "DELETE FROM calls", "DELETE FROM settings"];
