//! Two weeks of payments, made by the same verbs as real ones, at the simulated bank, with a clock in the past.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tracing::Instrument;

use crate::bank::calendar::Calendar;
use crate::bank::shares::Shares;
use crate::bank::{gate::Gate, nh};
use crate::clock::{Clock, kst_date, kst_midnight};
use crate::ids::{PartnerId, TransferId};
use crate::log;
use crate::metrics::Metrics;
use crate::models::kinds::{Mode, TransferState};
use crate::models::{bank_accounts, mandates, transfers};
use crate::money::Won;
use crate::partners::uses::KeyUses;
use crate::relay::Doorbell;
use crate::services::{Parts, Services};
use crate::transfers::accept::{self, NewPayment};
use crate::transfers::backlog::Backlog;
use crate::transfers::fair::Circle;
use crate::transfers::idempotency::IdempotencyKey;
use crate::transfers::refund::{self, NewRefund};
use crate::transfers::{cancel, execute, inquire, state};

/// The bank's magic amounts that never answer are given up this soon while seeding.
const PATIENCE_MS: u64 = 300;
/// An unknown transfer is asked about this often before the history goes on.
const LOOKS: u32 = 6;

/// The services with a clock that the history moves, and a bell that nobody hears.
pub struct Past {
    pub services: Services,
    now_micros: Arc<AtomicI64>,
    today: DateTime<Utc>,
}

/// What becomes of a payment, beside what the bank's magic amounts decide.
enum Then {
    Execute,
    Cancel,
    Expire,
    /// Give this much back (`None`: all that remains), hours later.
    Refund(Option<i64>),
    /// Stop before the bank is asked about it.
    LeaveUnknown,
}

struct Purchase {
    days_ago: i64,
    hour: i64,
    amount_won: i64,
    description: &'static str,
    then: Then,
}

const fn bought(days_ago: i64, hour: i64, amount_won: i64, description: &'static str, then: Then) -> Purchase {
    Purchase {
        days_ago,
        hour,
        amount_won,
        description,
        then,
    }
}

/// The last four digits of an amount choose what the bank does; see `docs/api.md`.
const PURCHASES: [Purchase; 26] = [
    bought(13, 9, 18_900, "드립 커피 원두 500g", Then::Execute),
    bought(13, 20, 32_500, "무선 마우스", Then::Execute),
    bought(12, 8, 19_001, "텀블러 세트", Then::Execute),
    bought(12, 13, 7_800, "친환경 수세미 3입", Then::Execute),
    bought(11, 11, 54_000, "방수 배낭", Then::Refund(None)),
    bought(11, 19, 12_300, "제주 감귤 3kg", Then::Execute),
    bought(10, 10, 89_000, "기계식 키보드", Then::Refund(Some(20_000))),
    bought(10, 22, 29_002, "캠핑 의자", Then::Execute),
    bought(9, 9, 6_500, "통밀 식빵", Then::Cancel),
    bought(9, 12, 43_200, "등산 스틱", Then::Execute),
    bought(8, 15, 49_041, "블루투스 스피커", Then::Execute),
    bought(8, 18, 15_800, "유기농 쌀 4kg", Then::Execute),
    bought(7, 9, 39_003, "공기청정기 필터", Then::Execute),
    bought(7, 21, 22_400, "독서대", Then::Execute),
    bought(6, 10, 9_900, "손세정제 세트", Then::Expire),
    bought(6, 14, 67_000, "전기 포트", Then::Refund(Some(19_002))),
    bought(5, 11, 11_200, "그래놀라 1kg", Then::Execute),
    bought(5, 17, 38_500, "러닝 양말 10족", Then::Execute),
    bought(4, 9, 29_042, "USB 허브", Then::Execute),
    bought(4, 20, 25_600, "아로마 디퓨저", Then::Execute),
    bought(3, 12, 19_091, "여행용 파우치", Then::Execute),
    bought(3, 16, 13_700, "반려견 간식", Then::Execute),
    bought(2, 10, 58_000, "스탠드 조명", Then::Refund(Some(8_000))),
    bought(2, 18, 16_400, "핸드크림 세트", Then::Execute),
    bought(1, 11, 21_900, "올리브유 1L", Then::Execute),
    bought(0, 0, 29_099, "겨울 담요", Then::LeaveUnknown),
];

impl Past {
    /// # Errors
    /// When the bank's address cannot be used.
    pub fn new(present: &Services) -> Result<Self> {
        let today = present.clock.now();
        let now_micros = Arc::new(AtomicI64::new(today.timestamp_micros()));
        let moved = Arc::clone(&now_micros);
        let clock = Clock::from_fn(move || {
            DateTime::from_timestamp_micros(moved.load(Ordering::Relaxed)).unwrap_or(DateTime::UNIX_EPOCH)
        });
        let mut settings = present.settings.clone();
        settings.bank.money_timeout_ms = PATIENCE_MS;
        settings.limits.backlog_secs = 0;
        let client = nh::Client::new(&settings.bank, &settings.bank_url()).map_err(Error::wrap)?;
        let (doorbell, _nobody_hears) = Doorbell::new();
        let services = Services::new(Parts {
            db: present.db.clone(),
            bank: Gate::new(Arc::new(client), &settings.bank),
            calendar: Calendar::new(&[], clock.clone()),
            shares: Shares::default(),
            circle: Circle::default(),
            backlog: Backlog::default(),
            clock,
            doorbell,
            sealer: present.sealer.clone(),
            cache: present.cache.clone(),
            balances: present.balances.clone(),
            live: present.live.clone(),
            key_uses: KeyUses::default(),
            keys_in_use: present.keys_in_use.clone(),
            sign_ins: present.sign_ins.clone(),
            sms: present.sms.clone(),
            webhooks: present.webhooks.clone(),
            settings,
            // What was made up is not counted as what this process did.
            metrics: Metrics::new(today),
            board: present.board.clone(),
            looks: present.looks.clone(),
            dead_counts: present.dead_counts.clone(),
        });
        Ok(Self {
            services,
            now_micros,
            today,
        })
    }

