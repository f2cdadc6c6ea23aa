//! How damage is done to the books of a running app, and what must be found of it: this, and nothing else.

use naru::models::transfers;
use naru::verify::{Finding, Flaw};
use sea_orm::{ActiveModelTrait, DatabaseBackend, IntoActiveModel};

use super::transfer_id;
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;

/// Books without a flaw, and what can be damaged in them.
pub struct Books {
    pub app: TestApp,
    pub shop: Shop,
    pub mandate: String,
    /// 100,000, of which 10,000 went back: five events.
    pub paid: String,
    pub refund: String,
    /// Never claimed.
    pub canceled: String,
}

pub async fn books() -> Books {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let paid = app.paid(&shop, &mandate, 100_000).await;
    let refund = app.refunded(&shop, &paid, 10_000).await;
    app.paid(&shop, &mandate, 19_001).await;
    let canceled = app.ordered(&shop, &mandate, 1_000).await;
    app.canceled(&shop, &canceled).await;
    assert_eq!(app.verify().await.findings, []);
    Books {
        app,
        shop,
        mandate,
        paid,
        refund,
        canceled,
    }
}

impl Books {
    /// Runs SQL in which `{paid}`, `{refund}` and `{canceled}` stand for their ids.
    pub async fn damage(&self, sql: &str) {
        let mut sql = sql.to_owned();
        for (name, id) in [
            ("{paid}", &self.paid),
            ("{refund}", &self.refund),
            ("{canceled}", &self.canceled),
        ] {
            sql = sql.replace(name, &literal(id));
        }
        assert_ne!(self.app.sql(&sql).await, 0, "nothing was damaged: {sql}");
    }

    /// As [`Books::damage`], past the checks that the database itself makes of each row.
    pub async fn damage_past_checks(&self, sql: &str) {
        let (off, on) = match self.app.services.db.read().get_database_backend() {
            DatabaseBackend::Sqlite => (
                "PRAGMA ignore_check_constraints = ON",
                "PRAGMA ignore_check_constraints = OFF",
            ),
            _ => ("SET check_constraint_checks = 0", "SET check_constraint_checks = 1"),
        };
        self.damage(&format!("{off}; {sql}; {on}")).await;
    }

    /// Puts the payment's row back as it was.
    pub async fn restore(&self, row: transfers::Model) {
        self.damage("DELETE FROM transfers WHERE id = {paid}").await;
        let row = row.into_active_model().reset_all();
        self.app.insert::<transfers::Entity>(row).await;
    }

    pub async fn expect(&self, expected: &[(&str, &[Flaw])]) {
        let expected: Vec<Finding> = expected.iter().flat_map(|(of, flaws)| found(of, flaws)).collect();
        assert_eq!(self.app.verify().await.findings, expected);
    }
}

/// The id of a transfer as it may stand in SQL.
pub fn literal(shown: &str) -> String {
    format!("X'{}'", hex::encode(transfer_id(shown).0.as_bytes()))
}

pub fn found(of: &str, flaws: &[Flaw]) -> Vec<Finding> {
    let one = |flaw: &Flaw| Finding {
        of: of.to_owned(),
        flaw: flaw.clone(),
    };
    flaws.iter().map(one).collect()
}

/// Damages fresh books, and expects exactly this of the payment.
pub async fn expect(sql: &str, flaws: &[Flaw]) {
    let books = books().await;
    books.damage(sql).await;
    let found = found(&books.paid, flaws);
    assert_eq!(books.app.verify().await.findings, found, "{sql}");
}
