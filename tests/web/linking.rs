//! Linking an account at the simulated bank, whose answers the ends of the numbers choose.

use std::time::Duration;

use chrono::TimeDelta;
use futures::FutureExt;
use naru::ids::{AccountId, Prefix, UserId};
use naru::models::kinds::AccountState;
use naru::models::{bank_accounts, bank_calls};
use reqwest::Method;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

use crate::support::app::{self, TestApp, eventually};
use crate::support::http::Answer;
use crate::support::visitor::Browser;

fn form(number: &str) -> [(&str, &str); 3] {
    [("bank", "011"), ("number", number), ("nickname", "생활비")]
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let field = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&field).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split_once('"').expect("a quote is closed").0.to_owned()
}

impl Browser {
    /// All steps: the holder, the consent, the bank. Answers with where they end.
    pub async fn link(&self, number: &str) -> Answer {
        let whose = self.post("/accounts/new", &form(number)).await;
        if whose.status.as_u16() == 200 {
            self.agree(&whose.text).await
        } else {
            whose
        }
    }

    /// The consent that a page asks for.
    pub async fn agree(&self, page: &str) -> Answer {
        let (draft, text) = (hidden(page, "draft"), hidden(page, "text"));
        let form = [("draft", draft.as_str()), ("text", &text), ("consent", "yes")];
        self.post("/accounts/new/consent", &form).await
    }

    /// As [`Self::link`], where the bank stops it: the page that tells.
    pub async fn link_in_vain(&self, number: &str) -> Answer {
        self.follow(self.link(number).await).await
    }

    /// Goes on with a pending link that stops again.
    pub async fn resume_in_vain(&self, account: &bank_accounts::Model) -> Answer {
        self.follow(self.post(&resume_path(account), &[]).await).await
    }

    async fn follow(&self, answer: Answer) -> Answer {
        let answer = answer.expect(303);
        assert!(answer.header("location").ends_with("/link"), "{answer:?}");
        self.get(answer.header("location")).await.expect(200)
    }
}

async fn accounts_of(app: &TestApp, member: UserId) -> Vec<bank_accounts::Model> {
    bank_accounts::Model::list_owned_by(app.services.db.read(), member)
        .await
        .unwrap()
}

async fn only_account(app: &TestApp, member: UserId) -> bank_accounts::Model {
    let mut accounts = accounts_of(app, member).await;
    assert_eq!(accounts.len(), 1);
    accounts.remove(0)
}

/// The journal of an account's calls, oldest first.
async fn calls(app: &TestApp, account: AccountId, operation: &str) -> Vec<bank_calls::Model> {
    bank_calls::Entity::find()
        .filter(bank_calls::Column::AccountId.eq(account))
        .filter(bank_calls::Column::Operation.eq(operation))
        .order_by_asc(bank_calls::Column::StartedAt)
        .order_by_asc(bank_calls::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap()
}

fn resume_path(account: &bank_accounts::Model) -> String {
    format!("/accounts/{}/link", Prefix::Account.show(account.id.0))
}

#[tokio::test]
async fn an_account_is_linked_while_the_member_waits_and_its_number_is_readable_nowhere() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let number = "3020001234567";
    let answer = browser.link("302-0001-2345-67").await.expect(303);
    let page = browser.get(answer.header("location")).await.expect(200);
    assert!(page.text.contains("계좌를 연결했어요"));
    let page = browser.get("/accounts").await.expect(200);
    assert!(page.text.contains("30200012*****") && !page.text.contains(number));

    let account = only_account(&app, member).await;
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.linking_until, None);
    let fin_account = account.fin_account_sealed.clone().unwrap();
    assert!(fin_account.starts_with("v1.") && !account.number_sealed.contains(number));
    for operation in ["open_fin_account", "check_fin_account"] {
        let made = calls(&app, account.id, operation).await;
        assert_eq!(made.len(), 1, "{operation}");
        assert_eq!(made[0].outcome.as_deref(), Some("succeeded"), "{operation}");
        assert!(!made[0].request.as_deref().unwrap().contains(number), "{operation}");
    }
}

