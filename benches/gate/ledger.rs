//! What the bank saw: the simulator's own book of received calls.

use std::collections::BTreeMap;
use std::path::Path;

use sea_orm::{ConnectionTrait, Database, DatabaseBackend, Statement};

use crate::Failed;

/// A call that the bank received.
pub struct Seen {
    pub at_ms: i64,
    pub class: &'static str,
}

/// All calls since a moment, in their order.
pub async fn seen(ledger: &Path, since_ms: i64) -> Result<Vec<Seen>, Failed> {
    let db = Database::connect(format!("sqlite://{}?mode=ro", ledger.display())).await?;
    let query = "SELECT at_ms, api FROM calls WHERE at_ms >= ? ORDER BY at_ms";
    let query = Statement::from_sql_and_values(DatabaseBackend::Sqlite, query, [since_ms.into()]);
    let mut seen = Vec::new();
    for row in db.query_all_raw(query).await? {
        let api: String = row.try_get_by_index(1)?;
        seen.push(Seen {
            at_ms: row.try_get_by_index(0)?,
            class: class_of(&api),
        });
    }
    Ok(seen)
}

fn class_of(api: &str) -> &'static str {
    match api {
        "DrawingTransfer" => "money",
        "InquireBalance" => "balance",
        received if received.starts_with("ReceivedTransfer") => "money",
        check if check.starts_with("CheckOnDrawing") || check.starts_with("CheckOnReceived") => "inquiry",
        _ => "link",
    }
}

/// The most calls in any second, wherever it begins.
pub fn most_in_a_second(seen: &[Seen]) -> usize {
    let mut first = 0;
    let mut most = 0;
    for (place, call) in seen.iter().enumerate() {
        while seen.get(first).is_some_and(|begin| begin.at_ms + 1_000 <= call.at_ms) {
            first += 1;
        }
        most = most.max(place + 1 - first);
    }
    most
}

/// How many of each class.
pub fn by_class(seen: &[Seen]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for call in seen {
        *counts.entry(call.class).or_default() += 1;
    }
    counts
}
