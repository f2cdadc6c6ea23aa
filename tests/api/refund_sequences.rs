//! Refunds in any order and at any moment: their sum is never more than was paid, and what remains is always told right.

use naru::ids::{Prefix, TransferId, UserId};
use naru::models::kinds::{FailureCode, TransferState};
use naru::models::transfers;
use naru::transfers::correct::{Correction, Decision, correct};
use naru::transfers::{execute, state};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::{Answer, Api};

/// How the bank takes the refund, by the end of its amount.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Moves,
    Refuses,
    /// It answers with a page instead.
    MovesAndIsUnknown,
    IsUnknown,
    MovesOneWonLess,
}

#[derive(Clone, Debug)]
enum Step {
    Refund(i64, Fate),
    /// Two at once.
    Both(i64, i64),
    Rest,
    /// The bank is asked to carry out what is queued.
    Work,
    /// A person finds out how what is open ended, where it can be told.
    Decide,
}

fn step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        3 => Just(Fate::Moves),
        1 => Just(Fate::Refuses),
        1 => Just(Fate::MovesAndIsUnknown),
        1 => Just(Fate::IsUnknown),
        1 => Just(Fate::MovesOneWonLess),
    ];
    prop_oneof![
        6 => (1_i64..60_000, fate).prop_map(|(won, fate)| Step::Refund(won, fate)),
        2 => (1_i64..80_000, 1_i64..80_000).prop_map(|(one, other)| Step::Both(one, other)),
        1 => Just(Step::Rest),
        4 => Just(Step::Work),
        2 => Just(Step::Decide),
    ]
}

/// The amount with an end that the bank takes as this.
fn amount(won: i64, fate: Fate) -> i64 {
    let ending = match fate {
        Fate::Moves => return plain(won),
        Fate::Refuses => 9_002,
        Fate::MovesAndIsUnknown => 9_051,
        Fate::IsUnknown => 9_052,
        Fate::MovesOneWonLess => 9_091,
    };
    won / 10_000 * 10_000 + ending
}

/// An amount that means nothing to the bank but itself.
fn plain(won: i64) -> i64 {
    if won % 10_000 >= 9_000 { won - 1_000 } else { won }
}

#[test]
fn rule_5_c29_the_sum_of_refunds_is_never_more_than_was_paid_in_any_sequence() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (app, api, mandate) = runtime.block_on(async {
        let settings = json!({ "inquiry": { "schedule_secs": "3600" } });
        let app = app::wish().settings(settings).without_workers().start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        app.sql("UPDATE mandates SET daily_limit_won = 1000000000").await;
        (app, shop.api, mandate)
    });
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let sequences = (1_i64..200_000, prop::collection::vec(step(), 1..14));
    TestRunner::new(config)
        .run(&sequences, |(paid, steps)| {
            runtime.block_on(async {
                let sequence = Sequence::begin(&app, &api, &mandate, plain(paid)).await;
                for (number, step) in steps.iter().enumerate() {
                    sequence.take(number, step).await;
                    sequence.judge().await;
                }
            });
            Ok(())
        })
        .unwrap();
    runtime.block_on(async {
        assert_eq!(app.verify().await.findings, []);
    });
}

struct Sequence<'a> {
    app: &'a TestApp,
    api: &'a Api,
    payment: TransferId,
    paid: i64,
}

impl<'a> Sequence<'a> {
    async fn begin(app: &'a TestApp, api: &'a Api, mandate: &str, paid: i64) -> Self {
        let order = uuid::Uuid::now_v7().simple().to_string();
        let made = api.post("/payments", &order, &payment(mandate, &order, paid)).await;
        let id = Prefix::Payment.parse(made.expect(202).json()["id"].as_str().unwrap());
        let payment = TransferId(id.unwrap());
        execute::execute(&app.services, payment).await.unwrap();
        Self {
            app,
            api,
            payment,
            paid,
        }
    }

    fn path(&self) -> String {
        format!("/payments/{}", Prefix::Payment.show(self.payment.0))
    }

    async fn refunds(&self) -> Vec<transfers::Model> {
        let refunds = transfers::Entity::find().filter(transfers::Column::PaymentId.eq(self.payment));
        refunds.all(self.app.services.db.read()).await.unwrap()
    }

