//! Looks through everything that an app under test answers and logs for what must never be there: whole account numbers,
//! phone numbers, birth dates, tokens, keys and passwords. Each test that finds some fails at its end.
//!
//! What a request itself sent may come back: a form that was refused shows what was typed.

use std::io;
use std::sync::{LazyLock, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, Method};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, Response};
use axum::routing::get;
use futures::StreamExt;
use regex::{Match, Regex};
use tower::ServiceExt;

use super::app;
use super::people::PASSWORD;

/// Everything that was found by this process.
static FOUND: Mutex<Vec<String>> = Mutex::new(Vec::new());
/// Everything that the apps of this process have logged.
static LOGGED: Mutex<String> = Mutex::new(String::new());

/// Birth dates of the people of tests and of the demo, as forms, people and the bank write them.
const BIRTH_DATES: [&str; 8] = [
    "1994-03-02",
    "19940302",
    "1994.03.02",
    "940302",
    "1988-11-30",
    "19881130",
    "1988.11.30",
    "881130",
];
const SECRETS: [&str; 4] = [
    PASSWORD,
    "development-only-secret-of-32-characters",
    "11111111111111111111111111111111",
    "22222222222222222222222222222222",
];
/// Bodies above this are not forms of ours.
const LARGEST_FORM: usize = 64 * 1024;
/// Short values of cookies are words, not secrets.
const SHORTEST_SECRET: usize = 20;

/// The address whose answers are tokens.
const GIVES_TOKENS: &str = "/api/member/session";

