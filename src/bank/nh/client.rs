//! The client of NH's Open API: every operation is one request with its own deadline, and is never sent again.

use std::time::Duration;

use async_trait::async_trait;

pub use super::http::ClientError;
use super::{
    answers,
    bodies::{self, NotBuildable},
    codes::Question,
    header::Institution,
    http::{Failure, Http},
    record::record,
    wire::{
        Amount, Api, CheckOnTransferReply, InquireDepositorAccountNumber, InquireDepositorOtherBank,
        InquireDepositorReply, ReceivedTransferAccountNumber, ReceivedTransferOtherBank, ReceivedTransferReply,
        Response,
    },
};
use crate::{
    bank::{
        AccountAtBank, Answer, Balance, Bank, Call, CheckFinAccount, Deposit, Exchange, FinAccountNumber, MoneyReceipt,
        NotSentReason, OpenFinAccount, Original, OriginalOf, Outcome, RegisterNumber, StatementPage, StatementQuery,
        TraceNumber, TransferResult, UnknownReason, Withdrawal,
    },
    config::BankSettings,
};

/// The client. Cheap to clone; hides its token in `Debug`.
#[derive(Clone, Debug)]
pub struct Client {
    http: Http,
    institution: Institution,
    deadlines: Deadlines,
}

/// How long each kind of call may take, from connecting to the last byte.
#[derive(Clone, Copy, Debug)]
struct Deadlines {
    money: Duration,
    balance: Duration,
    inquiry: Duration,
    link: Duration,
}

impl Client {
    /// A client of the bank at `base_url`, which may have a path of its own: `POST {base_url}/{ApiNm}.nh`.
    ///
    /// # Errors
    /// When the address is not an http(s) URL, or TLS cannot be set up.
    pub fn new(settings: &BankSettings, base_url: &str) -> Result<Self, ClientError> {
        Ok(Self {
            http: Http::new(settings, base_url)?,
            institution: Institution::new(settings),
            deadlines: Deadlines {
                money: Duration::from_millis(settings.money_timeout_ms),
                balance: Duration::from_millis(settings.balance_timeout_ms),
                inquiry: Duration::from_millis(settings.inquiry_timeout_ms),
                link: Duration::from_millis(settings.link_timeout_ms),
            },
        })
    }

    /// Makes the one request of a call; `judge` reads the answer, where there is one.
    async fn ask<A: Api, T>(
        &self,
        call: &Call,
        body: Result<A, NotBuildable>,
        deadline: Duration,
        judge: impl FnOnce(Response<A::Reply>) -> Outcome<T>,
    ) -> Answer<T> {
        let built = body.and_then(|body| {
            let request = self.institution.request(call, body);
            serde_json::to_vec(&request).map_err(|_| NotBuildable)
        });
        let Ok(request) = built else {
            return Answer {
                outcome: Outcome::NotSent(NotSentReason::NotBuildable),
                exchange: Exchange::default(),
            };
        };
        let token = self.institution.access_token();
        let recorded_request = record(&request, token);
        let received = self.http.post(A::NAME, request, deadline).await;
        let outcome = match received.failure {
            Some(Failure::NotSent(reason)) => Outcome::NotSent(reason),
            Some(Failure::Unknown(reason)) => Outcome::Unknown(reason),
            None => match serde_json::from_slice::<Response<A::Reply>>(&received.body) {
                Ok(response) => judge(response),
                Err(_) => Outcome::Unknown(UnknownReason::UnclearAnswer),
            },
        };
        Answer {
            outcome,
            exchange: Exchange {
                request: recorded_request,
                response: received.status.map(|_| record(&received.body, token)),
                http_status: received.status,
            },
        }
    }
}

/// What the bank says it did, left for the caller to compare. A success that names no trace number, or an amount that
/// cannot be read, proves nothing.
fn receipt(
    trace_number: Option<TraceNumber>,
    amount: Option<Amount>,
    fin_account: Option<FinAccountNumber>,
) -> Outcome<MoneyReceipt> {
    let Some(trace_number) = trace_number else {
        return answers::unclear();
    };
    let amount = match amount.map(|amount| amount.won()) {
        Some(None) => return answers::unclear(),
        Some(told) => told,
        None => None,
    };
    Outcome::Succeeded(MoneyReceipt {
        trace_number,
        amount,
        fin_account,
    })
}