    /// What the refunds that are not known to have failed make.
    async fn held(&self) -> i64 {
        let refunds = self.refunds().await;
        let held = refunds.iter().filter(|refund| refund.state != TransferState::Failed);
        held.map(|refund| refund.amount_won).sum()
    }

    async fn ask(&self, number: usize, part: u8, body: Value) -> Answer {
        let key = format!("{}-{number}-{part}", self.payment.0.simple());
        self.api.post(&format!("{}/refunds", self.path()), &key, &body).await
    }

    async fn take(&self, number: usize, step: &Step) {
        let remaining = self.paid - self.held().await;
        match *step {
            Step::Refund(won, fate) => {
                let amount = amount(won, fate);
                let answer = self.ask(number, 0, json!({ "amount": amount, "reason": "환불" })).await;
                judge_answer(answer, amount <= remaining, remaining);
            }
            Step::Both(one, other) => self.take_both(number, plain(one), plain(other), remaining).await,
            Step::Rest => {
                let answer = self.ask(number, 0, json!({ "reason": "나머지" })).await;
                if remaining > 0 {
                    assert_eq!(answer.expect(202).json()["amount"], remaining);
                } else {
                    judge_answer(answer, false, 0);
                }
            }
            Step::Work => {
                for refund in self.refunds().await {
                    execute::execute(&self.app.services, refund.id).await.unwrap();
                }
            }
            Step::Decide => {
                for refund in self.refunds().await {
                    self.decide(refund).await;
                }
            }
        }
    }

    async fn take_both(&self, number: usize, one: i64, other: i64, remaining: i64) {
        let (first, second) = tokio::join!(
            self.ask(number, 1, json!({ "amount": one, "reason": "환불" })),
            self.ask(number, 2, json!({ "amount": other, "reason": "환불" })),
        );
        let mut taken = 0;
        for (answer, won) in [(first, one), (second, other)] {
            if answer.status.as_u16() == 202 {
                taken += won;
            } else {
                answer.problem(409, "refund_exceeds_remaining");
            }
        }
        if one + other <= remaining {
            assert_eq!(taken, one + other, "of {remaining}");
        } else {
            // One of them, where one fits: either may have been first.
            let fitting: Vec<i64> = [one, other].into_iter().filter(|won| *won <= remaining).collect();
            let right = if fitting.is_empty() { vec![0] } else { fitting };
            assert!(right.contains(&taken), "{taken}, not of {right:?}");
        }
    }

    /// Decides as the bank's books say.
    async fn decide(&self, refund: transfers::Model) {
        if !matches!(refund.state, TransferState::Unknown | TransferState::NeedsReview) {
            return;
        }
        let decision = match refund.amount_won % 10_000 {
            // Neither is true of what moved one won less.
            9_091 => return,
            9_022 | 9_032 | 9_042 | 9_052 | 9_099 => Decision::Failed(FailureCode::BankNeverReceived),
            _ => Decision::Succeeded,
        };
        let correction = Correction {
            transfer_id: refund.id,
            version: refund.version,
            decision,
            reason: "은행에 확인".to_owned(),
            evidence: "거래내역".to_owned(),
            staff: UserId::new(),
        };
        correct(&self.app.services, correction).await.unwrap();
    }

    async fn judge(&self) {
        let (held, refunds) = (self.held().await, self.refunds().await);
        assert!(held <= self.paid, "{held} of {}", self.paid);
        let went_back = refunds.iter().filter(|refund| refund.state == TransferState::Succeeded);
        let went_back: i64 = went_back.map(|refund| refund.amount_won).sum();
        let shown = self.api.get(&self.path()).await.expect(200).json();
        assert_eq!(
            (&shown["refundable_amount"], &shown["refunded_amount"]),
            (&json!(self.paid - held), &json!(went_back)),
            "{shown}"
        );
        let row = state::load(self.app.services.db.read(), self.payment).await.unwrap();
        assert_eq!(
            (row.refunded_won, row.refund_reserved_won),
            (went_back, held - went_back)
        );
    }
}

fn judge_answer(answer: Answer, is_taken: bool, remaining: i64) {
    if is_taken {
        answer.expect(202);
    } else {
        let problem = answer.problem(409, "refund_exceeds_remaining");
        assert_eq!(problem["remaining_amount"], remaining);
    }
}