/// Takes what was found so far.
fn take() -> Vec<String> {
    std::mem::take(&mut *FOUND.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Fails when anything was found.
pub fn expect_none() {
    let found = take();
    assert!(
        found.is_empty() || std::thread::panicking(),
        "leaked:\n{}",
        found.join("\n")
    );
}

fn report(found: String) {
    FOUND.lock().unwrap_or_else(PoisonError::into_inner).push(found);
}

/// What the apps of this process have logged so far.
pub fn logged() -> String {
    LOGGED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Looks through each answer.
pub fn watched(router: Router) -> Router {
    router.layer(from_fn(watch))
}

async fn watch(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    // What is compressed cannot be looked through.
    parts.headers.remove(ACCEPT_ENCODING);
    let path = parts.uri.path().to_owned();
    let shows_a_key = parts.method == Method::POST && is_shown_a_key(&path);
    let shows_somebody = parts.method == Method::POST && is_shown_somebody(&path);
    let mut sent = decoded(parts.uri.query().unwrap_or_default().as_bytes()) + &path;
    let cookies = values(&parts.headers, &COOKIE);
    let body = if is_small(&parts.headers) {
        let bytes = to_bytes(body, LARGEST_FORM).await.unwrap_or_default();
        sent.push_str(&decoded(&bytes));
        Body::from(bytes)
    } else {
        body
    };
    let response = next.run(Request::from_parts(parts, body)).await;
    let shows_somebody = shows_somebody && response.status().is_success();
    if !is_text(response.headers()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let secrets = [cookies, values(&parts.headers, &SET_COOKIE)].concat();
    let look = move |text: &str| {
        let tokens_are_the_answer = path.starts_with(GIVES_TOKENS) || shows_a_key;
        let in_cookies = secrets.iter().filter(|secret| text.contains(secret.as_str()));
        let found = if shows_somebody { Vec::new() } else { personal(text) };
        let found = found
            .into_iter()
            .chain(if tokens_are_the_answer {
                Vec::new()
            } else {
                tokens(text)
            })
            .chain(in_cookies.cloned());
        for leak in found.filter(|leak| !sent.contains(leak.as_str())) {
            report(format!("{path} answered with {leak}"));
        }
    };
    if body.size_hint().exact().is_some() {
        let bytes: Bytes = to_bytes(body, usize::MAX).await.expect("an answer can be read");
        look(&String::from_utf8_lossy(&bytes));
        return Response::from_parts(parts, Body::from(bytes));
    }
    // Sent as it is made, and looked through as it goes; each piece is whole lines.
    let pieces = body.into_data_stream().inspect(move |piece| {
        if let Ok(piece) = piece {
            look(&String::from_utf8_lossy(piece));
        }
    });
    Response::from_parts(parts, Body::from_stream(pieces))
}

/// Whether who sends a form there is shown the key that it makes.
fn is_shown_a_key(path: &str) -> bool {
    path == "/partner/keys/new" || path.starts_with("/partner/keys/") && path.ends_with("/rotation")
}

/// Whether staff are shown there, for a reason and a minute, what is masked everywhere else.
fn is_shown_somebody(path: &str) -> bool {
    path.starts_with("/cs/") && path.ends_with("/unmask")
}

fn is_small(headers: &HeaderMap) -> bool {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0) <= LARGEST_FORM
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| {
        let is_stream = kind.starts_with("text/event-stream");
        !is_stream && (kind.starts_with("text/html") || kind.starts_with("text/csv") || kind.contains("json"))
    })
}

/// A form or query as its fields say, and as it stands.
fn decoded(form: &[u8]) -> String {
    let text = String::from_utf8_lossy(form).into_owned();
    let fields: Vec<(String, String)> = serde_urlencoded::from_bytes(form).unwrap_or_default();
    fields.into_iter().fold(text, |text, (_, value)| text + "\n" + &value)
}

/// The hosted page that is come back to: a link, on the page by its nature, and no secret.
const WAY_BACK: &str = "naru_way_back";

/// The long values of cookies, kept or set.
fn values(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let texts = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split("; "))
        .filter_map(|pair| pair.split_once('='))
        .filter(|(name, _)| *name != WAY_BACK)
        .map(|(_, value)| value.to_owned())
        .filter(|value| value.len() >= SHORTEST_SECRET)
        .collect()
}

/// Nothing but digits and dashes, as many as a number of somebody's has at least.
static NUMBERS: LazyLock<Regex> = LazyLock::new(|| pattern("[0-9-]{10,}"));
/// Nothing but digits, dashes and dots, as many as a date has at least.
static DATES: LazyLock<Regex> = LazyLock::new(|| pattern("[0-9.-]{6,}"));
/// What every token, key or secret begins with, and the secrets that are known by heart.
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    let known = SECRETS.map(regex::escape).join("|");
    pattern(&format!("eyJ|naru_sk_|naru_rt_|whsec_|{known}"))
});

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

/// Whole numbers and dates of people.
pub fn personal(text: &str) -> Vec<String> {
    let numbers = NUMBERS.find_iter(text).filter(|found| is_a_word(text, found));
    let numbers = numbers.map(|found| found.as_str());
    let numbers = numbers.filter(|word| is_account_number(word) || is_phone_number(word));
    let dates = DATES
        .find_iter(text)
        .filter(|found| is_a_word(text, found))
        .map(|found| found.as_str().trim_matches(['-', '.']));
    let dates = dates.filter(|date| BIRTH_DATES.contains(date));
    numbers.chain(dates).map(str::to_owned).collect()
}

/// Whether no letter, as of an id, stands right beside it.
fn is_a_word(text: &str, found: &Match) -> bool {
    let beside = [
        text[..found.start()].chars().next_back(),
        text[found.end()..].chars().next(),
    ];
    let is_of_a_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !beside.into_iter().flatten().any(is_of_a_word)
}

/// In our own texts, as how a number is typed; nobody's.
const EXAMPLE: &str = "010-1234-5678";

/// Of the people of tests and of the demo, at either bank, with or without dashes.
fn is_account_number(word: &str) -> bool {
    let is_at_a_bank = |digits: &str| digits.starts_with("30") || digits.starts_with("35");
    digits(word).is_some_and(|digits| digits.len() == 13 && is_at_a_bank(&digits))
}

