//! NH's answers in our own words. What is missing or cannot be read is an unclear answer, never a guess.

use super::{
    codes::{self, Meaning, Question},
    wire::{
        Amount, CheckOnTransferReply, HistoryRow, InquireBalanceReply, InquireDepositorReply,
        InquireTransactionHistoryReply, Response, ResponseHeader, Time,
    },
};
use crate::{
    bank::{
        AccountAtBank, Balance, Call, Direction, FinAccountNumber, Outcome, Refusal, RefusalKind, StatementPage,
        StatementRow, TransferResult, UnknownReason,
    },
    money::Won,
};

/// HTTP 200 and JSON, yet not an answer to what was asked.
pub(super) const fn unclear<T>() -> Outcome<T> {
    Outcome::Unknown(UnknownReason::UnclearAnswer)
}

fn says_unknown<T>(code: &str) -> Outcome<T> {
    Outcome::Unknown(UnknownReason::BankSaysUnknown(code.to_owned()))
}

fn refused(code: &str, kind: RefusalKind) -> Refusal {
    Refusal {
        bank_code: code.to_owned(),
        kind,
        consent_url: None,
    }
}

/// The bank's codes have five characters. Anything else is no code, and is not stored as one.
fn is_code(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_graphic())
}

/// An answer with another trace number than the call's is an answer to somebody else.
fn is_answer_to(header: &ResponseHeader, call: &Call) -> bool {
    header
        .trace_number
        .as_ref()
        .is_none_or(|echo| *echo == call.trace_number)
}

/// Judges an answer by its code. `done` reads the body of a success.
pub(super) fn judge<R, T>(
    response: Response<R>,
    call: &Call,
    asked: Question,
    done: impl FnOnce(Response<R>) -> Outcome<T>,
) -> Outcome<T> {
    let code = &response.header.code;
    // A success of the other call is handed on with its trace number: that money moved must not be overlooked.
    let success_of_money = asked == Question::MoveMoney && code == codes::SUCCESS;
    if !is_code(code) || !(success_of_money || is_answer_to(&response.header, call)) {
        return unclear();
    }
    match codes::meaning(code, asked) {
        Meaning::Done => done(response),
        Meaning::Refused(kind) => Outcome::Refused(refused(code, kind)),
        Meaning::Processing | Meaning::NoSuchTransaction | Meaning::NoRows | Meaning::Unknown => says_unknown(code),
    }
}

/// Judges the answer to an inquiry: first its own code, then the code of the original.
pub(super) fn transfer_result(response: &Response<CheckOnTransferReply>, call: &Call) -> Outcome<TransferResult> {
    let code = &response.header.code;
    if !is_code(code) || !is_answer_to(&response.header, call) {
        return unclear();
    }
    match codes::meaning(code, Question::Inquiry) {
        Meaning::Done => original_result(&response.body),
        Meaning::Processing => Outcome::Succeeded(TransferResult::Processing),
        Meaning::NoSuchTransaction => Outcome::Succeeded(TransferResult::NoSuchTransaction),
        Meaning::Refused(kind) => Outcome::Refused(refused(code, kind)),
        Meaning::NoRows | Meaning::Unknown => says_unknown(code),
    }
}

fn original_result(reply: &CheckOnTransferReply) -> Outcome<TransferResult> {
    let Some(code) = reply.result_code.as_deref().filter(|code| is_code(code)) else {
        return unclear();
    };
    match codes::meaning(code, Question::Original) {
        Meaning::Done => Outcome::Succeeded(TransferResult::Moved {
            at: reply.processed_at.as_ref().and_then(Time::time),
        }),
        Meaning::Refused(kind) => Outcome::Succeeded(TransferResult::Refused(refused(code, kind))),
        Meaning::Processing => Outcome::Succeeded(TransferResult::Processing),
        Meaning::NoSuchTransaction => Outcome::Succeeded(TransferResult::NoSuchTransaction),
        Meaning::NoRows | Meaning::Unknown => says_unknown(code),
    }
}

/// Judges the answer to a balance query. Where the holder's consent is missing the bank tells where to give it.
pub(super) fn balance(
    response: Response<InquireBalanceReply>,
    call: &Call,
    asked: &FinAccountNumber,
) -> Outcome<Balance> {
    let url = response.body.consent.web_url.clone();
    let outcome = judge(response, call, Question::Read, |response| {
        balance_of(&response.body, asked)
    });
    match outcome {
        Outcome::Refused(refusal) if refusal.kind == RefusalKind::ConsentRequired => Outcome::Refused(Refusal {
            consent_url: url.filter(|url| is_web_address(url)),
            ..refusal
        }),
        other => other,
    }
}

/// Whether a page may send a person there.
fn is_web_address(text: &str) -> bool {
    reqwest::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.has_host())
}

/// The balance, unless it is another account's.
fn balance_of(reply: &InquireBalanceReply, asked: &FinAccountNumber) -> Outcome<Balance> {
    let same_account = reply.fin_account.as_ref().is_none_or(|echo| echo == asked);
    let ledger = reply.ledger.as_ref().and_then(Amount::won);
    let available = reply.available.as_ref().and_then(Amount::won);
    match (ledger, available) {
        (Some(ledger), Some(available)) if same_account => Outcome::Succeeded(Balance { ledger, available }),
        _ => unclear(),
    }
}

/// The holder's name, unless it is another account's.
pub(super) fn holder(reply: &InquireDepositorReply, asked: &AccountAtBank) -> Outcome<String> {
    let same_account = reply.account.as_ref().is_none_or(|echo| *echo == asked.account);
    let name = reply.holder.as_ref().map_or("", |name| name.as_str().trim());
    if same_account && !name.is_empty() {
        Outcome::Succeeded(name.to_owned())
    } else {
        unclear()
    }
}

/// Judges the answer to a statement query; "no rows" is an empty page.
pub(super) fn statement(response: Response<InquireTransactionHistoryReply>, call: &Call) -> Outcome<StatementPage> {
    let no_rows = codes::meaning(&response.header.code, Question::Read) == Meaning::NoRows;
    if no_rows && is_answer_to(&response.header, call) {
        return Outcome::Succeeded(StatementPage {
            rows: Vec::new(),
            has_more: false,
        });
    }
    judge(response, call, Question::Read, |response| {
        // A success without its list is not an empty list, nor one that does not say whether it ends the last page: an absent
        // row may become evidence.
        let rows: Option<Vec<_>> = response
            .body
            .rows
            .and_then(|rows| rows.into_iter().map(statement_row).collect());
        let has_more = match response.body.has_more.as_deref() {
            Some("Y") => Some(true),
            Some("N") => Some(false),
            _ => None,
        };
        rows.zip(has_more).map_or_else(unclear, |(rows, has_more)| {
            Outcome::Succeeded(StatementPage { rows, has_more })
        })
    })
}

fn statement_row(row: HistoryRow) -> Option<StatementRow> {
    let balance = row.balance_after.won()?;
    Some(StatementRow {
        date: row.date.date()?,
        time: row.time.time()?,
        direction: match row.direction.as_str() {
            "1" | "2" => Direction::In,
            "3" | "4" => Direction::Out,
            _ => return None,
        },
        amount: row.amount.won()?,
        balance_after: if row.balance_sign.as_deref() == Some("-") {
            Won::ZERO.checked_sub(balance)?
        } else {
            balance
        },
        canceled: match row.canceled.as_str() {
            "0" => false,
            "1" => true,
            _ => return None,
        },
        memo: row.memo.unwrap_or_default(),
        bank_number: row.bank_number.unwrap_or_default(),
    })
}
