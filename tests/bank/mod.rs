//! The bank: NH's wire, the meaning of its codes, the client against servers that misbehave, the gate.

mod client;
mod codes;
mod failures;
mod gate;
mod once;
mod reads;
mod samples;
pub mod server;

use chrono::{TimeZone, Utc};
use naru::{
    bank::{
        AccountAtBank, AccountNumber, BankCode, Call, Deposit, FinAccountNumber, Outcome, Refusal, RefusalKind,
        UnknownReason, Withdrawal, nh::Client,
    },
    config::BankSettings,
    money::Won,
};
use serde_json::Value;

use self::server::Server;

pub const FIN_ACCOUNT: &str = "00820109000010000000000001413";
pub const ACCOUNT: &str = "3020000000109";
pub const TOKEN: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// Settings with deadlines that no answering server comes near.
pub fn settings() -> BankSettings {
    BankSettings {
        url: String::new(),
        institution_code: "900001".to_owned(),
        fintech_serial: "001".to_owned(),
        sandbox: true,
        inquiry: naru::config::InquiryWay::ResultCheck,
        maintenance: Vec::new(),
        access_token: TOKEN.into(),
        money_timeout_ms: 30_000,
        balance_timeout_ms: 30_000,
        inquiry_timeout_ms: 30_000,
        link_timeout_ms: 30_000,
        link_patience_ms: 30_000,
        concurrency: 16,
        calls_per_sec: 0,
        breaker_failures: 0,
        breaker_pause_ms: 5_000,
        share_ms: 2_000,
    }
}

/// A call of one hour past midnight in Korea, while it is the day before in UTC.
pub fn call() -> Call {
    Call::new(Utc.with_ymd_and_hms(2026, 11, 24, 16, 0, 5).unwrap())
}

pub fn fin_account() -> FinAccountNumber {
    FinAccountNumber::new(FIN_ACCOUNT)
}

pub fn account(bank: &str) -> AccountAtBank {
    AccountAtBank {
        bank: BankCode::new(bank),
        account: AccountNumber::new(ACCOUNT),
    }
}

pub fn withdrawal() -> Withdrawal {
    Withdrawal {
        fin_account: fin_account(),
        amount: Won::new(10_000),
        memo: "나루 7K2M".to_owned(),
    }
}

pub fn deposit(bank: &str) -> Deposit {
    Deposit {
        to: account(bank),
        amount: Won::new(10_000),
        memo: "나루 7K2M".to_owned(),
    }
}

pub fn client(server: &Server) -> Client {
    Client::new(&settings(), &server.url).unwrap()
}

pub fn refusal<T>(code: &str, kind: RefusalKind) -> Outcome<T> {
    Outcome::Refused(Refusal {
        bank_code: code.to_owned(),
        kind,
        consent_url: None,
    })
}

pub fn says_unknown<T>(code: &str) -> Outcome<T> {
    Outcome::Unknown(UnknownReason::BankSaysUnknown(code.to_owned()))
}

pub fn unclear<T>() -> Outcome<T> {
    Outcome::Unknown(UnknownReason::UnclearAnswer)
}

pub fn first_body(server: &Server) -> Value {
    server.requests()[0].body.clone()
}
