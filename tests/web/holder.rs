//! Whose account it is, what is agreed to, and who has it already: before the bank is asked to register anything.

use chrono::TimeDelta;
use naru::accounts::consent::ConsentText;
use naru::ids::{Prefix, UserId};
use naru::models::kinds::AccountState;
use naru::models::{account_consents, bank_accounts};
use naru::views::i18n::Language;
use reqwest::Method;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use super::linking::hidden;
use crate::support::app::{self, TestApp, eventually};
use crate::support::line::Line;
use crate::support::people::ACCOUNT;
use crate::support::visitor::Browser;

const NUMBER: &str = "3020001234567";

fn fields(number: &str) -> [(&str, &str); 3] {
    [("bank", "011"), ("number", number), ("nickname", "생활비")]
}

async fn accounts(app: &TestApp) -> Vec<bank_accounts::Model> {
    let query = bank_accounts::Entity::find().order_by_asc(bank_accounts::Column::Id);
    query.all(app.services.db.read()).await.unwrap()
}

async fn asked(app: &TestApp, api: &str) -> usize {
    let calls = app.bank_get("/_sim/calls").await;
    let calls = calls["data"].as_array().unwrap();
    calls.iter().filter(|call| call["api"] == api).count()
}

async fn holders_asked(app: &TestApp) -> usize {
    asked(app, "InquireDepositorAccountNumber").await
}

async fn opened(app: &TestApp) -> usize {
    asked(app, "OpenFinAccountDirect").await
}

async fn member(app: &TestApp) -> (UserId, Browser) {
    app.member_browser("minji@example.test").await
}

#[tokio::test]
async fn the_members_own_name_leads_to_the_consent_and_the_number_stands_on_no_page() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let page = browser
        .post("/accounts/new", &fields("302-0001-2345-67"))
        .await
        .expect(200)
        .text;
    assert!(page.contains("김*지") && page.contains("30200012*****"), "{page}");
    assert!(!page.contains(NUMBER) && !page.contains("302-0001-2345-67"));
    assert!(accounts(&app).await.is_empty(), "nothing is stored before the consent");
    assert_eq!((holders_asked(&app).await, opened(&app).await), (1, 0));

    // Back to the first step with nothing lost.
    let edit = [("draft", hidden(&page, "draft"))];
    let edit: Vec<_> = edit.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let first = browser.post("/accounts/new/edit", &edit).await.expect(200).text;
    assert!(first.contains(&format!("value=\"{NUMBER}\"")) && first.contains("value=\"생활비\""));
}

#[tokio::test]
async fn an_account_of_somebody_else_is_refused_without_telling_whose_it_is() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let refused = browser
        .post("/accounts/new", &fields("3020000009031"))
        .await
        .expect(422)
        .text;
    assert!(refused.contains("본인 명의의 계좌가 아니에요"), "{refused}");
    for name in ["윤시우", "윤*우"] {
        assert!(!refused.contains(name), "{refused}");
    }
    assert!(accounts(&app).await.is_empty());
    assert_eq!(opened(&app).await, 0);
}

#[tokio::test]
async fn a_namesake_is_as_good_as_the_bank_writes_names() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let holder = json!({ "account": NUMBER, "holder": " 김 민지　" });
    app.bank_post("/_sim/accounts", holder).await;
    browser.post("/accounts/new", &fields(NUMBER)).await.expect(200);
}

#[tokio::test]
async fn names_of_others_are_asked_for_ten_times_an_hour_and_ones_own_without_end() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let (_, browser) = member(&app).await;
    let ask = async |number: &str| browser.post("/accounts/new", &fields(number)).await;
    for _ in 0..20 {
        ask(NUMBER).await.expect(200);
    }
    for n in 0..10 {
        let number = if n % 2 == 0 { "3020000009031" } else { "3020000009001" };
        ask(number).await.expect(422);
    }
    let asked = holders_asked(&app).await;
    let refused = ask("3020000009031").await.expect(429);
    assert!(refused.text.contains("너무 여러 번") && !refused.header("retry-after").is_empty());
    ask(NUMBER).await.expect(429);
    assert_eq!(holders_asked(&app).await, asked);
    app.clock.advance(TimeDelta::hours(1));
    browser.sign_in("minji@example.test").await.expect(303);
    ask(NUMBER).await.expect(200);
}

