//! What partners and staff ask for, each answer held against what the model expects.

use chrono::TimeDelta;
use futures::future::BoxFuture;
use naru::ids::{PartnerId, Prefix, TransferId};
use naru::models::kinds::{FailureCode, Mode, TransferState};
use naru::models::{bank_accounts, transfers};
use naru::money::Won;
use naru::transfers::accept::{self, NewPayment};
use naru::transfers::correct::{self, Correction, Decision};
use naru::transfers::idempotency::{self, Accepted, IdempotencyKey};
use naru::transfers::refund::{self, NewRefund};
use naru::transfers::{TransferError, cancel, state};
use naru::views::api::{PaymentBody, RefundBody};
use naru::views::i18n::Language;
use serde_json::{Value, json};

use super::expect::{Expected, Refusal};
use super::hand;
use super::laws::Permit;
use super::model::{Answer, Ask, Kind, Operation, Request, Transfer};
use super::ops::{Asker, Cut, Expiry, Order, Part, Seen};
use super::run::Storm;

impl Storm<'_> {
    pub async fn pay(&mut self, order: Order, won: i64, expires: Expiry, cut: Cut) -> Result<Permit, String> {
        let earlier = match order {
            Order::New => None,
            Order::Of(of) => self.one(of).and_then(|of| match &self.model.transfers[of].kind {
                Kind::Payment { order } => Some(order.clone()),
                Kind::Refund { .. } => None,
            }),
        };
        let expires_at = match expires {
            Expiry::Unsaid => None,
            Expiry::InSecs(secs) => Some(self.world.now() + TimeDelta::seconds(secs)),
        };
        let key = self.new_key();
        let ask = Ask::Payment {
            order: earlier.unwrap_or_else(|| format!("order-{key}")),
            won,
            expires_at,
        };
        self.ask(Request { key, ask }, cut).await
    }

    pub async fn refund(&mut self, of: usize, by: Asker, won: Part, seen: Seen, cut: Cut) -> Result<Permit, String> {
        let Some(of) = self.one(of) else {
            return Ok(Permit::Nothing);
        };
        let won = match won {
            Part::Rest => None,
            Part::Won(won) => Some(won),
            Part::TooMuch => Some(self.model.remaining(of) + 1),
        };
        let ask = Ask::Refund {
            payment: self.model.transfers[of].id,
            by_another_shop: matches!(by, Asker::AnotherShop),
            won,
            if_match: self.version(of, seen),
        };
        let key = self.new_key();
        self.ask(Request { key, ask }, cut).await
    }

    pub async fn again(&mut self, request: usize) -> Result<Permit, String> {
        let Some(request) = request.checked_rem(self.model.requests.len()) else {
            return Ok(Permit::Nothing);
        };
        self.ask(self.model.requests[request].clone(), None).await
    }

    pub async fn misuse(&mut self, request: usize) -> Result<Permit, String> {
        let Some(request) = request.checked_rem(self.model.requests.len()) else {
            return Ok(Permit::Nothing);
        };
        let mut request = self.model.requests[request].clone();
        match &mut request.ask {
            Ask::Payment { won, .. } => *won += 1,
            Ask::Refund { won, .. } => *won = Some(won.map_or(1, |won| won + 1)),
        }
        self.ask(request, None).await
    }

    /// Sends a request and judges the answer. One that is cut off has none: the key tells then what became of it.
    pub async fn ask(&mut self, request: Request, cut: Cut) -> Result<Permit, String> {
        let expected = self.model.expect(&request, self.world.now());
        self.model.requests.push(request.clone());
        let mut sent = self.send(&request);
        let answer = match cut {
            None => Some(sent.await),
            Some(polls) => {
                let answer = hand::poll_times(&mut sent, polls).await;
                drop(sent);
                self.writes_are_over().await;
                answer
            }
        };
        let accepted = match answer {
            Some(Ok(accepted)) => accepted,
            Some(Err(error)) => return refused(&error, &expected).map(|()| Permit::Nothing),
            None => match self.found_by_key(&request).await {
                Some(accepted) => accepted,
                None => return Ok(Permit::Nothing),
            },
        };
        match expected {
            Expected::Refused(refusal) => Err(format!("{refusal:?} was due, not {accepted:?}")),
            Expected::Replayed { id, body } => {
                ensure!(
                    (accepted.transfer_id, &accepted.body) == (id, &body),
                    "not the first answer: {accepted:?}"
                );
                self.world.count("replayed");
                Ok(Permit::Nothing)
            }
            Expected::Accepted { won } => self.promise(request, won, accepted).await,
        }
    }

    fn send(&self, request: &Request) -> BoxFuture<'static, Result<Accepted, TransferError>> {
        let services = self.services.clone();
        let partner_id = self.partner_of(&request.ask);
        let key = |meaning: Value| IdempotencyKey::new(request.key.clone(), &meaning);
        match request.ask.clone() {
            Ask::Payment { order, won, expires_at } => {
                let key = key(json!({ "order": order, "won": won, "expires_at": expires_at }));
                let payment = NewPayment {
                    partner_id,
                    mode: Mode::Test,
                    mandate_id: self.mandate,
                    order_id: order,
                    amount: Won::new(won),
                    description: "폭풍".to_owned(),
                    metadata: std::collections::BTreeMap::new(),
                    expires_at,
                    request_id: None,
                };
                Box::pin(async move { accept::accept_payment(&services, payment, key, payment_body).await })
            }
            Ask::Refund {
                payment, won, if_match, ..
            } => {
                let key = key(json!({ "payment": payment, "won": won }));
                let refund = NewRefund {
                    partner_id,
                    mode: Mode::Test,
                    payment_id: payment,
                    amount: won.map(Won::new),
                    reason: "폭풍".to_owned(),
                    if_match,
                    request_id: None,
                };
                Box::pin(async move { refund::accept_refund(&services, refund, key, refund_body).await })
            }
        }
    }

    const fn partner_of(&self, ask: &Ask) -> PartnerId {
        match ask {
            Ask::Refund {
                by_another_shop: true, ..
            } => self.world.other_shop,
            _ => self.world.shop,
        }
    }

    /// What a partner finds that lost the answer.
    pub async fn found_by_key(&self, request: &Request) -> Option<Accepted> {
        let operation = match request.ask.operation() {
            Operation::Pay => idempotency::Operation::CreatePayment,
            Operation::Refund => idempotency::Operation::CreateRefund,
        };
        let db = self.services.db.read();
        let row = idempotency::find(db, self.partner_of(&request.ask), operation, &request.key).await;
        row.expect("the database answers").map(|row| Accepted {
            transfer_id: row.transfer_id.expect("a transfer's"),
            body: row.body,
            replayed: false,
        })
    }

    /// Takes the answer at its word.
    async fn promise(&mut self, request: Request, won: i64, accepted: Accepted) -> Result<Permit, String> {
        let id = accepted.transfer_id;
        let row = state::load(self.services.db.read(), id)
            .await
            .map_err(|_| "an accepted transfer is not there")?;
        let kind = match &request.ask {
            Ask::Payment { order, .. } => Kind::Payment { order: order.clone() },
            Ask::Refund { payment, .. } => Kind::Refund {
                of: self.model.index(*payment).ok_or("a refund of nothing")?,
            },
        };
        ensure!(
            !accepted.replayed && self.model.index(id).is_none(),
            "an old transfer for a new key: {accepted:?}"
        );
        ensure!(row.amount_won == won, "{won} won were asked for: {row:?}");
        judge_promise(&accepted.body, &kind, id, won)?;
        let permit = match kind {
            Kind::Payment { .. } => Permit::Nothing,
            Kind::Refund { of } => Permit::Refund(of),
        };
        let answer = Answer {
            ask: request.ask.clone(),
            id,
            body: accepted.body,
        };
        self.model
            .answers
            .insert((request.ask.operation(), request.key), answer);
        self.model.transfers.push(Transfer {
            id,
            kind,
            won,
            created_at: row.created_at,
            expires_at: row.expires_at,
            row,
            history: Vec::new(),
            corrected: false,
        });
        Ok(permit)
    }

    pub async fn cancel(&mut self, of: usize, seen: Seen) -> Result<Permit, String> {
        let Some(of) = self.one(of) else {
            return Ok(Permit::Nothing);
        };
        let version = self.version(of, seen);
        let (id, expected) = (self.model.transfers[of].id, self.model.expect_cancel(of, version));
        let done = cancel::cancel_payment(&self.services, (self.world.shop, Mode::Test), id, version).await;
        judge_state(done, expected)?;
        Ok(Permit::Cancel(of))
    }

    pub async fn correct(&mut self, of: usize, succeeded: bool, seen: Seen) -> Result<Permit, String> {
        let Some(of) = self.one(of) else {
            return Ok(Permit::Nothing);
        };
        let version = self.version(of, seen).unwrap_or(self.model.transfers[of].row.version);
        let decision = if succeeded {
            Decision::Succeeded
        } else {
            Decision::Failed(FailureCode::BankRefused)
        };
        let expected = self.model.expect_correction(of, decision.state(), version);
        let correction = Correction {
            transfer_id: self.model.transfers[of].id,
            version,
            decision,
            reason: "은행 확인".to_owned(),
            evidence: "거래내역 1행".to_owned(),
            staff: self.world.staff[0],
        };
        let done = correct::correct(&self.services, correction).await;
        judge_state(done, expected)?;
        Ok(Permit::Correct(of))
    }

    fn version(&self, of: usize, seen: Seen) -> Option<i64> {
        let present = self.model.transfers[of].row.version;
        match seen {
            Seen::Unsaid => None,
            Seen::Present => Some(present),
            Seen::Stale => Some(present - 1),
        }
    }

    fn new_key(&self) -> String {
        format!("{}-{}", self.number, self.model.requests.len())
    }
}