fn is_phone_number(word: &str) -> bool {
    word != EXAMPLE && digits(word).is_some_and(|digits| matches!(digits.len(), 10 | 11) && digits.starts_with("01"))
}

/// The digits of a word that has nothing but digits and dashes.
fn digits(word: &str) -> Option<String> {
    let is_number = word.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
    is_number.then(|| word.chars().filter(char::is_ascii_digit).collect())
}

/// Tokens of sessions, keys of partners and of the program, passwords.
pub fn tokens(text: &str) -> Vec<String> {
    if !SECRET.is_match(text) {
        return Vec::new();
    }
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)));
    let tokens = words.filter(|word| {
        let is_jwt = word.starts_with("eyJ") && word.matches('.').count() == 2;
        let is_ours = word.starts_with("naru_sk_") || word.starts_with("naru_rt_");
        let is_key = is_ours && word.len() > SHORTEST_SECRET;
        is_jwt || is_key
    });
    let secrets = SECRETS.into_iter().filter(|secret| text.contains(secret));
    tokens.chain(secrets).map(str::to_owned).collect()
}

/// Secrets that webhooks are signed with: shown in two answers, logged nowhere.
fn signing_secrets(text: &str) -> Vec<String> {
    if !SECRET.is_match(text) {
        return Vec::new();
    }
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "_+/=".contains(letter)));
    let secrets = words.filter(|word| word.starts_with("whsec_") && word.len() > SHORTEST_SECRET);
    secrets.map(str::to_owned).collect()
}

/// Fails when a log that was written elsewhere has anything personal.
pub fn expect_none_in(log: &str) {
    let found: Vec<&str> = log.lines().filter(|line| !personal(line).is_empty()).collect();
    assert!(
        found.is_empty() || std::thread::panicking(),
        "logged:\n{}",
        found.join("\n")
    );
}

/// Where the log of an app under test goes: each line is looked through.
#[derive(Clone, Copy)]
pub struct WatchedLog;

impl io::Write for WatchedLog {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        LOGGED.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
        for leak in [personal(&text), tokens(&text), signing_secrets(&text)].concat() {
            report(format!("the log has {leak}: {}", text.trim_end()));
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_must_not_be_there_is_seen_and_what_is_masked_is_not() {
    let shown = "302-0000-0001-09 3020001234567 351-1112-2233-45, 010-1234-5679 01012345678; 1994-03-02 1988.11.30 \
                 eyJhbGciOi.eyJzdWIi.c2ln naru_sk_test_demo_0000000000000000000000000000 naru_rt_AAAAAAAAAAAAAAAAAAAAAAAA a-good-password-1";
    assert_eq!(personal(shown).len(), 7, "{:?}", personal(shown));
    assert_eq!(tokens(shown).len(), 4, "{:?}", tokens(shown));
    let masked = "30200012***** 010-1234-**** pay_01994030201012345678302000123456 12,300원 2026-11-26T14:00:00 \
                  naru_sk_test_…0000 20261126T3020001234567";
    assert_eq!([personal(masked), tokens(masked)].concat(), Vec::<String>::new());
}

#[tokio::test]
async fn an_answer_that_leaks_is_found_and_one_that_gives_back_what_was_sent_is_not() {
    let page = || async { Html("<p>302-0000-0001-09</p>") };
    let router = watched(Router::new().route("/accounts", get(page)));
    let ask = |address: &str| {
        router
            .clone()
            .oneshot(Request::get(address).body(Body::empty()).unwrap())
    };
    ask("/accounts?number=302-0000-0001-09").await.unwrap();
    assert_eq!(take(), Vec::<String>::new());
    ask("/accounts").await.unwrap();
    assert_eq!(take(), ["/accounts answered with 302-0000-0001-09"]);
}

#[tokio::test]
async fn a_log_line_that_leaks_is_found() {
    let app = app::start().await;
    tracing::debug!(number = "3020000000109", "linked");
    let found = take();
    assert!(found.len() == 1 && found[0].contains("3020000000109"), "{found:?}");
    drop(app);
}
