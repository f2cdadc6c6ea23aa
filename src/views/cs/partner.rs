//! `/cs/partners/{id}`: how a partner stands, what it has, and what was done with it.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::partners::StandingWord;
use super::reason_form::ReasonForm;
use crate::{
    models::kinds::{Mode, StaffDeed, TransferState},
    money::Won,
    views::{
        example,
        page::Page,
        partner::{
            deeds::DeedRow,
            home::{StateSum, Today},
            keys::{KeyRow, KeyState},
            webhooks::EndpointRow,
        },
    },
};

/// `GET /cs/partners/{id}`, and the answer to its forms when they were refused: `POST …/stop`, `POST …/resumption`.
#[derive(Clone, Debug, Serialize)]
pub struct CsPartner {
    pub facts: PartnerFacts,
    pub standing: StandingWord,
    /// What is seen here: trial and real money are never on one page.
    pub mode: Mode,
    pub today: Today,
    pub keys: Vec<KeyRow>,
    /// Those that ended last.
    pub ended_keys: Vec<KeyRow>,
    /// What fails comes first.
    pub endpoints: Vec<EndpointRow>,
    pub return_urls: Vec<String>,
    pub people: Vec<PartnerPerson>,
    /// What was done at its console and by operators, newest first.
    pub deeds: Vec<DeedRow>,
    /// Who stopped it and let it go on, newest first.
    pub staff_acts: Vec<StaffAct>,
    /// All its payments and refunds.
    pub payments_path: String,
    /// The payments that were accepted today.
    pub today_path: String,
    /// Who looked at it, for those who may see it.
    pub audit_path: Option<String>,
    /// For those who may stop it and let it go on.
    pub change: Option<ReasonForm>,
    pub as_of: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PartnerFacts {
    /// `par_…`.
    pub id: String,
    pub path: String,
    pub name: String,
    pub made_at: DateTime<Utc>,
    pub stopped_at: Option<DateTime<Utc>>,
    /// `None`: no limit.
    pub per_payment: Option<Won>,
    pub daily: Option<Won>,
    pub version: i64,
}

/// Who signs in for it.
#[derive(Clone, Debug, Serialize)]
pub struct PartnerPerson {
    pub name_masked: String,
    pub email_masked: String,
    pub made_at: DateTime<Utc>,
}

#[derive(Clone, Debug, Serialize)]
pub struct StaffAct {
    pub deed: StaffDeed,
    pub actor_name: String,
    pub reason: String,
    pub at: DateTime<Utc>,
}

impl CsPartner {
    fn example() -> Self {
        Self {
            facts: PartnerFacts {
                id: "par_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
                path: "/cs/partners/par_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
                name: example::HOSTILE.to_owned(),
                made_at: example::at(0),
                stopped_at: None,
                per_payment: Some(Won::new(1_000_000)),
                daily: None,
                version: 3,
            },
            standing: StandingWord::Open,
            mode: Mode::Test,
            today: Today {
                paid_count: 1_204,
                paid: Won::new(1_234_567_890),
                refunded_count: 3,
                refunded: Won::new(45_000),
                states: vec![StateSum {
                    state: TransferState::Unknown,
                    count: 2,
                    sum: Won::new(24_600),
                }],
            },
            keys: vec![KeyRow::example(KeyState::Active), KeyRow::example(KeyState::Ending)],
            ended_keys: vec![KeyRow::example(KeyState::Ended)],
            endpoints: EndpointRow::examples(),
            return_urls: vec!["https://shop.example/done".to_owned()],
            people: vec![PartnerPerson {
                name_masked: "서*발".to_owned(),
                email_masked: "de***@naru.test".to_owned(),
                made_at: example::at(0),
            }],
            deeds: DeedRow::examples(),
            staff_acts: vec![StaffAct {
                deed: StaffDeed::PartnerResumed,
                actor_name: "최팀장".to_owned(),
                reason: example::HOSTILE.to_owned(),
                at: example::at(60),
            }],
            payments_path: "/cs/payments?partner=019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            today_path: "/cs/payments?kind=payment&partner=019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            audit_path: Some("/cs/audit?subject=par_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
            change: Some(ReasonForm::example()),
            as_of: example::at(90),
        }
    }
}

impl Page for CsPartner {
    const TEMPLATE: &'static str = "cs/partner.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let open = Self::example();
        let stopped = Self {
            facts: PartnerFacts {
                stopped_at: Some(example::at(60)),
                ..open.facts.clone()
            },
            standing: StandingWord::Stopped,
            ..open.clone()
        };
        let refused = Self {
            change: Some(ReasonForm::refused_example()),
            ..open.clone()
        };
        let new = Self {
            standing: StandingWord::NoKey,
            today: Today::default(),
            keys: Vec::new(),
            ended_keys: Vec::new(),
            endpoints: Vec::new(),
            return_urls: Vec::new(),
            people: Vec::new(),
            deeds: Vec::new(),
            staff_acts: Vec::new(),
            audit_path: None,
            change: None,
            ..open.clone()
        };
        vec![("open", open), ("stopped", stopped), ("refused", refused), ("new", new)]
    }
}
