//! Who is in the history: shops, and members with an account and with mandates for some of the shops.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::dice::{Dice, Of};
use super::plan::Plan;
use super::words;
use crate::ids::{AccountId, EndpointId, MandateId, PartnerId, UserId};
use crate::models::kinds::PartnerEventType;
use crate::security::masking;

pub struct Cast {
    pub shops: Vec<Shop>,
    pub members: Vec<Member>,
}

pub struct Shop {
    pub id: PartnerId,
    pub name: &'static str,
    /// A few read what happened by themselves.
    pub endpoint: Option<Endpoint>,
}

/// Where a shop is told.
pub struct Endpoint {
    pub id: EndpointId,
    pub url: String,
    /// Empty: all.
    pub types: &'static [PartnerEventType],
}

pub struct Member {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub birth_date: NaiveDate,
    pub made_at: DateTime<Utc>,
    pub account: Account,
    pub mandates: Vec<Mandate>,
}

/// A linked account. Its fin account and register number are the bank's to say.
pub struct Account {
    pub id: AccountId,
    pub bank: &'static str,
    pub number: String,
    pub nickname: &'static str,
    pub fin_number: String,
    pub register_number: String,
}

pub struct Mandate {
    pub id: MandateId,
    pub shop: PartnerId,
}

const ENDS: [PartnerEventType; 4] = [
    PartnerEventType::PaymentSucceeded,
    PartnerEventType::PaymentFailed,
    PartnerEventType::RefundSucceeded,
    PartnerEventType::RefundFailed,
];
/// Payments that a member makes in the year, where there are many.
const PAYMENTS_EACH: u64 = 50;

impl Account {
    pub fn number_masked(&self) -> String {
        masking::account_number(&self.number)
    }

    pub fn fin_account_masked(&self) -> String {
        masking::account_number(&self.fin_number)
    }
}

impl Cast {
    pub fn of(plan: &Plan) -> Self {
        let shops: Vec<Shop> = (0..)
            .zip(words::SHOPS)
            .map(|(number, name)| shop(plan, number, name))
            .collect();
        let members = (plan.payments / PAYMENTS_EACH).clamp(20, 20_000);
        Self {
            members: (0..members).map(|number| member(plan, number, &shops)).collect(),
            shops,
        }
    }

    /// Some buy more often than others.
    pub fn buyer(&self, dice: &mut Dice) -> Option<&Member> {
        let all = self.members.len() as u64;
        let place = dice.below(all).min(dice.below(all));
        self.members.get(usize::try_from(place).ok()?)
    }
}

/// One of four has no endpoint, and another wants to hear the ends of payments and refunds alone.
fn shop(plan: &Plan, number: u64, name: &'static str) -> Shop {
    let mut dice = Dice::new(plan.seed, Of::Shop, number);
    let id = PartnerId(dice.id(plan.made_at()));
    let endpoint = Endpoint {
        id: EndpointId(dice.id(plan.made_at())),
        url: format!("https://shop{:02}.example/webhooks/naru", number + 1),
        types: if number % 4 == 1 { &ENDS } else { &[] },
    };
    Shop {
        id,
        name,
        endpoint: (number % 4 != 3).then_some(endpoint),
    }
}

fn member(plan: &Plan, number: u64, shops: &[Shop]) -> Member {
    let mut dice = Dice::new(plan.seed, Of::Member, number);
    let made_at = plan.made_at() + TimeDelta::seconds(i64::try_from(number).unwrap_or_default());
    // Ten million and more: none of the demo's people and no number that the simulated bank does something special for.
    let digits = 20_000_000 + number * 10;
    Member {
        id: UserId(dice.id(made_at)),
        name: format!("{}{}", dice.word(&words::SURNAMES), dice.word(&words::GIVEN_NAMES)),
        email: format!("customer{:06}@naru.test", number + 1),
        phone: format!("010{digits:08}"),
        birth_date: NaiveDate::from_ymd_opt(1960, 1, 1).unwrap_or_default() + TimeDelta::days(dice.between(0, 16_000)),
        made_at,
        account: Account {
            id: AccountId(dice.id(made_at)),
            bank: "011",
            number: format!("30260{digits:08}"),
            nickname: dice.word(&words::NICKNAMES),
            fin_number: String::new(),
            register_number: String::new(),
        },
        mandates: mandates(&mut dice, made_at, shops),
    }
}

/// For one to three shops; the first of the list are the largest.
fn mandates(dice: &mut Dice, made_at: DateTime<Utc>, shops: &[Shop]) -> Vec<Mandate> {
    let mut mandates: Vec<Mandate> = Vec::new();
    for _ in 0..dice.between(1, 3) {
        let place = dice.below(shops.len() as u64).min(dice.below(shops.len() as u64));
        let Some(shop) = usize::try_from(place).ok().and_then(|place| shops.get(place)) else {
            continue;
        };
        if mandates.iter().all(|mandate| mandate.shop != shop.id) {
            mandates.push(Mandate {
                id: MandateId(dice.id(made_at)),
                shop: shop.id,
            });
        }
    }
    mandates
}
