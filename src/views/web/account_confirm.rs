//! The second and third step of linking an account: whose it is, and what the member agrees to.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    accounts::consent::ConsentText,
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        i18n::Language,
        page::Page,
        words::LinkProblem,
    },
};

/// The answer to `POST /accounts/new`, and to a consent that was not given.
///
/// Its forms: `POST /accounts/new` (`draft`: ask again), `POST /accounts/new/edit` (`draft`: back to the first step),
/// `POST /accounts/new/consent` (`draft`, `text`, `consent`).
#[derive(Clone, Debug, Serialize)]
pub struct AccountConfirm {
    account: DraftAccount,
    /// The member's own name, masked. Never anybody else's.
    holder_masked: String,
    /// What was typed, sealed.
    draft: String,
    /// Why it is not confirmed; the consent is asked for when there is none.
    problem: Option<LinkProblem>,
    can_ask_again: bool,
    /// When the bank works again, where that is the problem and known.
    until: Option<DateTime<Utc>>,
    consent: Consent,
    /// Fields: `consent`.
    pub errors: FieldErrors,
}

/// An account that is not linked yet.
#[derive(Clone, Debug, Serialize)]
pub struct DraftAccount {
    pub nickname: String,
    pub bank_code: String,
    pub number_masked: String,
}

/// What is agreed to.
#[derive(Clone, Debug, Serialize)]
struct Consent {
    version: String,
    /// Sent back with the form: the text that was read is the one that is kept.
    hash: String,
    parts: Vec<(String, String)>,
}

impl Consent {
    fn of(text: &ConsentText) -> Self {
        Self {
            version: text.version.to_owned(),
            hash: text.hash.clone(),
            parts: text.parts.clone(),
        }
    }
}

impl AccountConfirm {
    /// An account that the bank says is the member's.
    #[must_use]
    pub fn new(account: DraftAccount, holder_masked: String, draft: String, text: &ConsentText) -> Self {
        Self {
            account,
            holder_masked,
            draft,
            problem: None,
            can_ask_again: false,
            until: None,
            consent: Consent::of(text),
            errors: FieldErrors::new(),
        }
    }

    /// The same where it was not confirmed.
    #[must_use]
    pub fn stopped(self, problem: LinkProblem, until: Option<DateTime<Utc>>) -> Self {
        Self {
            problem: Some(problem),
            can_ask_again: can_be_asked_again(problem),
            until,
            ..self
        }
    }
}

/// Whether asking the bank again can help.
const fn can_be_asked_again(problem: LinkProblem) -> bool {
    matches!(
        problem,
        LinkProblem::BankUnavailable
            | LinkProblem::NoAnswer
            | LinkProblem::BankTrouble
            | LinkProblem::OutsideServiceHours
            | LinkProblem::StillIssuing
            | LinkProblem::TooManyChecks
            | LinkProblem::Other
    )
}

impl Page for AccountConfirm {
    const TEMPLATE: &'static str = "web/account_confirm.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let account = DraftAccount {
            nickname: "생활비".to_owned(),
            bank_code: "011".to_owned(),
            number_masked: "30200000*****".to_owned(),
        };
        let draft = "v1.1.c2VhbGVk".to_owned();
        let confirmed = Self::new(account, "김*지".to_owned(), draft, &ConsentText::today(Language::Ko));
        let refused = Self {
            errors: FieldErrors::from([("consent", FieldProblem::ConsentRequired)]),
            ..confirmed.clone()
        };
        let mut samples = vec![("the member's own", confirmed.clone()), ("not agreed to", refused)];
        for problem in LinkProblem::ALL {
            let until = (*problem == LinkProblem::OutsideServiceHours).then(|| example::at(1_800));
            samples.push((problem.as_str(), confirmed.clone().stopped(*problem, until)));
        }
        samples
    }
}
