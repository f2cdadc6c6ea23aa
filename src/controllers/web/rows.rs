//! Rows of the domain as the pages show them.

use chrono::{DateTime, Utc};

use crate::accounts::AccountRow;
use crate::accounts::balance::{KnownBalance, Reading};
use crate::accounts::standing::Standing;
use crate::ids::{AccountId, Prefix, TransferId};
use crate::members::history::Entry;
use crate::models::kinds::TransferKind;
use crate::models::{account_consents, transfers};
use crate::money::Won;
use crate::views;
use crate::views::balance::BalanceView;
use crate::views::transfer::{AccountLabel, TransferRow};
use crate::views::web::account_detail::{ConsentLine, MandateLine};
use crate::views::web::accounts::AccountCard;
use crate::views::words::{BalanceProblem, LinkProblem};

/// The id of a transfer as the outside sees it.
pub fn shown_id(transfer: &transfers::Model) -> String {
    match transfer.kind {
        TransferKind::Payment => Prefix::Payment.show(transfer.id.0),
        TransferKind::Refund => Prefix::Refund.show(transfer.id.0),
    }
}

/// The kind and id that a shown id names.
pub fn parse_id(id: &str) -> Option<(TransferKind, TransferId)> {
    let payment = Prefix::Payment
        .parse(id)
        .map(|id| (TransferKind::Payment, TransferId(id)));
    payment.or_else(|| {
        let refund = Prefix::Refund.parse(id)?;
        Some((TransferKind::Refund, TransferId(refund)))
    })
}

/// The address of an account's page.
pub fn account_path(id: AccountId) -> String {
    format!("/accounts/{}", Prefix::Account.show(id.0))
}

/// The address of the page that tells how its link stands.
pub fn link_path(id: AccountId) -> String {
    format!("{}/link", account_path(id))
}

/// The address of the page that tells that it is linked.
pub fn linked_path(id: AccountId) -> String {
    format!("{}/linked", account_path(id))
}

pub fn transfer_row(entry: Entry) -> TransferRow {
    let Entry { transfer, partner_name } = entry;
    TransferRow {
        id: shown_id(&transfer),
        kind: transfer.kind,
        status: transfer.state,
        money_moved: transfer.state.money_moved(),
        amount: Won::new(transfer.amount_won),
        partner_name,
        description: transfer.description,
        order_id: transfer.order_id,
        at: transfer.created_at,
    }
}

pub fn mandate_line(standing: Standing) -> MandateLine {
    let Standing { mandate, partner_name } = standing;
    MandateLine {
        partner_name,
        status: mandate.status,
        per_payment: Won::new(mandate.per_payment_limit_won),
        daily: Won::new(mandate.daily_limit_won),
    }
}

pub fn consent_line(consent: account_consents::Model) -> ConsentLine {
    ConsentLine {
        at: consent.agreed_at,
        version: consent.text_version,
        lines: consent.text.lines().map(str::to_owned).collect(),
    }
}

pub fn account_label(account: &AccountRow) -> AccountLabel {
    let is_linked = account.unlinked_at.is_none();
    AccountLabel {
        id: is_linked.then(|| Prefix::Account.show(account.id.0)),
        nickname: account.nickname.clone(),
        bank_code: account.bank_code.clone(),
        number_masked: account.number_masked.clone(),
    }
}

pub fn account_card(account: &AccountRow, balance: BalanceView, now: DateTime<Utc>) -> AccountCard {
    AccountCard {
        id: Prefix::Account.show(account.id.0),
        nickname: account.nickname.clone(),
        bank_code: account.bank_code.clone(),
        number_masked: account.number_masked.clone(),
        state: account.state,
        link_problem: account.failure.as_deref().map(LinkProblem::from_word),
        in_hand: account.linking_until.is_some_and(|until| now < until),
        balance,
    }
}

/// What is known before the bank is asked.
pub fn loading(known: Option<KnownBalance>) -> BalanceView {
    BalanceView::loading(known.map(known_balance))
}

/// What came of asking the bank.
pub fn read(reading: Reading) -> BalanceView {
    let known = reading.known.map(known_balance);
    match (reading.failure, known) {
        (None, Some(known)) => BalanceView::fresh(known),
        (None, None) => BalanceView::failed(None, BalanceProblem::Other),
        (Some(failure), known) => BalanceView {
            until: failure.until,
            consent_url: failure.consent_url,
            ..BalanceView::failed(known, BalanceProblem::from_word(failure.why.as_str()))
        },
    }
}

fn known_balance(known: KnownBalance) -> views::balance::KnownBalance {
    views::balance::KnownBalance {
        ledger: known.ledger,
        available: known.available,
        at: known.at,
    }
}
