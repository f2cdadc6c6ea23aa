//! The bank's books, read in its own file: what it did, whatever it answered.

use std::path::Path;

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, QueryResult, Statement, Value};

pub struct Books(DatabaseConnection);

/// A transfer that the bank carried out or refused.
#[derive(Clone, Debug)]
pub struct Entry {
    pub trace: String,
    /// `in`: to the customer.
    pub direction: String,
    pub asked_won: i64,
    pub moved_won: i64,
    pub code: String,
    /// Taken back later, so that nothing moved in the end.
    pub taken_back: bool,
}

impl Entry {
    pub fn moved(&self) -> bool {
        self.code == "00000"
    }
}

impl Books {
    pub async fn open(file: &Path) -> Self {
        let uri = format!("sqlite://{}?mode=ro", file.display());
        Self(Database::connect(uri).await.expect("the bank's books open"))
    }

    pub async fn entries(&self) -> Vec<Entry> {
        let rows = self
            .all(
                "SELECT trace, direction, asked_won, moved_won, code, canceled FROM transactions",
                [],
            )
            .await;
        rows.iter().map(entry).collect()
    }

    /// The money-moving calls that carried this trace number, whatever became of them.
    pub async fn calls(&self, trace: &str) -> i64 {
        let query = "SELECT count(*) FROM calls WHERE moves_money = 1 AND trace = ?";
        get(&self.all(query, [trace.into()]).await[0], 0)
    }

    pub async fn balance(&self, account: &str) -> i64 {
        let query = "SELECT balance_won FROM accounts WHERE number = ?";
        get(&self.all(query, [account.into()]).await[0], 0)
    }

    async fn all<const N: usize>(&self, query: &str, values: [Value; N]) -> Vec<QueryResult> {
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, query, values);
        self.0
            .query_all_raw(statement)
            .await
            .expect("the bank's books can be read")
    }
}

fn entry(row: &QueryResult) -> Entry {
    Entry {
        trace: get(row, 0),
        direction: get(row, 1),
        asked_won: get(row, 2),
        moved_won: get(row, 3),
        code: get(row, 4),
        taken_back: get::<i64>(row, 5) == 1,
    }
}

fn get<T: sea_orm::TryGetable>(row: &QueryResult, column: usize) -> T {
    row.try_get_by_index(column).expect("a column of the books")
}
