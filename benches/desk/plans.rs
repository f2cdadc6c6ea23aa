//! How a database goes about each documented question, over a history of its size.

use chrono::TimeDelta;
use naru::security::sealed::Sealer;
use sea_orm::Database;

use crate::Failed;
use crate::arguments::Arguments;
use crate::book;
use crate::documented::{self, Caller};
use crate::program::Program;

pub async fn print(arguments: &Arguments, server: Option<&str>, size: u64) -> Result<(), Failed> {
    let program = Program::new(arguments, server, size).await?;
    program.fill(size, arguments.seed)?;
    let facts = book::facts(&program.database, 1).await?;
    let facts = facts.into_iter().next().ok_or("the history is empty")?;
    let caller = Caller {
        now: facts.row.created_at + TimeDelta::days(2),
        payment: facts.row,
        trace: facts.trace,
        email: facts.email,
        name: facts.name,
        phone: facts.phone,
        account: facts.account,
        tag: "이중결제".to_owned(),
        // The keys of `config/development.yaml`, by which the history is sealed.
        sealer: Sealer::new(&"1".repeat(64).into(), &"2".repeat(64).into())?,
    };
    let mut db = Database::connect(&program.database).await?;
    println!("\n{}, {size} payments", server.map_or("SQLite", |_| "MySQL or MariaDB"));
    for plan in documented::plans(&mut db, &caller).await? {
        println!("{}", plan.question);
        for line in &plan.lines {
            println!("    {line}");
        }
        for scan in &plan.scans {
            println!("    FROM END TO END: {scan}");
        }
    }
    Ok(())
}
