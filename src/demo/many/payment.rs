//! One payment of the history, and what was given back of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::cast::Member;
use super::course::Course;
use super::dice::Dice;
use super::exchange::Exchange;
use super::tale::Tale;
use super::words;
use crate::bank;
use crate::clock::kst_date;
use crate::config::{InquirySettings, LimitSettings};
use crate::ids::{Prefix, RequestId, TransferId};
use crate::models::kinds::{Actor, EventType, TransferKind, TransferState};
use crate::models::{bank_accounts, transfers};
use crate::money::Won;
use crate::transfers::TransferError;
use crate::transfers::idempotency::Operation;
use crate::transfers::policy::{Parties, open_order_key, queued};
use crate::transfers::refund::remaining;
use crate::transfers::state::Change;

/// As long as ours.
const SHORT_CODE_DIGITS: u32 = 12;
/// What is paid, from and to, and how often of a hundred.
const AMOUNTS: [(u64, (i64, i64)); 5] = [
    (20, (2_000, 9_900)),
    (40, (10_000, 29_900)),
    (27, (30_000, 79_900)),
    (11, (80_000, 299_900)),
    (2, (300_000, 1_500_000)),
];

/// Where and under which settings it is told.
pub struct Scene<'a> {
    pub exchange: Exchange<'a>,
    /// The buyer's.
    pub account: &'a bank_accounts::Model,
    pub inquiry: &'a InquirySettings,
    pub limits: &'a LimitSettings,
    pub until: DateTime<Utc>,
}

impl<'a> Scene<'a> {
    /// The payment with this number of the history, and its refunds.
    pub fn play(
        &self,
        number: u64,
        (buyer, at): (&Member, DateTime<Utc>),
        dice: &mut Dice,
    ) -> Result<Vec<Tale<'a>>, TransferError> {
        let (transfer, key) = self.asked_for(number, (buyer, at), dice)?;
        let mut payment = Tale::accepted((transfer, self.account), (Operation::CreatePayment, key), dice)?;
        if dice.once_in(85) {
            let at = at + dice.millis(200, 20_000);
            payment.happens(&Change::new(EventType::Canceled, Actor::Partner), at, dice)?;
            return Ok(vec![payment]);
        }
        let expires_at = payment
            .transfer
            .expires_at
            .filter(|at| *at < self.until && dice.once_in(200));
        if let Some(at) = expires_at {
            let at = at + dice.millis(10, 900);
            payment.happens(&Change::new(EventType::Expired, Actor::Sweeper), at, dice)?;
            return Ok(vec![payment]);
        }
        let course = Course::draw(at, self.until, dice);
        course.tell(&mut payment, &self.exchange, self.inquiry, dice)?;
        let mut tales = Vec::new();
        let mut more = payment.transfer.state == TransferState::Succeeded && dice.once_in(22);
        while more && let Some(refund) = self.refund(&mut payment, dice)? {
            tales.push(refund);
            more = dice.once_in(9);
        }
        tales.insert(0, payment);
        Ok(tales)
    }

    fn asked_for(
        &self,
        number: u64,
        (buyer, at): (&Member, DateTime<Utc>),
        dice: &mut Dice,
    ) -> Result<(transfers::Model, String), TransferError> {
        let place = usize::try_from(dice.below(buyer.mandates.len() as u64)).unwrap_or_default();
        let mandate = buyer.mandates.get(place).ok_or(TransferError::NotFound)?;
        let parties = Parties {
            partner_id: mandate.shop,
            member_id: buyer.id,
            account_id: buyer.account.id,
        };
        let order = format!("ORD-{}-{number:07}", kst_date(at).format("%Y%m%d"));
        let is_from_the_app = dice.once_in(8);
        let transfer = transfers::Model {
            id: TransferId(dice.id(at)),
            mandate_id: Some(mandate.id),
            open_order_key: Some(open_order_key(mandate.shop, &order)),
            order_id: Some(order.clone()),
            description: dice.word(&words::GOODS).to_owned(),
            metadata: is_from_the_app.then(|| json!({ "channel": "app" }).to_string()),
            short_code: bank::code(SHORT_CODE_DIGITS, dice.random()),
            request_id: Some(request_id(at, dice)),
            expires_at: Some(at + TimeDelta::seconds(self.limits.payment_expires_secs)),
            ..queued(TransferKind::Payment, amount(dice), at, parties)
        };
        Ok((transfer, format!("pay-{order}")))
    }

    /// One more refund of it; `None` where nothing is left, or no time.
    fn refund(&self, payment: &mut Tale<'a>, dice: &mut Dice) -> Result<Option<Tale<'a>>, TransferError> {
        let at = payment.now() + dice.millis(60_000, 5 * 24 * 3_600_000);
        let left = remaining(&payment.transfer).get();
        if at + TimeDelta::hours(1) >= self.until || left < 1_000 {
            return Ok(None);
        }
        let is_whole = dice.once_in(2);
        let won = if is_whole {
            left
        } else {
            left * dice.between(10, 80) / 100 / 10 * 10
        };
        let of = &payment.transfer;
        let transfer = transfers::Model {
            id: TransferId(dice.id(at)),
            payment_id: Some(of.id),
            order_id: of.order_id.clone(),
            description: dice.word(&words::REASONS).to_owned(),
            short_code: bank::code(SHORT_CODE_DIGITS, dice.random()),
            request_id: Some(request_id(at, dice)),
            ..queued(TransferKind::Refund, Won::new(won), at, Parties::of_payment(of))
        };
        let key = format!("refund-{}", transfer.id.0.simple());
        let told = json!({ "amount": won, "refund_id": Prefix::Refund.show(transfer.id.0) });
        let mut refund = Tale::accepted((transfer, self.account), (Operation::CreateRefund, key), dice)?;
        let requested = Change::new(EventType::RefundRequested, Actor::Partner).detail(told.clone());
        payment.transfer.refund_reserved_won += won;
        payment.happens(&requested, at, dice)?;
        Course::draw(at, self.until, dice).tell(&mut refund, &self.exchange, self.inquiry, dice)?;
        let (event, refunded_won) = match refund.transfer.state {
            TransferState::Succeeded => (EventType::RefundSucceeded, won),
            state if state.is_final() => (EventType::RefundFailed, 0),
            _ => return Ok(Some(refund)),
        };
        let actor = refund.events.last().map_or(Actor::Worker, |event| event.actor);
        payment.transfer.refund_reserved_won -= won;
        payment.transfer.refunded_won += refunded_won;
        payment.happens(&Change::new(event, actor).detail(told), refund.now(), dice)?;
        Ok(Some(refund))
    }
}

fn amount(dice: &mut Dice) -> Won {
    let (least, most) = dice.weighted(&AMOUNTS).unwrap_or((10_000, 10_000));
    // Most prices end in two zeros, some in one; none in what the simulated bank does something special for.
    let step = if dice.once_in(10) { 10 } else { 100 };
    Won::new(dice.between(least, most) / step * step)
}

fn request_id(at: DateTime<Utc>, dice: &mut Dice) -> RequestId {
    RequestId::new(dice.id(at).simple().to_string())
}
