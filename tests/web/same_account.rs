//! One account twice: one's own, a namesake's, a stranger's, a wrong number's; and a link that takes its time.

use naru::ids::Prefix;
use naru::models::bank_calls;
use naru::models::kinds::AccountState;
use reqwest::Method;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;

use super::holder::{NUMBER, accounts, fields, holders_asked, member, opened};
use crate::support::app::{self, eventually};
use crate::support::people::ACCOUNT;

#[tokio::test]
async fn ones_own_account_a_second_time_leads_to_where_it_is() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    app.bank_mode("link", "down").await;
    browser.link_in_vain(NUMBER).await;
    let account = accounts(&app).await.remove(0);
    let path = format!("/accounts/{}", Prefix::Account.show(account.id.0));
    let pending = browser.link(NUMBER).await.expect(303);
    assert_eq!(pending.header("location"), format!("{path}/link"));

    app.bank_mode("link", "ok").await;
    let linked = browser.post(&format!("{path}/link"), &[]).await.expect(303);
    assert_eq!(linked.header("location"), format!("{path}/linked"));
    let known = browser.link(NUMBER).await.expect(303);
    assert_eq!(known.header("location"), path);
    let page = browser.get(&path).await.expect(200).text;
    assert!(page.contains("이미 내 계좌에 연결되어"), "{page}");
    assert_eq!(accounts(&app).await.len(), 1);
}

#[tokio::test]
async fn one_consent_sent_again_and_again_goes_on_with_its_link_and_is_counted_as_that() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    app.bank_mode("link", "down").await;
    let consent = browser.post("/accounts/new", &fields(NUMBER)).await.expect(200).text;
    // The first begins the link; twenty go on with it, one way or the other.
    for _ in 0..=10 {
        let stopped = browser.agree(&consent).await.expect(303);
        assert!(stopped.header("location").ends_with("/link"), "{stopped:?}");
    }
    let account = accounts(&app).await.remove(0);
    for _ in 0..10 {
        browser.resume_in_vain(&account).await;
    }
    let calls = async || bank_calls::Entity::find().count(app.services.db.read()).await.unwrap();
    let asked = calls().await;
    let told = browser.agree(&consent).await.expect(303);
    assert_eq!(told.header("location"), "/accounts");
    let page = browser.get("/accounts").await.expect(200).text;
    assert!(page.contains("짧은 시간에 너무 여러 번"), "{page}");
    assert_eq!((accounts(&app).await.len(), calls().await), (1, asked));
}

#[tokio::test]
async fn an_account_that_a_namesake_has_linked_is_refused_without_a_word_about_them() {
    let app = app::start().await;
    let first = app.member("minji@example.test").await;
    app.account(first, ACCOUNT).await;
    let (_, namesake) = app.member_browser("namesake@example.test").await;
    let asked = opened(&app).await;
    let refused = namesake.link(ACCOUNT).await.expect(422).text;
    assert!(
        refused.contains("이 계좌는 연결할 수 없어요") && refused.contains("고객센터"),
        "{refused}"
    );
    assert_eq!(opened(&app).await, asked, "nothing new is asked for");
    assert_eq!(accounts(&app).await.len(), 1);
}

#[tokio::test]
async fn of_two_namesakes_at_once_one_has_the_account_and_the_other_is_told_the_same() {
    let app = app::start().await;
    let (_, one) = member(&app).await;
    let (_, other) = app.member_browser("namesake@example.test").await;
    let slow = json!({ "operation": "link", "mode": "slow", "ms": 200 });
    app.bank_post("/_sim/mode", slow).await;
    let (first, second) = tokio::join!(one.link(NUMBER), other.link(NUMBER));
    let mut paths = [first, second].map(|answer| {
        answer
            .expect(303)
            .header("location")
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    });
    paths.sort_unstable();
    assert_eq!(paths, ["link", "linked"]);
    let mut states: Vec<_> = accounts(&app)
        .await
        .into_iter()
        .map(|account| (account.state, account.failure))
        .collect();
    states.sort_by_key(|(state, _)| *state == AccountState::Active);
    assert_eq!(
        states,
        [
            (AccountState::Pending, Some("taken".to_owned())),
            (AccountState::Active, None)
        ]
    );
}

