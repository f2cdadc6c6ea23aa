//! The customers' accounts. Every account number that is asked about exists; its holder, its first balance and its
//! fin account follow from the number, so that nothing has to be prepared.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult};
use sha2::{Digest, Sha256};

use super::{Ledger, sql};
use crate::bank::simulator::magic::holder_of;

const FIRST_BALANCE_WON: i64 = 30_000_000;
const COLUMNS: &str =
    "SELECT id, bank_code, number, balance_won, register_number, fin_account, linked_on, holder FROM accounts";

/// An account as the books hold it.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct BookedAccount {
    pub id: i64,
    pub bank_code: String,
    pub number: String,
    pub balance_won: i64,
    pub register_number: Option<String>,
    pub fin_account: Option<String>,
    pub linked_on: Option<String>,
    pub holder: String,
}

/// How a call names an account.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) enum Party {
    FinAccount(String),
    Number { bank_code: String, number: String },
}

impl Ledger {
    /// The account as it is now, without writing.
    pub(in crate::bank::simulator) async fn account(&self, party: &Party) -> Result<Option<BookedAccount>, DbErr> {
        find(self.db.read(), party).await
    }

    /// Gives an account another holder; opens it where nobody asked about it before.
    pub(in crate::bank::simulator) async fn set_holder(
        &self,
        bank_code: String,
        number: String,
        holder: String,
    ) -> Result<(), DbErr> {
        let write = self.db.write(|transaction| {
            Box::pin(async move {
                let account = find_or_open(transaction, &bank_code, &number).await?;
                let update = sql(
                    "UPDATE accounts SET holder = ? WHERE id = ?",
                    [holder.into(), account.id.into()],
                );
                transaction.execute_raw(update).await?;
                Ok(())
            })
        });
        write.await
    }

    /// Every account that carries this number, fin account or register number, under all its names.
    pub(in crate::bank::simulator) async fn names_of(&self, any_name: &str) -> Result<Vec<String>, DbErr> {
        let query = sql(
            "SELECT number, fin_account, register_number FROM accounts
             WHERE number = ?1 OR fin_account = ?1 OR register_number = ?1",
            [any_name.into()],
        );
        let mut names = vec![any_name.to_owned()];
        for row in self.db.read().query_all_raw(query).await? {
            for column in 0..3 {
                names.extend(row.try_get_by_index::<Option<String>>(column)?);
            }
        }
        Ok(names)
    }
}

pub(super) async fn find(connection: &impl ConnectionTrait, party: &Party) -> Result<Option<BookedAccount>, DbErr> {
    let query = match party {
        Party::FinAccount(fin_account) => sql(
            &format!("{COLUMNS} WHERE fin_account = ?"),
            [fin_account.as_str().into()],
        ),
        Party::Number { bank_code, number } => sql(
            &format!("{COLUMNS} WHERE bank_code = ? AND number = ?"),
            [bank_code.as_str().into(), number.as_str().into()],
        ),
    };
    let row = connection.query_one_raw(query).await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn find_by_register_number(
    transaction: &DatabaseTransaction,
    register_number: &str,
) -> Result<Option<BookedAccount>, DbErr> {
    let query = sql(
        &format!("{COLUMNS} WHERE register_number = ?"),
        [register_number.into()],
    );
    let row = transaction.query_one_raw(query).await?;
    row.as_ref().map(read).transpose()
}

/// The account with this number, opened with its first balance if nobody asked about it before.
pub(super) async fn find_or_open(
    transaction: &DatabaseTransaction,
    bank_code: &str,
    number: &str,
) -> Result<BookedAccount, DbErr> {
    let party = Party::Number {
        bank_code: bank_code.to_owned(),
        number: number.to_owned(),
    };
    if let Some(account) = find(transaction, &party).await? {
        return Ok(account);
    }
    let open = sql(
        "INSERT INTO accounts (bank_code, number, holder, balance_won) VALUES (?, ?, ?, ?)",
        [
            bank_code.into(),
            number.into(),
            holder_of(number).into(),
            first_balance_won(bank_code, number).into(),
        ],
    );
    transaction.execute_raw(open).await?;
    find(transaction, &party)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("an account that was just opened".to_owned()))
}

pub(super) fn read(row: &QueryResult) -> Result<BookedAccount, DbErr> {
    Ok(BookedAccount {
        id: row.try_get_by_index(0)?,
        bank_code: row.try_get_by_index(1)?,
        number: row.try_get_by_index(2)?,
        balance_won: row.try_get_by_index(3)?,
        register_number: row.try_get_by_index(4)?,
        fin_account: row.try_get_by_index(5)?,
        linked_on: row.try_get_by_index(6)?,
        holder: row.try_get_by_index(7)?,
    })
}

/// Gives every account its first balance again; its links stay.
pub(super) async fn restore_first_balances(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let all = sql("SELECT id, bank_code, number FROM accounts", []);
    for row in transaction.query_all_raw(all).await? {
        let (id, bank_code, number): (i64, String, String) = (
            row.try_get_by_index(0)?,
            row.try_get_by_index(1)?,
            row.try_get_by_index(2)?,
        );
        let first = first_balance_won(&bank_code, &number);
        let restore = sql(
            "UPDATE accounts SET balance_won = ? WHERE id = ?",
            [first.into(), id.into()],
        );
        transaction.execute_raw(restore).await?;
    }
    Ok(())
}

/// Between 30,000,000 and 38,999,000 won, so that two accounts seldom show the same.
fn first_balance_won(bank_code: &str, number: &str) -> i64 {
    let thousands = i64::try_from((fingerprint(bank_code, number) >> 8) % 9_000).unwrap_or_default();
    FIRST_BALANCE_WON + thousands * 1_000
}

/// NH's shape: `0082`, `010`, the institution's six digits, sixteen digits. Says nothing of the account number.
pub(super) fn fin_account_of(institution_code: &str, bank_code: &str, number: &str) -> String {
    let digits = fingerprint(bank_code, number) % 10_000_000_000_000_000;
    format!("0082010{institution_code:0>6}{digits:016}")
}

fn fingerprint(bank_code: &str, number: &str) -> u64 {
    let digest = Sha256::digest(format!("{bank_code}/{number}"));
    digest
        .iter()
        .take(8)
        .fold(0, |value, byte| (value << 8) | u64::from(*byte))
}
