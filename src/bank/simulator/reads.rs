//! The APIs that only read: a balance, a holder's name, a statement.

use sea_orm::DbErr;

use super::Office;
use super::answer::Handled;
use super::counter::Operation;
use super::ledger::{BookedAccount, Note, PageQuery, Party, Received, Row};
use super::magic::{Delivery, Linking, holder_of, of_account};
use crate::bank::nh::codes;
use crate::bank::nh::wire::{
    Amount, ConsentLinks, Day, HistoryRow, HolderName, InquireBalance, InquireBalanceReply,
    InquireDepositorAccountNumber, InquireDepositorOtherBank, InquireDepositorReply, InquireTransactionHistory,
    InquireTransactionHistoryReply, Time,
};
use crate::bank::{AccountNumber, BankCode};
use crate::clock::{kst, kst_date};
use crate::money::Won;

/// A page of a statement has up to this many rows, and the range that is asked for up to this many days.
const ROWS_MAX: i64 = 100;
const DAYS_MAX: i64 = 93;
/// Passbooks cut their text.
const MEMO_CHARACTERS: usize = 20;

impl Office {
    /// Notes a call and its answer; a repeated trace number makes the answer for it.
    async fn noted(
        &self,
        received: Received,
        account_id: Option<i64>,
        code: &'static str,
    ) -> Result<&'static str, DbErr> {
        let note = Note {
            account_id,
            answer: code.to_owned(),
            answer_to_repeat: Some(codes::DUPLICATE_TRACE_NUMBER),
            ..Note::default()
        };
        let is_new = self.ledger.note(received, note).await?;
        Ok(if is_new { code } else { codes::DUPLICATE_TRACE_NUMBER })
    }

    pub(super) async fn refuse<R: Default>(
        &self,
        received: Received,
        refusal: &'static str,
    ) -> Result<Handled<R>, DbErr> {
        self.noted(received, None, refusal).await.map(Handled::plain)
    }
}

/// Whether the holder lets the account be read.
fn consent(account: &BookedAccount) -> &'static str {
    match of_account(&account.number) {
        Linking::ConsentExpired => codes::CONSENT_EXPIRED,
        _ => codes::SUCCESS,
    }
}

