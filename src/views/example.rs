//! People, accounts and transfers that do not exist, for the samples of the pages.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    balance::{BalanceView, KnownBalance},
    cs::{
        payments::{CsTransferRow, RefundsOfRow},
        story::{CallFacts, CsCall, CsEvent, Entry, interleave},
    },
    transfer::{AccountLabel, TransferRow},
    web::accounts::AccountCard,
    words::{CallOutcome, LinkProblem, Operation},
};
use crate::{
    bank::Proof,
    models::kinds::{AccountState, Actor, EventType, MoneyMoved, TransferKind, TransferState},
    money::Won,
};

pub const ACCOUNT_ID: &str = "acc_019ac1f05d7a7b3e8c41f2a90b6d7e10";
pub const PAYMENT_ID: &str = "pay_019ac1f2a3b47c5d8e9f0a1b2c3d4e5f";
const REFUND_ID: &str = "ref_019ac1f7b1c27d3e9f40a5b6c7d8e9fa";
pub const TRACE: &str = "20261125000000004217";
pub const PARTNER: &str = "나루상점";
/// What somebody may call a shop or an account in the hope that a page does not escape it.
pub const HOSTILE: &str = "<script>alert(1)</script>\"'&";

/// 14:03:22 in Korea on 25 November 2026, and so many seconds.
pub fn at(seconds: i64) -> DateTime<Utc> {
    const START: i64 = 1_795_583_002;
    DateTime::from_timestamp(START, 0).unwrap_or_default() + TimeDelta::seconds(seconds)
}

pub fn balance() -> KnownBalance {
    KnownBalance {
        ledger: Won::new(1_234_500),
        available: Won::new(1_184_500),
        at: at(0),
    }
}

/// An active account; the number makes it another one.
pub fn account(number: u8, balance: BalanceView) -> AccountCard {
    AccountCard {
        id: format!("acc_019ac1f05d7a7b3e8c41f2a90b6d7e1{number}"),
        nickname: match number {
            1 => "생활비".to_owned(),
            2 => String::new(),
            _ => HOSTILE.to_owned(),
        },
        bank_code: if number == 1 { "011" } else { "012" }.to_owned(),
        number_masked: "30200000*****".to_owned(),
        state: AccountState::Active,
        link_problem: None,
        in_hand: false,
        balance,
    }
}

pub fn pending_account(problem: LinkProblem) -> AccountCard {
    AccountCard {
        state: AccountState::Pending,
        link_problem: Some(problem),
        ..account(4, BalanceView::loading(None))
    }
}

pub fn account_label() -> AccountLabel {
    AccountLabel {
        id: Some(ACCOUNT_ID.to_owned()),
        nickname: "생활비".to_owned(),
        bank_code: "011".to_owned(),
        number_masked: "30200000*****".to_owned(),
    }
}

pub fn row(kind: TransferKind, status: TransferState) -> TransferRow {
    let money_moved = match status {
        TransferState::Succeeded => MoneyMoved::Yes,
        TransferState::Executing | TransferState::Unknown | TransferState::NeedsReview => MoneyMoved::Unknown,
        TransferState::Queued | TransferState::Failed | TransferState::Canceled | TransferState::Expired => {
            MoneyMoved::No
        }
    };
    let (id, amount, description) = match kind {
        TransferKind::Payment => (PAYMENT_ID, 12_300, "드립백 커피 10개"),
        TransferKind::Refund => (REFUND_ID, 2_300, "한 개가 깨져서 왔어요"),
    };
    TransferRow {
        id: id.to_owned(),
        kind,
        status,
        money_moved,
        amount: Won::new(amount),
        partner_name: PARTNER.to_owned(),
        description: description.to_owned(),
        order_id: Some("order-20261125-0042".to_owned()),
        at: at(0),
    }
}

/// A payment in every state, a refund, and one with a name that must be escaped and an amount that is long.
pub fn rows() -> Vec<TransferRow> {
    let mut rows: Vec<TransferRow> = super::cs::payments::STATES
        .into_iter()
        .map(|status| row(TransferKind::Payment, status))
        .collect();
    rows.push(row(TransferKind::Refund, TransferState::Succeeded));
    rows.push(row(TransferKind::Refund, TransferState::Unknown));
    rows.push(TransferRow {
        amount: Won::new(1_234_567_890),
        partner_name: HOSTILE.to_owned(),
        description: HOSTILE.to_owned(),
        order_id: Some("order-with-a-very-long-name-that-does-not-want-to-be-broken-0123456789".to_owned()),
        ..row(TransferKind::Payment, TransferState::Succeeded)
    });
    rows
}

