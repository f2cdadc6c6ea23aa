//! `naru doctor` as an operator runs it, well and with a part that is wrong.

use std::process::Output;

use crate::support::program::{EMBEDDED, Program};

use super::PRODUCTION;

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

/// The lines of a part: level, and what it says.
fn of<'a>(said: &'a str, part: &str) -> Vec<(&'a str, &'a str)> {
    let lines = said.lines().filter_map(|line| {
        let (level, rest) = line.split_once(' ')?;
        let (named, text) = rest.trim_start().split_once(' ')?;
        (named == part).then(|| (level, text.trim_start()))
    });
    lines.collect()
}

#[track_caller]
fn expect(said: &str, part: &str, level: &str, words: &str) {
    let lines = of(said, part);
    let found = lines.iter().any(|(is, text)| *is == level && text.contains(words));
    assert!(found, "no `{level} {part} …{words}…` in\n{said}");
}

#[tokio::test]
async fn a_program_that_runs_is_well_in_every_part_and_the_doctor_ends_with_0() {
    let mut program = Program::new(&[&EMBEDDED[..], &[("NARU_LANG", "en")]].concat());
    program.start().await;
    let output = program.run(&["doctor"]).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(!said.contains("FAIL"), "{said}");
    expect(&said, "settings", "ok", "read");
    expect(&said, "database", "ok", "answers in");
    expect(&said, "database", "ok", "the tables are of this program");
    expect(&said, "rabbitmq", "ok", "not configured");
    expect(&said, "redis", "ok", "not configured");
    expect(&said, "bank", "ok", "answers (HTTP");
    expect(&said, "sms", "ok", "the development sender");
    expect(&said, "clock", "ok", "agrees with that of the bank");
    expect(&said, "metrics", "ok", "a Naru runs");
    if program.database().starts_with("sqlite") {
        expect(&said, "database", "ok", "synchronous = FULL");
        expect(&said, "database", "ok", "MiB are free");
    } else {
        expect(&said, "database", "ok", "READ-COMMITTED");
        expect(&said, "database", "ok", "utf8mb4");
        expect(&said, "clock", "ok", "that of the database");
    }
}

#[tokio::test]
async fn before_the_first_start_it_says_what_the_start_will_make_and_makes_nothing_itself() {
    let program = Program::new(&[("NARU_LANG", "en")]);
    for _ in 0..2 {
        let output = program.run(&["doctor"]).await;
        let said = said(&output);
        assert_eq!(output.status.code(), Some(0), "{said}");
        expect(&said, "database", "warn", "The first start makes it");
        expect(&said, "bank", "warn", "simulated bank");
        expect(&said, "metrics", "ok", "is free");
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_fails_and_its_password_is_not_shown() {
    let address = "mysql://naru:a-secret-word@127.0.0.1:1/naru";
    let program = Program::new(&[("NARU_LANG", "en"), ("DATABASE_URL", address)]);
    let output = program.run(&["doctor"]).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    expect(&said, "database", "FAIL", "Check DATABASE_URL");
    assert!(!said.contains("a-secret-word"), "{said}");
    // The others are looked at all the same.
    expect(&said, "metrics", "ok", "is free");
}

#[tokio::test]
async fn a_broker_that_does_not_answer_fails_and_its_password_is_not_shown() {
    let address = "amqp://naru:a-secret-word@127.0.0.1:1/%2f";
    let program = Program::new(&[("NARU_LANG", "en"), ("AMQP_URL", address)]);
    let output = program.run(&["doctor"]).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    expect(&said, "rabbitmq", "FAIL", "Check AMQP_URL");
    assert!(!said.contains("a-secret-word"), "{said}");
}

#[tokio::test]
async fn a_redis_that_does_not_answer_fails_and_its_password_is_not_shown() {
    let address = "redis://naru:a-secret-word@127.0.0.1:1/0";
    let program = Program::new(&[("NARU_LANG", "en"), ("REDIS_URL", address)]);
    let output = program.run(&["doctor"]).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    expect(&said, "redis", "FAIL", "Redis at 127.0.0.1:1");
    expect(&said, "redis", "FAIL", "Check REDIS_URL");
    assert!(!said.contains("a-secret-word"), "{said}");
}

#[tokio::test]
async fn it_speaks_korean_where_the_settings_do() {
    let program = Program::new(&[("NARU_LANG", "ko"), ("AMQP_URL", "amqp://127.0.0.1:1")]);
    let output = program.run(&["doctor"]).await;
    let said = said(&output);
    expect(&said, "rabbitmq", "FAIL", "AMQP_URL과 서버가 실행 중인지 확인하세요");
}

#[tokio::test]
async fn production_with_its_secrets_is_read_and_an_unsafe_value_is_named() {
    let program = Program::new(&[PRODUCTION.as_slice(), &[("NARU_LANG", "en")]].concat());
    let output = program.run(&["doctor"]).await;
    let said_of_safe = said(&output);
    // Nobody listens at its bank.
    assert_eq!(output.status.code(), Some(1), "{said_of_safe}");
    expect(&said_of_safe, "settings", "ok", "safe for production");
    expect(&said_of_safe, "bank", "FAIL", "Check NARU_BANK_URL");
    expect(&said_of_safe, "sms", "FAIL", "Check NARU_SMS_URL");

    let unsafe_value = ("NARU_BANK_URL", "http://127.0.0.1:1");
    let program = Program::new(&[PRODUCTION.as_slice(), &[("NARU_LANG", "en"), unsafe_value]].concat());
    let output = program.run(&["doctor"]).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    expect(&said, "settings", "FAIL", "bank.url");
}

#[tokio::test]
async fn settings_that_cannot_be_read_or_an_argument_that_is_none_end_it_with_2() {
    // Without the secrets of production the file cannot be read.
    let program = Program::new(&[]);
    for arguments in [&["doctor", "-e", "production"][..], &["doctor", "--fix"]] {
        let output = program.run(arguments).await;
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}