#[tokio::test]
async fn what_the_bank_refuses_is_told_and_kept_and_asked_anew_on_resuming() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    for (number, stop, text) in [
        ("3020000009002", "already_registered", "이미 등록되어"),
        ("3020000009004", "birth_date_mismatch", "생년월일이"),
        ("3020000009005", "outside_service_hours", "점검 시간"),
        ("3020000009006", "consent_required", "금융정보 제공에 먼저 동의"),
        ("3020000009007", "bank_refused", "등록을 거절"),
    ] {
        let refused = browser.link_in_vain(number).await;
        assert!(refused.text.contains(text), "{}", refused.text);
        let account = accounts_of(&app, member).await.pop().unwrap();
        assert_eq!(account.state, AccountState::Pending);
        assert_eq!(account.failure.as_deref(), Some(stop));
        browser.resume_in_vain(&account).await;
        let opened = calls(&app, account.id, "open_fin_account").await;
        assert_eq!(opened.len(), 2);
        assert_ne!(opened[0].trace_number, opened[1].trace_number);
    }
}

#[tokio::test]
async fn a_fin_account_that_is_still_being_issued_is_asked_after_again() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    browser.link("3020000009011").await.expect(303);
    let account = only_account(&app, member).await;
    assert_eq!(account.state, AccountState::Active);
    let outcomes: Vec<_> = calls(&app, account.id, "check_fin_account")
        .await
        .into_iter()
        .map(|call| call.outcome.unwrap())
        .collect();
    assert_eq!(outcomes, ["refused", "refused", "succeeded"]);
    assert_eq!(calls(&app, account.id, "open_fin_account").await.len(), 1);
}

#[tokio::test]
async fn an_issue_without_a_result_is_sent_again_under_its_own_number_on_the_same_day() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    browser.link_in_vain("3020000009041").await;
    let account = only_account(&app, member).await;
    assert_eq!(account.failure.as_deref(), Some("bank_trouble"));
    assert_eq!(account.register_number, None);
    let first = calls(&app, account.id, "open_fin_account").await;
    assert_eq!(first.len(), 1, "issuing is not repeated on our own");

    browser.post(&resume_path(&account), &[]).await.expect(303);
    assert_eq!(only_account(&app, member).await.state, AccountState::Active);
    let opened = calls(&app, account.id, "open_fin_account").await;
    assert_eq!(opened[0].trace_number, opened[1].trace_number);
    assert_eq!(
        opened[0].request, opened[1].request,
        "the same request, letter for letter"
    );
    assert_eq!((opened[0].attempt, opened[1].attempt), (1, 2));
}

#[tokio::test]
async fn an_issue_without_a_result_gets_a_new_number_on_another_day() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    browser.link_in_vain("3020000009041").await;
    let account = only_account(&app, member).await;
    app.clock.advance(TimeDelta::days(1));
    browser.sign_in("minji@example.test").await.expect(303);
    browser.post(&resume_path(&account), &[]).await.expect(303);
    let opened = calls(&app, account.id, "open_fin_account").await;
    assert_eq!(opened.len(), 2);
    assert_ne!(opened[0].trace_number, opened[1].trace_number);
    assert_eq!(only_account(&app, member).await.state, AccountState::Active);
}

#[tokio::test]
async fn a_link_whose_check_is_not_answered_goes_on_from_the_check() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let stopped = browser.link_in_vain("3020000009022").await;
    assert!(stopped.text.contains("제때 답하지 않았어요"), "{}", stopped.text);
    let account = only_account(&app, member).await;
    assert!(account.register_number.is_some());
    browser.resume_in_vain(&account).await;
    assert_eq!(calls(&app, account.id, "open_fin_account").await.len(), 1);
    assert_eq!(calls(&app, account.id, "check_fin_account").await.len(), 2);
}

#[tokio::test]
async fn of_two_clicks_at_once_one_asks_the_bank() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    browser.link_in_vain("3020000009021").await;
    let account = only_account(&app, member).await;
    let path = resume_path(&account);
    let (one, other) = tokio::join!(browser.post(&path, &[]), browser.post(&path, &[]));
    // The one that asked was not answered; the other is shown that it is in hand.
    assert_eq!([one.header("location"), other.header("location")], [&path; 2]);
    assert_eq!(calls(&app, account.id, "open_fin_account").await.len(), 2);
}

#[tokio::test]
async fn a_link_that_died_in_hand_can_be_taken_over_once_its_time_has_passed() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    app.bank_mode("link", "down").await;
    browser.link_in_vain("3020001234567").await;
    app.bank_mode("link", "ok").await;
    let account = only_account(&app, member).await;
    let (id, until) = (account.id, app.services.clock.now() + TimeDelta::seconds(30));
    hold(&app, id, until).await;

    let waiting = browser.resume_in_vain(&account).await.text;
    // It looks again by itself, with scripts and without.
    assert!(
        waiting.contains("등록하고 있어요") && waiting.contains("every 2s"),
        "{waiting}"
    );
    assert!(waiting.contains("<noscript><meta http-equiv=\"refresh\""), "{waiting}");
    let list = browser.get("/accounts").await.expect(200).text;
    assert!(list.contains("등록 중"), "{list}");
    assert_eq!(only_account(&app, member).await.state, AccountState::Pending);
    app.clock.advance(TimeDelta::seconds(31));
    browser.post(&resume_path(&account), &[]).await.expect(303);
    assert_eq!(only_account(&app, member).await.state, AccountState::Active);
}

