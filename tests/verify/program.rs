//! The task as an operator runs it, beside the running program.

use std::process::Output;

use serde_json::json;

use crate::support::app::eventually;
use crate::support::program::Program;

fn lines(output: &Output) -> Vec<&str> {
    std::str::from_utf8(&output.stdout).unwrap().lines().collect()
}

/// How it ended, and the last thing it said.
fn ending(output: &Output) -> (Option<i32>, &str) {
    (output.status.code(), lines(output).last().copied().unwrap_or_default())
}

/// The digest, and the moment whose it is.
fn digest(output: &Output) -> (String, String) {
    let lines = lines(output);
    let value = |prefix: &str| {
        let found = lines.iter().find_map(|line| line.trim().strip_prefix(prefix));
        found
            .unwrap_or_else(|| panic!("{prefix} is not in {lines:?}"))
            .to_owned()
    };
    (value("digest "), value("of all that happened "))
}

#[tokio::test]
async fn the_demo_has_no_findings_a_changed_amount_ends_with_1_and_a_bank_that_is_gone_with_2() {
    let mut program = Program::new(&[]);
    program.start().await;
    let fine = program.task(&["verify"]).await;
    assert_eq!(ending(&fine), (Some(0), "0 findings"), "{fine:?}");

    program
        .sql("UPDATE transfers SET amount_won = amount_won + 1 WHERE kind = 'payment' AND state = 'succeeded'")
        .await;
    let wrong = program.task(&["verify", "limit:1"]).await;
    let (code, last) = ending(&wrong);
    assert_eq!(code, Some(1), "{wrong:?}");
    assert!(last.ends_with(" findings") && last != "0 findings", "{wrong:?}");
    assert_eq!(
        lines(&wrong).iter().filter(|line| line.starts_with("pay_")).count(),
        1,
        "{wrong:?}"
    );
    assert!(
        lines(&wrong).iter().any(|line| line.ends_with("more, see limit:")),
        "{wrong:?}"
    );

    program
        .sql("UPDATE transfers SET amount_won = amount_won - 1 WHERE kind = 'payment' AND state = 'succeeded'")
        .await;
    // The simulated bank ends with the program.
    assert_eq!(program.stop("TERM").await, Some(0));
    let cut = program.task(&["verify"]).await;
    assert_eq!(ending(&cut), (Some(2), "0 findings in what could be read"), "{cut:?}");
    assert!(lines(&cut).iter().any(|line| line.contains("NOT compared")), "{cut:?}");
    let misspelled = program.task(&["verify", "untill:now"]).await;
    assert_eq!(misspelled.status.code(), Some(2), "{misspelled:?}");
    assert!(
        String::from_utf8_lossy(&misspelled.stderr).contains("untill"),
        "{misspelled:?}"
    );
}

#[tokio::test]
async fn a_database_that_does_not_answer_is_no_finding() {
    // Nobody listens on the first port.
    let program = Program::new(&[("DATABASE_URL", "mysql://naru:naru@127.0.0.1:1/naru")]);
    let output = program.task(&["verify"]).await;
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[tokio::test]
async fn the_digest_of_a_moment_stays_whatever_happens_after_it() {
    let mut program = Program::new(&[]);
    program.start().await;
    let (noted, until) = digest(&program.task(&["verify"]).await);
    let api = program.api();
    let mandates = api.get("/mandates").await.expect(200).json();
    let body = json!({
        "mandate_id": mandates["data"][0]["id"], "order_id": "later", "amount": 12_300, "description": "원두 1kg",
    });
    let made = api.post("/payments", "later", &body).await.expect(202).json();
    let path = format!("/payments/{}", made["id"].as_str().unwrap());
    eventually("it is paid", || async {
        api.get(&path).await.expect(200).json()["status"] == "succeeded"
    })
    .await;
    let again = program.task(&["verify", &until]).await;
    assert_eq!(ending(&again), (Some(0), "0 findings"), "{again:?}");
    assert_eq!(digest(&again), (noted.clone(), until.clone()));
    let now = format!("until:{}", naru::clock::Clock::system().now().to_rfc3339());
    let later = program.task(&["verify", &now]).await;
    assert_ne!(digest(&later).0, noted);

    program
        .sql("UPDATE transfer_events SET hash = 'x' WHERE version = 2")
        .await;
    assert_ne!(digest(&program.task(&["verify", &until]).await).0, noted);
}
