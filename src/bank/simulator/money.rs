//! The APIs that move money, and those that ask what became of it.

use sea_orm::DbErr;

use super::Office;
use super::answer::Handled;
use super::counter::Operation;
use super::ledger::{Finding, Note, Order, Party, Question, Received, Verdict};
use super::magic::{self, Delivery};
use crate::bank::Direction;
use crate::bank::nh::codes;
use crate::bank::nh::wire::{
    Amount, CheckOnDrawingTransfer, CheckOnReceivedTransfer, CheckOnTransferReply, Day, DrawingTransfer,
    DrawingTransferReply, OriginalTransfer, ReceivedTransfer, ReceivedTransferAccountNumber, ReceivedTransferOtherBank,
    ReceivedTransferReply, Time,
};
use crate::clock::{kst, kst_date};
use crate::money::Won;

/// An amount has up to this many digits.
const AMOUNT_DIGITS_MAX: usize = 15;

impl Operation for DrawingTransfer {
    fn names(&self) -> Vec<&str> {
        vec![self.fin_account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<DrawingTransferReply>, DbErr> {
        let asked = Asked {
            direction: Direction::Out,
            party: Party::FinAccount(self.fin_account.as_str().to_owned()),
            amount: self.amount,
            memo: self.withdrawal_memo,
        };
        let today = Day::of(kst_date(received.at));
        let moved = transfer(office, received, asked, refuse).await?;
        Ok(moved.answered(|amount| DrawingTransferReply {
            fin_account: Some(self.fin_account),
            registered_on: Some(today),
            amount,
        }))
    }
}

impl Operation for ReceivedTransferAccountNumber {
    fn names(&self) -> Vec<&str> {
        vec![self.transfer.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<ReceivedTransferReply>, DbErr> {
        deposit(office, received, self.transfer, refuse).await
    }
}

impl Operation for ReceivedTransferOtherBank {
    fn names(&self) -> Vec<&str> {
        vec![self.transfer.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<ReceivedTransferReply>, DbErr> {
        deposit(office, received, self.transfer, refuse).await
    }
}

async fn deposit(
    office: &Office,
    received: Received,
    transfer_asked: ReceivedTransfer,
    refuse: Option<&'static str>,
) -> Result<Handled<ReceivedTransferReply>, DbErr> {
    let asked = Asked {
        direction: Direction::In,
        party: Party::Number {
            bank_code: transfer_asked.bank.as_str().to_owned(),
            number: transfer_asked.account.as_str().to_owned(),
        },
        amount: transfer_asked.amount,
        memo: transfer_asked.deposit_memo,
    };
    let moved = transfer(office, received, asked, refuse).await?;
    Ok(moved.answered(|amount| ReceivedTransferReply { amount }))
}

struct Asked {
    direction: Direction,
    party: Party,
    amount: Amount,
    memo: Option<String>,
}

/// What is told of a transfer before it has the shape of its API.
struct Told {
    code: &'static str,
    delivery: Delivery,
    /// Named only where it is not what was asked: the bank's description has no amount in its answer.
    other_amount: Option<Amount>,
}

impl Told {
    fn answered<R: Default>(self, reply: impl FnOnce(Option<Amount>) -> R) -> Handled<R> {
        let is_done = self.code == codes::SUCCESS;
        Handled {
            code: self.code,
            reply: if is_done {
                reply(self.other_amount)
            } else {
                R::default()
            },
            delivery: self.delivery,
        }
    }
}

async fn transfer(
    office: &Office,
    received: Received,
    asked: Asked,
    refuse: Option<&'static str>,
) -> Result<Told, DbErr> {
    let Some(amount_won) = amount_won(&asked.amount).filter(|won| *won > 0) else {
        let is_new = office.ledger.note(received, bad_amount(asked.memo)).await?;
        let code = if is_new {
            codes::BAD_FIELD
        } else {
            codes::DUPLICATE_TRACE_NUMBER
        };
        return Ok(Told {
            code,
            delivery: Delivery::Now,
            other_amount: None,
        });
    };
    let script = refuse.map_or_else(|| magic::of_amount(amount_won), magic::refusing);
    let order = Order {
        received,
        direction: asked.direction,
        party: asked.party,
        amount_won,
        memo: asked.memo.unwrap_or_default(),
        script,
    };
    let verdict = office.ledger.transfer(order.clone()).await?;
    let is_scripted = !matches!(verdict, Verdict::Duplicate | Verdict::Rejected(_));
    Ok(Told {
        code: order.code(verdict),
        delivery: if is_scripted { script.delivery } else { Delivery::Now },
        other_amount: match verdict {
            Verdict::Moved { won } if won != amount_won => Some(Amount::of(Won::new(won))),
            _ => None,
        },
    })
}

fn bad_amount(memo: Option<String>) -> Note {
    Note {
        memo,
        moves_money: true,
        answer: codes::BAD_FIELD.to_owned(),
        ..Note::default()
    }
}

fn amount_won(amount: &Amount) -> Option<i64> {
    (amount.as_str().len() <= AMOUNT_DIGITS_MAX)
        .then(|| amount.won())
        .flatten()
        .map(Won::get)
}

impl Operation for CheckOnDrawingTransfer {
    const REFUSAL: &'static str = codes::OUT_OF_SERVICE_HOURS;

    fn names(&self) -> Vec<&str> {
        vec![self.fin_account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<CheckOnTransferReply>, DbErr> {
        let party = Party::FinAccount(self.fin_account.as_str().to_owned());
        inquire(office, received, refuse, (Direction::Out, party), &self.original).await
    }
}

impl Operation for CheckOnReceivedTransfer {
    const REFUSAL: &'static str = codes::OUT_OF_SERVICE_HOURS;

    fn names(&self) -> Vec<&str> {
        vec![self.fin_account.as_str(), self.account.as_str()]
    }

    async fn perform(
        self,
        office: &Office,
        received: Received,
        refuse: Option<&'static str>,
    ) -> Result<Handled<CheckOnTransferReply>, DbErr> {
        let party = if self.fin_account.as_str().is_empty() {
            Party::Number {
                bank_code: self.bank.as_str().to_owned(),
                number: self.account.as_str().to_owned(),
            }
        } else {
            Party::FinAccount(self.fin_account.as_str().to_owned())
        };
        inquire(office, received, refuse, (Direction::In, party), &self.original).await
    }
}

async fn inquire(
    office: &Office,
    received: Received,
    refuse: Option<&'static str>,
    (direction, party): (Direction, Party),
    original: &OriginalTransfer,
) -> Result<Handled<CheckOnTransferReply>, DbErr> {
    if let Some(refusal) = refuse {
        return office.refuse(received, refusal).await;
    }
    let Some(amount_won) = amount_won(&original.amount) else {
        return office.refuse(received, codes::BAD_FIELD).await;
    };
    let question = Question {
        received,
        direction,
        party,
        amount_won,
        original_date: original.date.as_str().to_owned(),
        original_trace: original.trace_number.as_str().to_owned(),
    };
    let finding = office.ledger.inquire(question).await?;
    let reply = match &finding {
        Finding::Ended { code, at } => CheckOnTransferReply {
            result_code: Some(code.clone()),
            processed_at: Some(Time::of(at.with_timezone(&kst()).time())),
        },
        Finding::Duplicate | Finding::NoSuchTransaction | Finding::Processing => CheckOnTransferReply::default(),
    };
    Ok(Handled {
        code: finding.code(),
        reply,
        delivery: Delivery::Now,
    })
}