#[async_trait]
impl Bank for Client {
    async fn open_fin_account(&self, call: &Call, request: &OpenFinAccount) -> Answer<RegisterNumber> {
        self.ask(call, bodies::open(request), self.deadlines.link, |response| {
            answers::judge(response, call, Question::Issue, |response| {
                let number = response.body.register_number;
                number
                    .filter(|number| !number.as_str().is_empty())
                    .map_or_else(answers::unclear, Outcome::Succeeded)
            })
        })
        .await
    }

    async fn check_fin_account(&self, call: &Call, request: &CheckFinAccount) -> Answer<FinAccountNumber> {
        self.ask(call, bodies::check(request), self.deadlines.link, |response| {
            answers::judge(response, call, Question::Issue, |response| {
                let number = response.body.fin_account;
                number
                    .filter(|number| !number.as_str().is_empty())
                    .map_or_else(answers::unclear, Outcome::Succeeded)
            })
        })
        .await
    }

    async fn balance(&self, call: &Call, fin_account: &FinAccountNumber) -> Answer<Balance> {
        self.ask(call, bodies::balance(fin_account), self.deadlines.balance, |response| {
            answers::balance(response, call, fin_account)
        })
        .await
    }

    async fn withdraw(&self, call: &Call, request: &Withdrawal) -> Answer<MoneyReceipt> {
        self.ask(call, bodies::withdrawal(request), self.deadlines.money, |response| {
            answers::judge(response, call, Question::MoveMoney, |Response { header, body }| {
                receipt(header.trace_number, body.amount, body.fin_account)
            })
        })
        .await
    }

    async fn deposit(&self, call: &Call, request: &Deposit) -> Answer<MoneyReceipt> {
        let judge = |response: Response<ReceivedTransferReply>| {
            answers::judge(response, call, Question::MoveMoney, |Response { header, body }| {
                receipt(header.trace_number, body.amount, None)
            })
        };
        let transfer = bodies::deposit(request);
        if bodies::is_nonghyup(&request.to.bank) {
            let body = transfer.map(|transfer| ReceivedTransferAccountNumber { transfer });
            self.ask(call, body, self.deadlines.money, judge).await
        } else {
            let body = transfer.map(|transfer| ReceivedTransferOtherBank { transfer });
            self.ask(call, body, self.deadlines.money, judge).await
        }
    }

    async fn inquire(&self, call: &Call, original: &Original) -> Answer<TransferResult> {
        let judge = |response: Response<CheckOnTransferReply>| answers::transfer_result(&response, call);
        match &original.of {
            OriginalOf::Withdrawal(from) => {
                let body = bodies::inquiry_of_withdrawal(from, original);
                self.ask(call, body, self.deadlines.inquiry, judge).await
            }
            OriginalOf::Deposit(to) => {
                let body = bodies::inquiry_of_deposit(to, original);
                self.ask(call, body, self.deadlines.inquiry, judge).await
            }
        }
    }

    async fn holder_name(&self, call: &Call, account: &AccountAtBank) -> Answer<String> {
        let judge = |response: Response<InquireDepositorReply>| {
            answers::judge(response, call, Question::Read, |response| {
                answers::holder(&response.body, account)
            })
        };
        let checked = bodies::account(account);
        if bodies::is_nonghyup(&account.bank) {
            let body = checked.map(|AccountAtBank { bank, account }| InquireDepositorAccountNumber { bank, account });
            self.ask(call, body, self.deadlines.link, judge).await
        } else {
            let body = checked.map(|AccountAtBank { bank, account }| InquireDepositorOtherBank {
                bank,
                account,
                amount: None,
            });
            self.ask(call, body, self.deadlines.link, judge).await
        }
    }

    async fn statement(&self, call: &Call, query: &StatementQuery) -> Answer<StatementPage> {
        self.ask(call, bodies::statement(query), self.deadlines.inquiry, |response| {
            answers::statement(response, call)
        })
        .await
    }
}