impl Operation for InquireBalance {
    fn names(&self) -> Vec<&str> {
        vec![self.fin_account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<InquireBalanceReply>, DbErr> {
        if let Some(refusal) = refuse {
            return office.refuse(received, refusal).await;
        }
        let party = Party::FinAccount(self.fin_account.as_str().to_owned());
        let Some(account) = office.ledger.account(&party).await? else {
            return office.refuse(received, codes::FIN_ACCOUNT_INVALID).await;
        };
        let code = office.noted(received, Some(account.id), consent(&account)).await?;
        let reply = match code {
            codes::SUCCESS => {
                let balance = Amount::of(Won::new(account.balance_won));
                InquireBalanceReply {
                    fin_account: Some(self.fin_account),
                    ledger: Some(balance.clone()),
                    available: Some(balance),
                    consent: ConsentLinks::default(),
                }
            }
            codes::CONSENT_EXPIRED => InquireBalanceReply {
                consent: consent_links(),
                ..InquireBalanceReply::default()
            },
            _ => InquireBalanceReply::default(),
        };
        Ok(Handled {
            code,
            reply,
            delivery: Delivery::Now,
        })
    }
}

fn consent_links() -> ConsentLinks {
    ConsentLinks {
        ticket: Some("SIMULATED-TICKET".to_owned()),
        web_url: Some("https://consent.invalid/web".to_owned()),
        ..ConsentLinks::default()
    }
}

impl Operation for InquireDepositorAccountNumber {
    fn names(&self) -> Vec<&str> {
        vec![self.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<InquireDepositorReply>, DbErr> {
        holder(office, received, refuse, self.bank, self.account).await
    }
}

impl Operation for InquireDepositorOtherBank {
    fn names(&self) -> Vec<&str> {
        vec![self.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<InquireDepositorReply>, DbErr> {
        holder(office, received, refuse, self.bank, self.account).await
    }
}

async fn holder(
    office: &Office,
    received: Received,
    refuse: Option<&'static str>,
    bank: BankCode,
    account: AccountNumber,
) -> Result<Handled<InquireDepositorReply>, DbErr> {
    let exists = of_account(account.as_str()) != Linking::NoSuchAccount;
    let truth = if exists {
        codes::SUCCESS
    } else {
        codes::ACCOUNT_UNUSABLE
    };
    let code = office.noted(received, None, refuse.unwrap_or(truth)).await?;
    if code != codes::SUCCESS {
        return Ok(Handled::plain(code));
    }
    let party = Party::Number {
        bank_code: bank.as_str().to_owned(),
        number: account.as_str().to_owned(),
    };
    let booked = office.ledger.account(&party).await?;
    let name = booked.map_or_else(|| holder_of(account.as_str()).to_owned(), |booked| booked.holder);
    Ok(Handled::done(InquireDepositorReply {
        bank: Some(bank),
        account: Some(account),
        holder: Some(HolderName::new(name)),
    }))
}

impl Operation for InquireTransactionHistory {
    fn names(&self) -> Vec<&str> {
        vec![self.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<InquireTransactionHistoryReply>, DbErr> {
        if let Some(refusal) = refuse {
            return office.refuse(received, refusal).await;
        }
        let party = Party::Number {
            bank_code: self.bank.as_str().to_owned(),
            number: self.account.as_str().to_owned(),
        };
        let Some(account) = office.ledger.account(&party).await? else {
            return office.refuse(received, codes::NO_ROWS).await;
        };
        let Some(query) = page_query(&self, account.id) else {
            return office.refuse(received, codes::BAD_FIELD).await;
        };
        let page = office.ledger.statement(query).await?;
        let truth = match consent(&account) {
            codes::SUCCESS if page.rows.is_empty() => codes::NO_ROWS,
            code => code,
        };
        let code = office.noted(received, Some(account.id), truth).await?;
        if code != codes::SUCCESS {
            return Ok(Handled::plain(code));
        }
        let count = page.rows.len().to_string();
        Ok(Handled::done(InquireTransactionHistoryReply {
            has_more: Some(if page.has_more { "Y" } else { "N" }.to_owned()),
            total: Some(count.clone()),
            count: Some(count),
            rows: Some(page.rows.iter().map(history_row).collect()),
        }))
    }
}

/// `None` where the bank would not take the question.
fn page_query(asked: &InquireTransactionHistory, account_id: i64) -> Option<PageQuery> {
    let days = (asked.to.date()? - asked.from.date()?).num_days();
    let page: i64 = asked.page.parse().ok()?;
    let per_page: i64 = asked.per_page.parse().ok()?;
    let may_pass = (0..=DAYS_MAX).contains(&days) && (1..=9_999).contains(&page) && (1..=ROWS_MAX).contains(&per_page);
    let direction = match asked.direction.as_str() {
        "M" => "in",
        "D" => "out",
        "A" | "" => "",
        _ => return None,
    };
    may_pass.then(|| PageQuery {
        account_id,
        from: asked.from.as_str().to_owned(),
        to: asked.to.as_str().to_owned(),
        direction,
        newest_first: asked.order == "DESC",
        page,
        per_page,
    })
}

fn history_row(row: &Row) -> HistoryRow {
    HistoryRow {
        date: Day::of(kst_date(row.at)),
        time: Time::of(row.at.with_timezone(&kst()).time()),
        direction: if row.is_deposit { "2" } else { "3" }.to_owned(),
        amount: Amount::of(Won::new(row.moved_won)),
        balance_after: Amount::of(Won::new(row.balance_after)),
        balance_sign: Some("+".to_owned()),
        summary: None,
        bank: Some("000".to_owned()),
        branch: Some("0000000".to_owned()),
        canceled: if row.canceled { "1" } else { "0" }.to_owned(),
        bank_number: Some(row.id.to_string()),
        memo: Some(row.memo.chars().take(MEMO_CHARACTERS).collect()),
    }
}
