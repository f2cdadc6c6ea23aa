//! The APIs that issue a fin account.

use sea_orm::DbErr;

use super::Office;
use super::answer::Handled;
use super::counter::Operation;
use super::ledger::{Check, Link, Received};
use crate::bank::nh::codes;
use crate::bank::nh::wire::{
    CheckOpenFinAccountDirect, CheckOpenFinAccountDirectReply, OpenFinAccountDirect, OpenFinAccountDirectReply,
};
use crate::bank::{FinAccountNumber, RegisterNumber};

/// Account numbers have up to this many digits.
const ACCOUNT_DIGITS_MAX: usize = 20;

impl Operation for OpenFinAccountDirect {
    fn names(&self) -> Vec<&str> {
        vec![self.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<OpenFinAccountDirectReply>, DbErr> {
        if let Some(refusal) = refuse {
            return office.refuse(received, refusal).await;
        }
        if !is_account_number(self.account.as_str()) {
            return office.refuse(received, codes::BAD_FIELD).await;
        }
        let institution_code = received.institution.split('-').next().unwrap_or_default().to_owned();
        let link = Link {
            received,
            institution_code,
            bank_code: self.bank.as_str().to_owned(),
            number: self.account.as_str().to_owned(),
        };
        let linked = office.ledger.link(link).await?;
        Ok(Handled {
            code: linked.code,
            reply: OpenFinAccountDirectReply {
                register_number: linked.register_number.map(RegisterNumber::new),
            },
            delivery: linked.delivery,
        })
    }
}

impl Operation for CheckOpenFinAccountDirect {
    fn names(&self) -> Vec<&str> {
        vec![self.register_number.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<CheckOpenFinAccountDirectReply>, DbErr> {
        if let Some(refusal) = refuse {
            return office.refuse(received, refusal).await;
        }
        let check = Check {
            received,
            register_number: self.register_number.as_str().to_owned(),
        };
        let checked = office.ledger.check_link(check).await?;
        let account = checked.account;
        let registered_on = account.as_ref().and_then(|account| account.linked_on.clone());
        Ok(Handled {
            code: checked.code,
            reply: CheckOpenFinAccountDirectReply {
                fin_account: account
                    .and_then(|account| account.fin_account)
                    .map(FinAccountNumber::new),
                registered_on: registered_on.and_then(|day| super::day_of(&day)),
            },
            delivery: checked.delivery,
        })
    }
}

fn is_account_number(text: &str) -> bool {
    (1..=ACCOUNT_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