/// What a process leaves behind that dies with a link in hand.
async fn hold(app: &TestApp, id: AccountId, until: chrono::DateTime<chrono::Utc>) {
    app.services
        .db
        .write(move |transaction| {
            async move {
                bank_accounts::Entity::update_many()
                    .col_expr(bank_accounts::Column::LinkingUntil, Expr::value(until))
                    .filter(bank_accounts::Column::Id.eq(id))
                    .exec(transaction)
                    .await?;
                Ok::<_, DbErr>(())
            }
            .boxed()
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_browser_that_goes_away_does_not_stop_a_link() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let slow = serde_json::json!({ "operation": "link", "mode": "slow", "ms": 300 });
    app.bank_post("/_sim/mode", slow).await;
    let page = browser
        .post("/accounts/new", &form("3020001234567"))
        .await
        .expect(200)
        .text;
    let (draft, text) = (hidden(&page, "draft"), hidden(&page, "text"));
    let fields = [("draft", draft.as_str()), ("text", &text), ("consent", "yes")];
    let body = serde_urlencoded::to_string(fields).unwrap();
    let request = browser
        .request(Method::POST, "/accounts/new/consent")
        .header("content-type", "application/x-www-form-urlencoded")
        .timeout(Duration::from_millis(150))
        .body(body);
    assert!(request.send().await.unwrap_err().is_timeout());
    eventually("the account is linked", || async {
        accounts_of(&app, member)
            .await
            .iter()
            .any(|account| account.state == AccountState::Active)
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_let_go_while_the_bank_works_on_it_keeps_its_number_free() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    let slow = serde_json::json!({ "operation": "link", "mode": "slow", "ms": 500 });
    app.bank_post("/_sim/mode", slow).await;
    let linking = browser.link("3020001234567");
    let let_go = async {
        eventually("the link begins", || async {
            !accounts_of(&app, member).await.is_empty()
        })
        .await;
        app.sql("UPDATE bank_accounts SET unlinked_at = created_at, live_number_key = NULL")
            .await;
    };
    tokio::join!(linking, let_go);
    let rows = bank_accounts::Entity::find().all(app.services.db.read()).await.unwrap();
    let states: Vec<_> = rows.iter().map(|row| row.state).collect();
    assert_eq!(states, [AccountState::Pending]);
    app.bank_mode("link", "ok").await;
    app.account(member, "3020001234567").await;
}

#[tokio::test]
async fn the_banks_statement_of_an_account_is_shown_to_nobody_before_the_bank_has_issued_it() {
    let app = app::start().await;
    let (member, browser) = app.member_browser("minji@example.test").await;
    // The holder's name is the member's, the birth date is not.
    browser.link_in_vain("3020000009004").await;
    let account = Prefix::Account.show(only_account(&app, member).await.id.0);
    let refused = browser.get(&format!("/accounts/{account}/statement")).await.expect(303);
    assert_eq!(refused.header("location"), format!("/accounts/{account}"));
}

#[tokio::test]
async fn going_on_with_a_link_again_and_again_is_told_to_wait_and_does_not_ask_the_bank() {
    let app = app::start().await;
    let (_, browser) = app.member_browser("minji@example.test").await;
    app.bank_mode("link", "down").await;
    browser.link_in_vain("3020001234567").await;
    let account = bank_accounts::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    for _ in 0..20 {
        browser.resume_in_vain(&account).await.expect(200);
    }
    let asked = bank_calls::Entity::find().count(app.services.db.read()).await.unwrap();
    let told = browser.resume_in_vain(&account).await.expect(200).text;
    assert!(told.contains("짧은 시간에 너무 여러 번"), "{told}");
    assert_eq!(
        bank_calls::Entity::find().count(app.services.db.read()).await.unwrap(),
        asked
    );

    app.clock.advance(TimeDelta::minutes(61));
    app.bank_mode("link", "ok").await;
    browser.post(&resume_path(&account), &[]).await.expect(303);
    eventually("it is linked", || async {
        let row = bank_accounts::Entity::find().one(app.services.db.read()).await.unwrap();
        row.unwrap().state == AccountState::Active
    })
    .await;
}