pub fn cs_row(transfer: TransferRow) -> CsTransferRow {
    let (kind, status) = (transfer.kind, transfer.status);
    CsTransferRow {
        transfer,
        member_name_masked: "김*지".to_owned(),
        member_email_masked: "mi***@naru.test".to_owned(),
        refunds: (kind == TransferKind::Payment && status == TransferState::Succeeded).then_some(RefundsOfRow {
            count: 2,
            refunded: Won::new(2_300),
            reserved: Won::new(1_000),
        }),
    }
}

/// The events that lead to a state: seconds after the start, what happened, the state then.
pub fn events(status: TransferState) -> Vec<(i64, EventType, TransferState)> {
    let mut events = vec![(0, EventType::Created, TransferState::Queued)];
    let claimed = (1, EventType::Claimed, TransferState::Executing);
    match status {
        TransferState::Queued => {}
        TransferState::Executing => events.push(claimed),
        TransferState::Succeeded => events.extend([claimed, (3, EventType::Succeeded, status)]),
        TransferState::Failed => events.extend([claimed, (3, EventType::Failed, status)]),
        TransferState::Unknown => events.extend([
            claimed,
            (10, EventType::Unknown, status),
            (60, EventType::Inquired, status),
        ]),
        TransferState::NeedsReview => events.extend([
            claimed,
            (10, EventType::Unknown, TransferState::Unknown),
            (60, EventType::Inquired, TransferState::Unknown),
            (61, EventType::NeedsReview, status),
            (70, EventType::Note, status),
        ]),
        TransferState::Canceled => events.push((20, EventType::Canceled, status)),
        TransferState::Expired => events.push((600, EventType::Expired, status)),
    }
    events
}

/// The whole story of a transfer in a state, with its bank calls.
pub fn story(kind: TransferKind, status: TransferState) -> Vec<Entry> {
    let mut lines: Vec<CsEvent> = Vec::new();
    let mut calls = Vec::new();
    for (version, (seconds, event, reached)) in (1..).zip(events(status)) {
        match event {
            EventType::Claimed => calls.push(money_call(kind, seconds, status)),
            EventType::Inquired => calls.push(inquiry(seconds)),
            _ => {}
        }
        lines.push(CsEvent {
            at: at(seconds),
            event,
            status: reached,
            previous_status: lines.last().map(|line| line.status),
            actor: actor(event),
            staff_name: (event == EventType::Note).then(|| "박현우".to_owned()),
            detail: (event == EventType::Note).then(|| format!("은행에 전화로 물었음 {HOSTILE}")),
            version,
        });
    }
    interleave(lines, calls)
}

fn actor(event: EventType) -> Actor {
    match event {
        EventType::Created | EventType::Canceled => Actor::Partner,
        EventType::Claimed => Actor::Worker,
        EventType::Expired | EventType::Inquired => Actor::Sweeper,
        EventType::Note => Actor::Staff,
        _ => Actor::Inquiry,
    }
}

/// The one call that moves money, ended as the transfer's final state needs it.
fn money_call(kind: TransferKind, seconds: i64, ends_in: TransferState) -> CsCall {
    let operation = match kind {
        TransferKind::Payment => Operation::Withdraw,
        TransferKind::Refund => Operation::Deposit,
    };
    let (outcome, proof, bank_code) = match ends_in {
        TransferState::Executing => (CallOutcome::Open, None, None),
        TransferState::Succeeded => (CallOutcome::Succeeded, Some(Proof::Answered), Some("00000")),
        TransferState::Failed => (CallOutcome::Refused, Some(Proof::Answered), Some("00133")),
        _ => (CallOutcome::Unknown, Some(Proof::MaybeSent), None),
    };
    let request = format!(
        r#"{{"Header":{{"ApiNm":"DrawingTransfer","IsTuno":"{TRACE}"}},"FinAcno":"00820100012340000*****","Tram":"12300"}}"#
    );
    let response = bank_code.map(|code| format!(r#"{{"Header":{{"IsTuno":"{TRACE}","Rpcd":"{code}"}}}}"#));
    let facts = CallFacts {
        trace_number: TRACE.to_owned(),
        started_at: at(seconds) + TimeDelta::milliseconds(40),
        ended_at: proof.map(|_| at(seconds) + TimeDelta::milliseconds(1_240)),
        proof,
        bank_code: bank_code.map(str::to_owned),
        http_status: bank_code.map(|_| 200),
        request: Some(request),
        response,
    };
    CsCall::new(operation, outcome, facts)
}

fn inquiry(seconds: i64) -> CsCall {
    let facts = CallFacts {
        trace_number: "20261125000000004311".to_owned(),
        started_at: at(seconds) - TimeDelta::milliseconds(300),
        ended_at: Some(at(seconds)),
        proof: Some(Proof::Answered),
        bank_code: Some("A0050".to_owned()),
        http_status: Some(200),
        request: None,
        response: None,
    };
    CsCall::new(Operation::Inquire, CallOutcome::Processing, facts)
}