#[tokio::test]
async fn a_bank_that_does_not_say_whose_it_is_is_told_of_and_asked_again_with_all_that_was_typed() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    for (mode, text) in [("hang", "제때 답하지 않았어요"), ("down", "제때 답하지 않았어요")] {
        app.bank_mode("holder_name", mode).await;
        let refused = browser.post("/accounts/new", &fields(NUMBER)).await.expect(422).text;
        assert!(
            refused.contains(text) && refused.contains("아직 아무것도 저장하지 않았고"),
            "{refused}"
        );
        assert!(accounts(&app).await.is_empty());
        app.bank_mode("holder_name", "ok").await;
        let draft = hidden(&refused, "draft");
        let again = browser
            .post("/accounts/new", &[("draft", &draft)])
            .await
            .expect(200)
            .text;
        assert!(again.contains("김*지"));
    }
    let unknown = browser
        .post("/accounts/new", &fields("3020000009001"))
        .await
        .expect(422)
        .text;
    assert!(unknown.contains("은행에서 이 계좌를 찾지 못했어요"), "{unknown}");
}

#[tokio::test]
async fn a_call_that_broke_off_is_made_a_second_time_and_a_slow_one_is_not() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    app.bank_mode("holder_name", "hang").await;
    browser.post("/accounts/new", &fields(NUMBER)).await.expect(422);
    assert_eq!(holders_asked(&app).await, 1);

    let line = Line::lay().await;
    let app = app::wish()
        .settings(json!({ "bank": { "url": line.url } }))
        .start()
        .await;
    line.leads_to(&app.bank_url());
    let (_, browser) = member(&app).await;
    line.cut(1);
    browser.post("/accounts/new", &fields(NUMBER)).await.expect(200);
    assert_eq!(line.calls(), 2);
}

#[tokio::test]
async fn the_bank_is_not_asked_while_our_calendar_says_that_it_is_closed() {
    let app = app::wish()
        .settings(json!({ "bank": { "maintenance": [{ "from": "00:00", "to": "23:59:59" }] } }))
        .start()
        .await;
    let (_, browser) = member(&app).await;
    let refused = browser.post("/accounts/new", &fields(NUMBER)).await.expect(422).text;
    assert!(
        refused.contains("점검 시간") && refused.contains("23:59에 끝나요"),
        "{refused}"
    );
    assert_eq!(holders_asked(&app).await, 0);
}

#[tokio::test]
async fn without_the_consent_or_with_another_text_nothing_is_stored_and_nothing_asked() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let page = browser.post("/accounts/new", &fields(NUMBER)).await.expect(200).text;
    let (draft, text) = (hidden(&page, "draft"), hidden(&page, "text"));
    let english = ConsentText::today(Language::En).hash;
    for form in [
        [("draft", draft.as_str()), ("text", text.as_str()), ("consent", "")],
        [("draft", &draft), ("text", &english), ("consent", "yes")],
    ] {
        let refused = browser.post("/accounts/new/consent", &form).await.expect(422).text;
        assert!(refused.contains("동의해야") && !hidden(&refused, "draft").is_empty());
    }
    for draft in ["", "v1.1.AAAA"] {
        let form = [("draft", draft), ("text", &text), ("consent", "yes")];
        let answer = browser.post("/accounts/new/consent", &form).await.expect(303);
        assert_eq!(answer.header("location"), "/accounts/new");
    }
    assert!(accounts(&app).await.is_empty());
    assert_eq!(opened(&app).await, 0);
}

#[tokio::test]
async fn an_old_confirmation_is_asked_for_again_before_the_consent_counts() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let page = browser.post("/accounts/new", &fields(NUMBER)).await.expect(200).text;
    app.clock.advance(TimeDelta::minutes(31));
    app.bank_post("/_sim/accounts", json!({ "account": NUMBER, "holder": "이준호" }))
        .await;
    let refused = browser.agree(&page).await.expect(422).text;
    assert!(refused.contains("본인 명의의 계좌가 아니에요"), "{refused}");
    assert!(accounts(&app).await.is_empty());
}

#[tokio::test]
async fn another_members_draft_is_none() {
    let app = app::start().await;
    let (_, browser) = member(&app).await;
    let page = browser.post("/accounts/new", &fields(NUMBER)).await.expect(200).text;
    let (_, stranger) = app.member_browser("stranger@example.test").await;
    let answer = stranger.agree(&page).await.expect(303);
    assert_eq!(answer.header("location"), "/accounts/new");
    assert!(accounts(&app).await.is_empty());
}

#[tokio::test]
async fn what_was_agreed_to_is_kept_word_for_word_and_shown_with_the_account() {
    let app = app::start().await;
    let (owner, browser) = member(&app).await;
    browser.link(NUMBER).await.expect(303);
    let account = accounts(&app).await.remove(0);
    let kept = account_consents::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let text = ConsentText::today(Language::Ko);
    assert_eq!((kept.account_id, kept.member_id), (account.id, owner));
    assert_eq!(
        (kept.text_version.as_str(), &kept.text_hash, &kept.text),
        (text.version, &text.hash, &text.whole())
    );
    let path = format!("/accounts/{}", Prefix::Account.show(account.id.0));
    let page = browser.get(&path).await.expect(200).text;
    for line in kept.text.lines() {
        assert!(page.contains(line), "{line}");
    }
}

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