#[tokio::test]
async fn a_stranger_with_another_name_cannot_even_begin_and_keeps_nobody_from_linking() {
    let app = app::start().await;
    let (_, stranger) = app.member_browser("stranger@example.test").await;
    app.bank_post("/_sim/accounts", json!({ "account": NUMBER, "holder": "이준호" }))
        .await;
    stranger.link(NUMBER).await.expect(422);
    assert!(accounts(&app).await.is_empty());

    // A namesake's link that stops in the middle blocks its owner no more.
    app.bank_post("/_sim/accounts", json!({ "account": NUMBER, "holder": "김민지" }))
        .await;
    app.bank_mode("link", "down").await;
    stranger.link_in_vain(NUMBER).await;
    app.bank_mode("link", "ok").await;
    let (owner, browser) = member(&app).await;
    browser.link(NUMBER).await.expect(303);
    let linked = accounts(&app)
        .await
        .into_iter()
        .find(|account| account.member_id == owner);
    assert_eq!(linked.unwrap().state, AccountState::Active);
    let stopped = stranger.get("/accounts").await.expect(200).text;
    assert!(stopped.contains("제때 답하지"), "{stopped}");
}

#[tokio::test]
async fn a_number_that_was_wrong_is_corrected_and_the_wrong_one_goes() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let stopped = browser.link_in_vain("3020000009004").await.text;
    let wrong = Prefix::Account.show(accounts(&app).await.remove(0).id.0);
    let way = format!("/accounts/new?replaces={wrong}");
    assert!(stopped.contains(&way), "{stopped}");
    let first = browser.get(&way).await.expect(200).text;
    assert!(
        first.contains("30200000*****") && first.contains("value=\"생활비\""),
        "{first}"
    );

    let typed = [
        ("bank", "011"),
        ("number", NUMBER),
        ("nickname", "생활비"),
        ("replaces", wrong.as_str()),
    ];
    let page = browser.post("/accounts/new", &typed).await.expect(200).text;
    browser.agree(&page).await.expect(303);
    let rows = accounts(&app).await;
    assert_eq!(rows.len(), 2, "a row outlives its link");
    assert!(rows[0].unlinked_at.is_some() && rows[0].live_number_key.is_none());
    assert_eq!((rows[1].state, rows[1].unlinked_at), (AccountState::Active, None));
    let list = browser.get("/accounts").await.expect(200).text;
    assert!(!list.contains(&wrong));

    // A linked account, or somebody else's, is replaced by nothing.
    let linked = Prefix::Account.show(rows[1].id.0);
    let typed = [
        ("bank", "011"),
        ("number", "3020007654321"),
        ("nickname", ""),
        ("replaces", linked.as_str()),
    ];
    let page = browser.post("/accounts/new", &typed).await.expect(200).text;
    browser.agree(&page).await.expect(303);
    assert!(accounts(&app).await[1].unlinked_at.is_none());
}

#[tokio::test]
async fn a_link_that_takes_longer_than_a_page_waits_is_told_by_a_page_that_looks_again() {
    let app = app::wish()
        .settings(json!({ "bank": { "link_patience_ms": 50 } }))
        .start()
        .await;
    let (_, browser) = member(&app).await;
    let slow = json!({ "operation": "link", "mode": "slow", "ms": 700 });
    app.bank_post("/_sim/mode", slow).await;
    let path = browser.link(NUMBER).await.expect(303).header("location").to_owned();
    let waiting = browser.get(&path).await.expect(200).text;
    assert!(waiting.contains("은행에 등록하고 있어요"), "{waiting}");
    let look = async || {
        browser
            .send(browser.request(Method::GET, &path).header("hx-request", "true"))
            .await
    };
    look().await.expect(204);
    eventually("the page is sent on", || async { look().await.status.as_u16() == 200 }).await;
    assert!(look().await.header("hx-redirect").ends_with("/linked"));
    assert!(
        browser
            .get(&path)
            .await
            .expect(303)
            .header("location")
            .ends_with("/linked")
    );
}

#[tokio::test]
async fn fields_that_cannot_be_right_ask_the_bank_nothing_and_say_which_lengths_are() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let asked_before = holders_asked(&app).await;
    for (bank, number, text) in [
        ("004", "12-34", "은행을 선택해"),
        ("011", "12-34a", "숫자로 입력해"),
        ("011", "30200001", "13자리예요. 옛 번호라면 11, 12, 14자리"),
        ("012", "35100000091", "13자리예요. 옛 번호라면 14자리"),
    ] {
        let wrong = [("bank", bank), ("number", number), ("nickname", "생활비")];
        let refused = browser.post("/accounts/new", &wrong).await.expect(422).text;
        assert!(refused.contains(text) && refused.contains(number), "{refused}");
    }
    assert_eq!(holders_asked(&app).await, asked_before);
}
