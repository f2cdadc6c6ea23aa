//! Our requests as bodies of NH's wire. A request that the wire cannot carry is not built, so it is proven not sent.

use super::wire::{
    self, Amount, CheckOnDrawingTransfer, CheckOnReceivedTransfer, Day, DrawingTransfer, InquireTransactionHistory,
    OriginalTransfer, ReceivedTransfer,
};
use crate::{
    bank::{
        AccountAtBank, BankCode, CheckFinAccount, Deposit, FinAccountNumber, OpenFinAccount, Original, StatementOrder,
        StatementQuery, Withdrawal,
    },
    money::Won,
};

/// `011` NongHyup Bank, `012` the cooperatives.
const NONGHYUP: [&str; 2] = ["011", "012"];
/// The wire's amounts have up to 15 digits.
const AMOUNT_LIMIT: Won = Won::new(999_999_999_999_999);
/// Passbook texts, counted as passbooks do: a Hangul letter takes the room of two.
const MEMO_WIDTH: usize = 20;
const ROWS_OF_A_PAGE: u32 = 100;

/// Our own data does not make a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotBuildable;

pub(super) fn is_nonghyup(bank: &BankCode) -> bool {
    NONGHYUP.contains(&bank.as_str())
}

fn amount(amount: Won) -> Result<Amount, NotBuildable> {
    if amount.is_positive() && amount <= AMOUNT_LIMIT {
        Ok(Amount::of(amount))
    } else {
        Err(NotBuildable)
    }
}

/// A number of the bank's: digits only, and no more than its field holds.
fn number(text: &str, longest: usize) -> Result<(), NotBuildable> {
    if (1..=longest).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(NotBuildable)
    }
}

fn fin_account(fin_account: &FinAccountNumber) -> Result<FinAccountNumber, NotBuildable> {
    number(fin_account.as_str(), 30).map(|()| fin_account.clone())
}

pub(super) fn account(account: &AccountAtBank) -> Result<AccountAtBank, NotBuildable> {
    number(account.account.as_str(), 20)?;
    if account.bank.as_str().len() == 3 {
        number(account.bank.as_str(), 3).map(|()| account.clone())
    } else {
        Err(NotBuildable)
    }
}

fn memo(memo: &str) -> Result<Option<String>, NotBuildable> {
    let width: usize = memo.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    if width <= MEMO_WIDTH && !memo.chars().any(char::is_control) {
        Ok(Some(memo.to_owned()))
    } else {
        Err(NotBuildable)
    }
}

pub(super) fn open(request: &OpenFinAccount) -> Result<wire::OpenFinAccountDirect, NotBuildable> {
    number(request.account.as_str(), 20)?;
    number(request.birth_date.as_str(), 10)?;
    Ok(wire::OpenFinAccountDirect {
        register_for_withdrawal: "Y".to_owned(),
        birth_date: request.birth_date.clone(),
        bank: request.bank.clone(),
        account: request.account.clone(),
    })
}

pub(super) fn check(request: &CheckFinAccount) -> Result<wire::CheckOpenFinAccountDirect, NotBuildable> {
    number(request.birth_date.as_str(), 10)?;
    if request.register_number.as_str().is_empty() {
        return Err(NotBuildable);
    }
    Ok(wire::CheckOpenFinAccountDirect {
        register_number: request.register_number.clone(),
        birth_date: request.birth_date.clone(),
    })
}

pub(super) fn balance(of: &FinAccountNumber) -> Result<wire::InquireBalance, NotBuildable> {
    Ok(wire::InquireBalance {
        fin_account: fin_account(of)?,
    })
}

pub(super) fn withdrawal(request: &Withdrawal) -> Result<DrawingTransfer, NotBuildable> {
    Ok(DrawingTransfer {
        fin_account: fin_account(&request.fin_account)?,
        amount: amount(request.amount)?,
        withdrawal_memo: memo(&request.memo)?,
        deposit_memo: memo(&request.memo)?,
    })
}

pub(super) fn deposit(request: &Deposit) -> Result<ReceivedTransfer, NotBuildable> {
    let to = account(&request.to)?;
    Ok(ReceivedTransfer {
        bank: to.bank,
        account: to.account,
        amount: amount(request.amount)?,
        withdrawal_memo: memo(&request.memo)?,
        deposit_memo: memo(&request.memo)?,
    })
}

fn original(of: &Original) -> Result<OriginalTransfer, NotBuildable> {
    Ok(OriginalTransfer {
        amount: amount(of.amount)?,
        date: Day::of(of.date),
        trace_number: of.trace_number.clone(),
    })
}

pub(super) fn inquiry_of_withdrawal(
    from: &FinAccountNumber,
    of: &Original,
) -> Result<CheckOnDrawingTransfer, NotBuildable> {
    Ok(CheckOnDrawingTransfer {
        fin_account: fin_account(from)?,
        original: original(of)?,
    })
}

pub(super) fn inquiry_of_deposit(to: &AccountAtBank, of: &Original) -> Result<CheckOnReceivedTransfer, NotBuildable> {
    let to = account(to)?;
    Ok(CheckOnReceivedTransfer {
        // Named by bank and account; the other way of naming it is sent empty.
        fin_account: FinAccountNumber::new(""),
        bank: to.bank,
        account: to.account,
        original: original(of)?,
    })
}

pub(super) fn statement(query: &StatementQuery) -> Result<InquireTransactionHistory, NotBuildable> {
    let of = account(&query.of)?;
    if query.from > query.to || query.page == 0 || !(1..=ROWS_OF_A_PAGE).contains(&query.per_page) {
        return Err(NotBuildable);
    }
    Ok(InquireTransactionHistory {
        bank: of.bank,
        account: of.account,
        from: Day::of(query.from),
        to: Day::of(query.to),
        direction: "A".to_owned(),
        order: match query.order {
            StatementOrder::OldestFirst => "ASC",
            StatementOrder::NewestFirst => "DESC",
        }
        .to_owned(),
        page: query.page.to_string(),
        per_page: query.per_page.to_string(),
    })
}