    /// Moves the clock to a time of a Korean day.
    pub fn go_to(&self, days_ago: i64, hour: i64, minute: i64) {
        let midnight = kst_midnight(kst_date(self.today)) - TimeDelta::days(days_ago);
        self.set((midnight + TimeDelta::hours(hour) + TimeDelta::minutes(minute)).min(self.today));
    }

    pub fn advance(&self, by: TimeDelta) {
        self.set((self.services.clock.now() + by).min(self.today));
    }

    fn set(&self, at: DateTime<Utc>) {
        self.now_micros.store(at.timestamp_micros(), Ordering::Relaxed);
    }
}

pub(super) async fn write(past: &Past, partner: PartnerId) -> Result<()> {
    let mandate = mandates::Entity::find()
        .filter(mandates::Column::PartnerId.eq(partner))
        .one(past.services.db.read())
        .await?
        .ok_or_else(|| Error::Message("the demo partner has no mandate".to_owned()))?;
    for (number, purchase) in (1..).zip(&PURCHASES) {
        past.go_to(purchase.days_ago, purchase.hour, number);
        let order = format!("NR-{number:04}");
        let payment = pay(past, &mandate, &order, purchase).await.map_err(Error::wrap)?;
        let work = follow(past, payment, purchase).instrument(log::work("demo"));
        work.await.map_err(Error::wrap)?;
    }
    Ok(())
}

async fn pay(
    past: &Past,
    mandate: &mandates::Model,
    order: &str,
    purchase: &Purchase,
) -> Result<TransferId, crate::transfers::TransferError> {
    let payment = NewPayment {
        partner_id: mandate.partner_id,
        mode: Mode::Test,
        mandate_id: mandate.id,
        order_id: order.to_owned(),
        amount: Won::new(purchase.amount_won),
        description: purchase.description.to_owned(),
        metadata: std::collections::BTreeMap::new(),
        expires_at: None,
        request_id: None,
    };
    let key = IdempotencyKey::new(format!("demo-{order}"), &json!(order));
    Ok(accept::accept_payment(&past.services, payment, key, no_answer)
        .await?
        .transfer_id)
}

/// Nobody reads the answer of a demo payment, and its key is not asked again.
fn no_answer(_: &transfers::Model, _: &bank_accounts::Model) -> Result<String, serde_json::Error> {
    serde_json::to_string(&json!({}))
}

async fn follow(past: &Past, payment: TransferId, purchase: &Purchase) -> Result<(), crate::transfers::TransferError> {
    let services = &past.services;
    past.advance(TimeDelta::seconds(1));
    match purchase.then {
        Then::Cancel => {
            let partner = state::load(services.db.read(), payment).await?.partner_id;
            cancel::cancel_payment(services, (partner, Mode::Test), payment, None).await?;
        }
        Then::Expire => {
            past.advance(TimeDelta::seconds(services.settings.limits.payment_expires_secs));
            execute::execute(services, payment).await?;
        }
        Then::LeaveUnknown => execute::execute(services, payment).await?,
        Then::Execute => bring_to_an_end(past, payment).await?,
        Then::Refund(amount) => {
            bring_to_an_end(past, payment).await?;
            past.advance(TimeDelta::hours(3));
            let partner = state::load(services.db.read(), payment).await?.partner_id;
            let new = NewRefund {
                partner_id: partner,
                mode: Mode::Test,
                payment_id: payment,
                amount: amount.map(Won::new),
                reason: "단순 변심".to_owned(),
                if_match: None,
                request_id: None,
            };
            let key = IdempotencyKey::new(format!("demo-refund-{}", payment.0.simple()), &json!(payment));
            let refund = refund::accept_refund(services, new, key, no_answer).await?.transfer_id;
            past.advance(TimeDelta::seconds(1));
            bring_to_an_end(past, refund).await?;
        }
    }
    Ok(())
}

/// Executes a transfer and asks about it while it is unknown.
pub(super) async fn bring_to_an_end(past: &Past, id: TransferId) -> Result<(), crate::transfers::TransferError> {
    let services = &past.services;
    execute::execute(services, id).await?;
    for _ in 0..LOOKS {
        let transfer = state::load(services.db.read(), id).await?;
        let (TransferState::Unknown, Some(next_look)) = (transfer.state, transfer.next_check_at) else {
            break;
        };
        past.set(next_look.min(past.today));
        inquire::inquire(services, id).await?;
    }
    Ok(())
}
