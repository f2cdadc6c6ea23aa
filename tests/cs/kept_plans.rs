//! The table of plans in `docs/architecture.md` is what the databases say. `NARU_WRITE_PLANS=1` writes it anew, SQLite's
//! column here and MariaDB's where a server is at hand (`tests/on_servers/plans.rs`).

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use chrono::DateTime;
use naru::models::transfers;
use naru::models::transfers::Column;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

pub use super::documented::{Caller, Plan, plans};
use super::search_plans::{ACCOUNT, NOW, PHONE, database, sealer};

const HEAD: &str = "| Asked for | SQLite | MariaDB |";
const TRACE: &str = "20261125000000004217";

/// The column of a database in the table.
#[derive(Clone, Copy)]
pub enum Of {
    Sqlite = 0,
    Mariadb = 1,
}

/// Fails where a query reads a table from end to end, and where the table says anything else of this database.
pub fn expect_kept(of: Of, plans: &[Plan]) {
    for plan in plans {
        assert!(plan.scans.is_empty(), "{}: {:#?}", plan.question, plan.scans);
    }
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/architecture.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, rest) = text.split_once(HEAD).expect("the table of plans");
    let end = rest.find("\n\n").unwrap_or(rest.len());
    let (table, after) = rest.split_at(end);
    let mut written = format!("{HEAD}\n|---|---|---|");
    for plan in plans {
        let lines: Vec<&str> = plan.lines.iter().map(String::as_str).collect();
        let mut cells = cells_of(table, plan.question);
        cells[of as usize] = lines.join("; ");
        write!(written, "\n| {} | {} | {} |", plan.question, cells[0], cells[1]).expect("a text takes it");
    }
    let expected = format!("{before}{written}{after}");
    if std::env::var_os("NARU_WRITE_PLANS").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(
            text == expected,
            "NARU_WRITE_PLANS=1 writes docs/architecture.md anew:\n{written}"
        );
    }
}

/// What the table says of a question, for both databases.
fn cells_of(table: &str, question: &str) -> [String; 2] {
    let row = table
        .lines()
        .find_map(|line| line.strip_prefix(&format!("| {question} | ")));
    let (sqlite, mariadb) = row.and_then(|row| row.split_once(" | ")).unwrap_or_default();
    [sqlite.to_owned(), mariadb.trim_end_matches(" |").to_owned()]
}

#[tokio::test]
async fn the_plans_of_the_architecture_are_those_of_sqlite_and_no_table_is_read_from_end_to_end() {
    let mut db = database().await;
    for sql in [
        "UPDATE transfers SET short_code = 'ABCDEFGHJK12', order_id = 'order-1' WHERE id = (SELECT MIN(id) FROM transfers)".to_owned(),
        format!(
            "INSERT INTO bank_calls (id, transfer_id, operation, trace_number, trace_date, attempt, started_at)
             SELECT randomblob(16), id, 'withdraw', '{TRACE}', '20261125', 1, '{NOW}' FROM transfers WHERE order_id = 'order-1'"
        ),
    ] {
        db.execute_unprepared(&sql).await.unwrap();
    }
    let payment = transfers::Entity::find().filter(Column::OrderId.eq("order-1"));
    let caller = Caller {
        payment: payment.one(&db).await.unwrap().unwrap(),
        trace: TRACE.to_owned(),
        email: "minji@naru.test".to_owned(),
        name: "김민지".to_owned(),
        phone: PHONE.to_owned(),
        account: ACCOUNT.to_owned(),
        tag: "vip".to_owned(),
        now: DateTime::parse_from_rfc3339(NOW).unwrap().to_utc(),
        sealer: sealer(),
    };
    let plans = plans(&mut db, &caller).await.unwrap();
    expect_kept(Of::Sqlite, &plans);
}
