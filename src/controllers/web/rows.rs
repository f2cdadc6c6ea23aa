//! Rows of the domain as the pages show them.

use chrono::{DateTime, Utc};

use crate::accounts::AccountRow;
use crate::accounts::balance::{KnownBalance, Reading};
use crate::accounts::standing::Standing;
use crate::ids::{AccountId, Prefix, TransferId};
use crate::members::history::Entry;
use crate::models::kinds::{MandateStatus, TransferKind};
use crate::models::{mandates, transfers};
use crate::money::Won;
use crate::views;
use crate::views::balance::BalanceView;
use crate::views::csv::history::CsvRow;
use crate::views::transfer::{AccountLabel, TransferRow};
use crate::views::web::account_detail::{ConsentLine, MandateLine};
use crate::views::web::accounts::AccountCard;
use crate::views::web::mandates::MandateCard;
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

/// A row of the member's own file.
pub fn csv_row(entry: Entry) -> CsvRow {
    let transfer = &entry.transfer;
    CsvRow {
        settled_at: transfer.settled_at,
        refunded: Won::new(transfer.refunded_won),
        trace_number: transfer.trace_number.clone(),
        payment_id: transfer.payment_id.map(|id| Prefix::Payment.show(id.0)),
        transfer: transfer_row(entry),
    }
}

/// A mandate as its member sees it. `used_today` is what the Korean day used of it.
pub fn mandate_card(
    mandate: &mandates::Model,
    partner_name: String,
    account: &AccountRow,
    used_today: Won,
) -> MandateCard {
    let daily = mandate.daily_won();
    MandateCard {
        id: Prefix::Mandate.show(mandate.id.0),
        partner_name,
        account: account_label(account),
        status: mandate.status,
        per_payment: mandate.per_payment_won(),
        daily,
        consented_per_payment: Won::new(mandate.per_payment_limit_won),
        consented_daily: Won::new(mandate.daily_limit_won),
        used_today,
        left_today: daily.checked_sub(used_today).unwrap_or_default().max(Won::ZERO),
        given_at: mandate.activated_at.unwrap_or(mandate.created_at),
        ended_at: mandate.revoked_at,
    }
}

/// A sum that a person typed: `12,300`, `12300원`, `₩12,300`. At least one won. Grouped otherwise than by thousands it is a
/// slip, and nobody knows which sum was meant.
pub fn typed_won(text: &str) -> Option<Won> {
    let text = text.trim().trim_start_matches('₩').trim_end_matches('원').trim();
    let groups: Vec<&str> = text.split([',', ' ']).collect();
    let is_digits = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let is_grouped = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => first.len() <= 3 && rest.iter().all(|group| group.len() == 3),
        [] => false,
    };
    let is_number = is_grouped && groups.iter().all(is_digits);
    let won = groups.concat().parse().ok().filter(|_| is_number).map(Won::new)?;
    Some(won).filter(|won| won.is_positive())
}

pub fn mandate_line(standing: Standing) -> MandateLine {
    let Standing { mandate, partner_name } = standing;
    MandateLine {
        id: (mandate.status == MandateStatus::Active).then(|| Prefix::Mandate.show(mandate.id.0)),
        partner_name,
        per_payment: mandate.per_payment_won(),
        daily: mandate.daily_won(),
    }
}

/// What was agreed to: when, which version, and the whole text.
pub fn consent_line(at: DateTime<Utc>, version: String, text: &str) -> ConsentLine {
    ConsentLine {
        at,
        version,
        lines: text.lines().map(str::to_owned).collect(),
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

pub fn known_balance(known: KnownBalance) -> views::balance::KnownBalance {
    views::balance::KnownBalance {
        ledger: known.ledger,
        available: known.available,
        at: known.at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_read_as_people_write_it_and_nothing_else_is() {
        for text in ["12300", "12,300", " 12,300원 ", "₩12,300", "12 300"] {
            assert_eq!(typed_won(text), Some(Won::new(12_300)), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "많이",
            "99999999999999999999",
            "원",
            ",",
            "12,30",
            "1,2300",
            "12,,300",
            "1234,567",
            "12,300,",
            "１２３",
        ] {
            assert_eq!(typed_won(text), None, "{text}");
        }
    }
}