fn refused(error: &TransferError, expected: &Expected) -> Result<(), String> {
    let refusal = Refusal::of(error).ok_or_else(|| format!("a fault: {error:?}"))?;
    ensure!(
        *expected == Expected::Refused(refusal),
        "{expected:?} was due, not {error:?}"
    );
    Ok(())
}

/// What the partner reads in the answer.
fn judge_promise(body: &str, kind: &Kind, id: TransferId, won: i64) -> Result<(), String> {
    let told: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let prefix = match kind {
        Kind::Payment { .. } => Prefix::Payment,
        Kind::Refund { .. } => Prefix::Refund,
    };
    let promised = json!([prefix.show(id.0), "queued", "no", 1, won]);
    let says = json!([
        told["id"],
        told["status"],
        told["money_moved"],
        told["version"],
        told["amount"]
    ]);
    ensure!(says == promised, "{promised} was due: {body}");
    Ok(())
}

fn payment_body(payment: &transfers::Model, account: &bank_accounts::Model) -> Result<String, serde_json::Error> {
    serde_json::to_string(&PaymentBody::new(payment, account, Language::default())?)
}

fn refund_body(refund: &transfers::Model, _: &bank_accounts::Model) -> Result<String, serde_json::Error> {
    serde_json::to_string(&RefundBody::new(refund, Language::default()))
}

fn judge_state(
    done: Result<transfers::Model, TransferError>,
    expected: Result<TransferState, Refusal>,
) -> Result<(), String> {
    match (done, expected) {
        (Ok(row), Ok(state)) => {
            ensure!(row.state == state, "{state:?} was due: {row:?}");
            Ok(())
        }
        (Err(error), Err(refusal)) => refused(&error, &Expected::Refused(refusal)),
        (done, expected) => Err(format!("{expected:?} was due, not {done:?}")),
    }
}
