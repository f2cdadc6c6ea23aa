//! What many cases share: one app on a real database, one simulated bank over real HTTP, one clock that only goes on.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use naru::ids::{AccountId, MandateId, PartnerId, Prefix, UserId};
use naru::models::kinds::{MandateStatus, Mode, Role};
use naru::models::{bank_accounts, mandates};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter};
use serde_json::json;

use super::books::Books;
use crate::support::app::{self, TestApp};
use crate::support::people::ACCOUNT;

/// More than a case can spend: what the bank refuses for want of money is a magic amount.
pub const BALANCE_WON: i64 = 1_000_000_000;
pub const PER_PAYMENT_WON: i64 = 120_000;
/// What one of staff gives back of a payment without a second one.
pub const ALONE_WON: i64 = 12_000;
pub const GIVE_UP: TimeDelta = TimeDelta::hours(6);
pub const NOT_FOUND_ANSWERS: usize = 3;
pub const NOT_FOUND_OVER: TimeDelta = TimeDelta::minutes(10);

pub struct World {
    pub app: TestApp,
    pub books: Books,
    pub shop: PartnerId,
    pub other_shop: PartnerId,
    /// Two leads.
    pub staff: [UserId; 2],
    member: UserId,
    account: AccountId,
    fin_account_sealed: Option<String>,
    cases: Cell<u64>,
    /// How often each thing came about, to see that the storms reach what they are for.
    pub tally: RefCell<BTreeMap<String, u64>>,
}

impl World {
    pub async fn start() -> Self {
        let app = app::wish()
            .settings(json!({
                // What the bank never answers costs this, in real time.
                "bank": { "money_timeout_ms": 50, "inquiry_timeout_ms": 50 },
                "desk": { "refund_limit_won": ALONE_WON },
                "inquiry": {
                    "give_up_secs": GIVE_UP.num_seconds(),
                    "not_found_answers": NOT_FOUND_ANSWERS,
                    "not_found_secs": NOT_FOUND_OVER.num_seconds(),
                },
            }))
            .without_workers()
            .with_a_stopped_clock()
            .start()
            .await;
        let member = app.member("minji@example.test").await;
        let account = app.account(member, ACCOUNT).await;
        let row = bank_accounts::Entity::find_by_id(account).one(app.services.db.read());
        Self {
            fin_account_sealed: row.await.unwrap().unwrap().fin_account_sealed,
            shop: app.shop("나루상점").await.id,
            other_shop: app.shop("옆가게").await.id,
            staff: [
                app.staff("lead@example.test", Role::CsLead).await,
                app.staff("other@example.test", Role::CsLead).await,
            ],
            books: Books::open(&app.ledger()).await,
            app,
            member,
            account,
            cases: Cell::default(),
            tally: RefCell::default(),
        }
    }

    /// Empty books, a bank in good order, and a mandate of its own: a case knows nothing of the one before. Answers
    /// with its number and the mandate.
    pub async fn begin(&self, daily_won: i64) -> (u64, MandateId) {
        self.cases.set(self.cases.get() + 1);
        self.app.bank_post("/_sim/reset", json!({})).await;
        let balance = json!({ "account": ACCOUNT, "balance_won": BALANCE_WON });
        self.app.bank_post("/_sim/accounts", balance).await;
        self.set_account(true).await;
        let (id, now) = (MandateId::new(), self.now());
        let mandate = mandates::ActiveModel {
            id: Set(id),
            partner_id: Set(self.shop),
            mode: Set(Mode::Test),
            member_id: Set(Some(self.member)),
            account_id: Set(Some(self.account)),
            status: Set(MandateStatus::Active),
            per_payment_limit_won: Set(PER_PAYMENT_WON),
            daily_limit_won: Set(daily_won),
            own_per_payment_limit_won: Set(None),
            own_daily_limit_won: Set(None),
            reference: Set(Some(Prefix::Mandate.show(id.0))),
            return_url: Set(None),
            version: Set(1),
            created_at: Set(now),
            expires_at: Set(None),
            activated_at: Set(Some(now)),
            revoked_at: Set(None),
        };
        self.app.insert::<mandates::Entity>(mandate).await;
        (self.cases.get(), id)
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.services.clock.now()
    }

    /// Time goes on, for us and for the bank.
    pub async fn wait(&self, by: TimeDelta) {
        self.app.clock.advance(by);
        self.bank_ahead(by.num_seconds()).await;
    }

    pub async fn bank_ahead(&self, advance_seconds: i64) {
        self.app
            .bank_post("/_sim/clock", json!({ "advance_seconds": advance_seconds }))
            .await;
    }

    pub async fn set_mode(&self, operation: &str, mode: &str) {
        let mut rule = json!({ "operation": operation, "mode": mode });
        if mode == "slow" {
            rule["ms"] = json!(20);
        }
        self.app.bank_post("/_sim/mode", rule).await;
    }

    /// Without its fin account a member's account cannot be named to the bank.
    pub async fn set_account(&self, there: bool) {
        let (account, sealed) = (self.account, self.fin_account_sealed.clone().filter(|_| there));
        let written = self.app.services.db.write(move |tx| {
            Box::pin(async move {
                bank_accounts::Entity::update_many()
                    .col_expr(bank_accounts::Column::FinAccountSealed, Expr::value(sealed))
                    .filter(bank_accounts::Column::Id.eq(account))
                    .exec(tx)
                    .await
            })
        });
        let written: Result<_, DbErr> = written.await;
        written.expect("the account is written");
    }

    /// One writer, and what was handed to it runs to its end; elsewhere a transaction lives with its caller.
    pub fn has_one_writer(&self) -> bool {
        self.app.services.db.read().get_database_backend() == DatabaseBackend::Sqlite
    }

    pub fn count(&self, what: impl Into<String>) {
        *self.tally.borrow_mut().entry(what.into()).or_default() += 1;
    }
}
