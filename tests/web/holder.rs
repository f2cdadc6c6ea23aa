//! Whose account it is, and what is agreed to: before the bank is asked to register anything.

use chrono::TimeDelta;
use naru::accounts::consent::ConsentText;
use naru::ids::{Prefix, UserId};
use naru::models::{account_consents, bank_accounts};
use naru::views::i18n::Language;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;

use super::linking::hidden;
use crate::support::app::{self, TestApp};
use crate::support::line::Line;
use crate::support::visitor::Browser;

pub const NUMBER: &str = "3020001234567";

pub fn fields(number: &str) -> [(&str, &str); 3] {
    [("bank", "011"), ("number", number), ("nickname", "생활비")]
}

pub async fn accounts(app: &TestApp) -> Vec<bank_accounts::Model> {
    let query = bank_accounts::Entity::find().order_by_asc(bank_accounts::Column::Id);
    query.all(app.services.db.read()).await.unwrap()
}

async fn asked(app: &TestApp, api: &str) -> usize {
    let calls = app.bank_get("/_sim/calls").await;
    let calls = calls["data"].as_array().unwrap();
    calls.iter().filter(|call| call["api"] == api).count()
}

pub async fn holders_asked(app: &TestApp) -> usize {
    asked(app, "InquireDepositorAccountNumber").await
}

pub async fn opened(app: &TestApp) -> usize {
    asked(app, "OpenFinAccountDirect").await
}

pub async fn member(app: &TestApp) -> (UserId, Browser) {
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
    assert!(
        first.contains("30200012*****을 그대로") && first.contains("value=\"생활비\""),
        "{first}"
    );
    assert!(!first.contains(NUMBER));
    // An empty field keeps the number, also beside another bank; a typed one takes its place.
    let draft = hidden(&first, "draft");
    for (bank, number, masked) in [
        ("011", "", "30200012*****"),
        ("012", "", "30200012*****"),
        ("011", "3020000000777", "30200000*****"),
    ] {
        let form = [
            ("bank", bank),
            ("number", number),
            ("nickname", "새 별명"),
            ("draft", &draft),
        ];
        let again = browser.post("/accounts/new", &form).await.expect(200).text;
        assert!(again.contains(masked) && again.contains("새 별명"), "{again}");
    }
    let wrong = [("bank", "004"), ("number", ""), ("nickname", ""), ("draft", &draft)];
    let refused = browser.post("/accounts/new", &wrong).await.expect(422).text;
    assert!(!refused.contains(NUMBER) && hidden(&refused, "draft").starts_with("v1."));
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
    // A part of a second is waited for as a whole one.
    app.clock.advance(TimeDelta::hours(1) - TimeDelta::milliseconds(400));
    browser.sign_in("minji@example.test").await.expect(303);
    assert_eq!(ask(NUMBER).await.expect(429).header("retry-after"), "1");
    app.clock.advance(TimeDelta::milliseconds(400));
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
