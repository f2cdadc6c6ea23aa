//! One page of the walk: for who walks the books a little at a time and keeps what was found.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DbErr};

use super::finding::Finding;
use super::report::Report;
use super::{Bank, booked_for, check, page};
use crate::ids::TransferId;

/// More than the transfers of a page can have.
const MOST: usize = 100_000;

/// What a page of transfers was found to be.
pub struct Walked {
    /// In the order of the walk; the last is where the next page begins after.
    pub transfers: Vec<TransferId>,
    pub findings: Vec<Finding>,
    /// Whether the bank's books were laid beside ours.
    pub is_compared: bool,
}

impl Walked {
    /// Whether no finding of the same kind about the same transfer comes before this one.
    #[must_use]
    pub fn is_first(&self, finding: &Finding) -> bool {
        let alike = |other: &&Finding| other.of == finding.of && other.flaw.kind() == finding.flaw.kind();
        self.findings
            .iter()
            .find(alike)
            .is_some_and(|first| std::ptr::eq(first, finding))
    }
}

/// Walks up to `limit` transfers after one. What belongs to no transfer is not looked for: that takes the whole walk.
///
/// # Errors
/// The database's own. A bank that does not answer is not compared.
pub async fn walk(
    db: &DatabaseConnection,
    bank: &Bank,
    after: Option<TransferId>,
    limit: u64,
    until: DateTime<Utc>,
) -> Result<Walked, DbErr> {
    let page = page::read(db, after, limit, until).await?;
    let booked = match bank {
        Bank::Simulated(ledger) => booked_for(ledger, &page).await.ok(),
        Bank::Real | Bank::NoControl => None,
    };
    let transfers = page.iter().map(|whole| whole.row.id).collect();
    let mut report = Report::new(MOST, until);
    for mut whole in page {
        check(&mut whole, booked.as_ref(), &mut report);
    }
    Ok(Walked {
        transfers,
        findings: report.findings,
        is_compared: booked.is_some(),
    })
}
