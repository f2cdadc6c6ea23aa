//! Of everything that is asked of the bank, nothing is sent twice: money because it must not be, reads because their caller
//! decides when to ask again.

use chrono::NaiveDate;
use naru::bank::{
    Bank, BirthDate, CheckFinAccount, OpenFinAccount, Original, OriginalOf, Outcome, RegisterNumber, StatementQuery,
    TraceNumber, UnknownReason,
};
use naru::money::Won;

use super::server::{Does, Server};
use super::{account, call, client, deposit, fin_account, withdrawal};

#[tokio::test]
async fn c12_each_operation_is_one_request_also_when_the_bank_hangs_up() {
    let server = Server::that(Does::Closes).await;
    let (client, call) = (client(&server), call());
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let birth_date = BirthDate::new("19940302");
    let of_account = account("011");
    let open = OpenFinAccount {
        bank: of_account.bank.clone(),
        account: of_account.account.clone(),
        birth_date: birth_date.clone(),
    };
    let check = CheckFinAccount {
        register_number: RegisterNumber::new("20261124000000001"),
        birth_date,
    };
    let original = Original {
        trace_number: TraceNumber::new("202611240000000001AB"),
        date: day,
        amount: Won::new(10_000),
        of: OriginalOf::Withdrawal(fin_account()),
    };
    let statement = StatementQuery {
        of: account("011"),
        from: day,
        to: day,
        page: 1,
        per_page: 100,
        order: naru::bank::StatementOrder::OldestFirst,
    };
    let mut sent = 0;
    let mut once = |operation: &str, lost: bool| {
        sent += 1;
        assert!(lost, "{operation} was answered");
        assert_eq!(
            (server.connections(), server.requests().len()),
            (sent, sent),
            "{operation}"
        );
    };
    once("withdraw", lost(&client.withdraw(&call, &withdrawal()).await.outcome));
    once("deposit", lost(&client.deposit(&call, &deposit("011")).await.outcome));
    once(
        "deposit elsewhere",
        lost(&client.deposit(&call, &deposit("004")).await.outcome),
    );
    once("open", lost(&client.open_fin_account(&call, &open).await.outcome));
    once("check", lost(&client.check_fin_account(&call, &check).await.outcome));
    once("inquire", lost(&client.inquire(&call, &original).await.outcome));
    once("balance", lost(&client.balance(&call, &fin_account()).await.outcome));
    once(
        "holder",
        lost(&client.holder_name(&call, &account("011")).await.outcome),
    );
    once("statement", lost(&client.statement(&call, &statement).await.outcome));
}

fn lost<T>(outcome: &Outcome<T>) -> bool {
    matches!(outcome, Outcome::Unknown(UnknownReason::ConnectionLost))
}
