//! The task as an operator runs it, beside the running program.

use std::process::Output;

use crate::support::program::Program;

/// The line that says how many there are; the log of the error may follow it.
fn findings(output: &Output) -> &str {
    let text = std::str::from_utf8(&output.stdout).unwrap();
    text.lines()
        .find(|line| line.ends_with(" findings"))
        .unwrap_or_default()
}

#[tokio::test]
async fn the_demo_has_no_findings_and_a_changed_amount_ends_with_an_error() {
    let mut program = Program::new(&[]);
    program.start().await;
    let fine = program.task("verify").await;
    assert_eq!(findings(&fine), "0 findings", "{fine:?}");
    assert!(fine.status.success(), "{fine:?}");

    program
        .sql("UPDATE transfers SET amount_won = amount_won + 1 WHERE kind = 'payment' AND state = 'succeeded'")
        .await;
    let wrong = program.task("verify").await;
    assert!(!wrong.status.success(), "{wrong:?}");
    assert!(!["", "0 findings"].contains(&findings(&wrong)), "{wrong:?}");
}
