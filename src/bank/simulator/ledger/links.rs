//! Fin accounts: asked for, issued, asked after.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::accounts::{self, BookedAccount, fin_account_of};
use super::received::{Note, Received, first_use, record};
use super::{Ledger, sql};
use crate::bank::nh::codes;
use crate::bank::simulator::magic::{Delivery, ISSUING_ANSWERS, Linking, of_account};

/// A fin account is asked for.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct Link {
    pub received: Received,
    pub institution_code: String,
    pub bank_code: String,
    pub number: String,
}

/// What came of it: the code, how it leaves, and the register number where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::bank::simulator) struct Linked {
    pub code: &'static str,
    pub delivery: Delivery,
    pub register_number: Option<String>,
}

/// An issue is asked after.
#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct Check {
    pub received: Received,
    pub register_number: String,
}

#[derive(Clone, Debug)]
pub(in crate::bank::simulator) struct Checked {
    pub code: &'static str,
    pub delivery: Delivery,
    /// The account, once its fin account is issued.
    pub account: Option<BookedAccount>,
}

impl Ledger {
    /// Issues a fin account. Asked again for the same account, it answers the same register number; a repeated trace
    /// number is answered so only for the same request.
    pub(in crate::bank::simulator) async fn link(&self, link: Link) -> Result<Linked, DbErr> {
        self.db
            .write(|transaction| Box::pin(async move { issue(transaction, &link).await }))
            .await
    }

    /// Tells the fin account of a register number, once it is issued.
    pub(in crate::bank::simulator) async fn check_link(&self, check: Check) -> Result<Checked, DbErr> {
        self.db
            .write(|transaction| Box::pin(async move { ask_after(transaction, &check).await }))
            .await
    }
}

async fn issue(transaction: &DatabaseTransaction, link: &Link) -> Result<Linked, DbErr> {
    let first = first_use(transaction, &link.received).await?;
    let behaviour = of_account(&link.number);
    let (linked, account_id) = match (behaviour.refusal(), behaviour) {
        (Some(refusal), _) => (refused(refusal), None),
        (None, Linking::BadGatewayAtOpen) => (undelivered(Delivery::BadGateway), None),
        (None, _) => {
            let account = accounts::find_or_open(transaction, &link.bank_code, &link.number).await?;
            let repeats = first
                .as_ref()
                .is_none_or(|first| first.api == link.received.api && first.account_id == Some(account.id));
            let linked = if repeats {
                register(transaction, link, &account, behaviour).await?
            } else {
                refused(codes::DUPLICATE_ISSUE)
            };
            (linked, Some(account.id))
        }
    };
    let note = Note {
        account_id,
        answer: linked.delivery.word(linked.code),
        ..Note::default()
    };
    record(transaction, &link.received, first.is_none(), note).await?;
    Ok(linked)
}

async fn register(
    transaction: &DatabaseTransaction,
    link: &Link,
    account: &BookedAccount,
    behaviour: Linking,
) -> Result<Linked, DbErr> {
    let known = account.register_number.clone();
    let is_first = known.is_none();
    let register_number = known.unwrap_or_else(|| format!("{}{:09}", link.received.date, account.id));
    if is_first {
        let checks = if behaviour == Linking::IssuingForAWhile {
            ISSUING_ANSWERS
        } else {
            0
        };
        let update = sql(
            "UPDATE accounts SET register_number = ?, fin_account = ?, linked_on = ?, checks_left = ? WHERE id = ?",
            [
                register_number.as_str().into(),
                fin_account_of(&link.institution_code, &account.bank_code, &account.number).into(),
                link.received.date.as_str().into(),
                checks.into(),
                account.id.into(),
            ],
        );
        transaction.execute_raw(update).await?;
    }
    Ok(match (behaviour, behaviour.first_answer()) {
        (Linking::HangsAtOpen, _) => undelivered(Delivery::Never),
        (_, Some(first_answer)) if is_first => refused(first_answer),
        _ => Linked {
            code: codes::SUCCESS,
            delivery: Delivery::Now,
            register_number: Some(register_number),
        },
    })
}

async fn ask_after(transaction: &DatabaseTransaction, check: &Check) -> Result<Checked, DbErr> {
    let is_new = first_use(transaction, &check.received).await?.is_none();
    let account = accounts::find_by_register_number(transaction, &check.register_number).await?;
    let account_id = account.as_ref().map(|account| account.id);
    let (code, delivery) = match &account {
        _ if !is_new => (codes::DUPLICATE_ISSUE, Delivery::Now),
        None => (codes::BAD_FIELD, Delivery::Now),
        Some(account) if of_account(&account.number) == Linking::HangsAtCheck => (codes::SUCCESS, Delivery::Never),
        Some(account) if is_still_issuing(transaction, account.id).await? => (codes::STILL_ISSUING, Delivery::Now),
        Some(_) => (codes::SUCCESS, Delivery::Now),
    };
    let note = Note {
        account_id,
        answer: delivery.word(code),
        ..Note::default()
    };
    record(transaction, &check.received, is_new, note).await?;
    Ok(Checked {
        code,
        delivery,
        account: account.filter(|_| code == codes::SUCCESS),
    })
}

/// Counts one of the answers that say so down, if there is one left.
async fn is_still_issuing(transaction: &DatabaseTransaction, account_id: i64) -> Result<bool, DbErr> {
    let count_down = sql(
        "UPDATE accounts SET checks_left = checks_left - 1 WHERE id = ? AND checks_left > 0",
        [account_id.into()],
    );
    Ok(transaction.execute_raw(count_down).await?.rows_affected() == 1)
}

const fn refused(code: &'static str) -> Linked {
    Linked {
        code,
        delivery: Delivery::Now,
        register_number: None,
    }
}

const fn undelivered(delivery: Delivery) -> Linked {
    Linked {
        code: codes::SUCCESS,
        delivery,
        register_number: None,
    }
}
