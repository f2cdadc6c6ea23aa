//! As many rows of everything as a shop of some size has, for the plans on a server.

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::app::TestApp;

/// Payments beside which a page of them is little.
const PAYMENTS: usize = 40_000;
pub async fn ask<C: ConnectionTrait>(database: &C, query: &str) -> Vec<sea_orm::QueryResult> {
    let statement = Statement::from_string(DbBackend::MySql, query);
    database.query_all_raw(statement).await.expect("the server answers")
}

/// A table, and what of its only row is other in the copies of it: `original` is the row, `copy.seq` the copy's number.
type Copied = (&'static str, &'static [(&'static str, &'static str)]);

/// The copy's own id, in every table.
const NUMBERED: &str = "UNHEX(LPAD(HEX(copy.seq), 32, '0'))";
const EARLIER: &str = "original.created_at - INTERVAL copy.seq * 5 MINUTE";

/// What grows with a shop's payments.
const COPIED: [Copied; 9] = [
    (
        "transfers",
        &[
            ("id", NUMBERED),
            ("short_code", "CONCAT('S', copy.seq)"),
            ("order_id", "CONCAT('copy-', copy.seq)"),
            ("open_order_key", "NULL"),
            ("created_at", EARLIER),
            ("updated_at", "original.updated_at - INTERVAL copy.seq * 5 MINUTE"),
            // One in twenty failed.
            ("state", "IF(copy.seq % 20, original.state, 'failed')"),
            ("failure_code", "IF(copy.seq % 20, NULL, 'insufficient_balance')"),
        ],
    ),
    (
        "transfer_tags",
        &[
            ("transfer_id", NUMBERED),
            ("accepted_at", "original.accepted_at - INTERVAL copy.seq * 5 MINUTE"),
        ],
    ),
    (
        "transfer_events",
        &[
            ("id", "UNHEX(LPAD(HEX(original.version * 100000 + copy.seq), 32, '0'))"),
            ("transfer_id", NUMBERED),
        ],
    ),
    (
        "partner_events",
        &[
            ("id", NUMBERED),
            ("subject_id", NUMBERED),
            ("group_id", NUMBERED),
            ("seq", "original.seq + copy.seq"),
            ("created_at", EARLIER),
        ],
    ),
    (
        "webhook_deliveries",
        &[
            ("id", NUMBERED),
            ("event_id", NUMBERED),
            ("group_id", NUMBERED),
            ("seq", "original.seq + copy.seq"),
            ("created_at", EARLIER),
        ],
    ),
    ("webhook_attempts", &[("id", NUMBERED), ("delivery_id", NUMBERED)]),
    (
        "mandates",
        &[
            ("id", NUMBERED),
            ("member_id", "NULL"),
            ("account_id", "NULL"),
            ("status", "'revoked'"),
            ("reference", "CONCAT('copy-', copy.seq)"),
            ("created_at", EARLIER),
        ],
    ),
    (
        "checkouts",
        &[
            ("id", NUMBERED),
            ("order_id", "CONCAT('copy-', copy.seq)"),
            ("created_at", EARLIER),
        ],
    ),
    (
        "partner_audit",
        &[
            ("id", NUMBERED),
            ("subject_id", NUMBERED),
            ("at", "original.at - INTERVAL copy.seq * 5 MINUTE"),
        ],
    ),
];

/// Keys that ended, of which a partner may have any number.
const ENDED_KEYS: Copied = (
    "partner_keys",
    &[
        ("id", NUMBERED),
        ("key_hash", "CONCAT('copy-', copy.seq)"),
        ("ends_at", EARLIER),
    ],
);

/// As many of everything as [`PAYMENTS`], each some minutes older than the one before, copied from the one that is there.
pub async fn fill(app: &TestApp) {
    let database = app.services.db.read();
    for (table, changed) in COPIED.iter().chain([&ENDED_KEYS]) {
        // What the database makes of the others itself cannot be given.
        let columns = ask(
            database,
            &format!(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() \
                 AND table_name = '{table}' AND COALESCE(generation_expression, '') = ''"
            ),
        )
        .await;
        let columns: Vec<String> = columns.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
        let values = columns.iter().map(|column| {
            let change = changed.iter().find(|(name, _)| name == column);
            change.map_or(format!("original.`{column}`"), |(_, value)| (*value).to_owned())
        });
        let values = values.collect::<Vec<_>>().join(", ");
        let names: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
        let made = app
            .sql(&format!(
                "INSERT INTO {table} ({}) SELECT {values} FROM {table} AS original, seq_1_to_{PAYMENTS} AS copy",
                names.join(", ")
            ))
            .await;
        assert!(made >= u64::try_from(PAYMENTS).unwrap(), "{table}: {made}");
        ask(database, &format!("ANALYZE TABLE {table}")).await;
    }
    // What happens from now on comes after them.
    app.sql(&format!("UPDATE event_order SET last_seq = last_seq + {PAYMENTS}"))
        .await;
}
