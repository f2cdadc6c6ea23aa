//! A mandate that a shop asks for: the member's yes with its evidence, their no, and what the page says afterwards.

use chrono::TimeDelta;
use naru::ids::UserId;
use naru::models::mandate_consents;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{back, shown};
use crate::api::mandates::{RETURN_URL, request, told};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, PASSWORD, Shop};
use crate::support::visitor::Browser;

struct Question {
    shop: Shop,
    member: Browser,
    member_id: UserId,
    account: String,
    /// `man_…`
    id: String,
}

impl Question {
    async fn in_an(app: &TestApp) -> Self {
        let (member_id, member) = app.member_browser("minji@example.test").await;
        let account = shown(app.account(member_id, ACCOUNT).await);
        let shop = app.shop("나루상점").await;
        let asked = shop.api.post("/mandates", "key-1", &request()).await.expect(201).json();
        let id = asked["id"].as_str().unwrap().to_owned();
        Self {
            shop,
            member,
            member_id,
            account,
            id,
        }
    }

    fn path(&self) -> String {
        format!("/checkout/mandates/{}", self.id)
    }

    async fn approve(&self, browser: &Browser, account: &str) -> crate::support::http::Answer {
        let page = browser
            .get(&format!("{}?account={account}", self.path()))
            .await
            .expect(200)
            .text;
        let text = page.split("name=\"text\" value=\"").nth(1).unwrap_or_default();
        let text = text.split('"').next().unwrap();
        let fields = [
            ("account", account),
            ("text", text),
            ("consent", "yes"),
            ("password", PASSWORD),
        ];
        browser.post(&self.path(), &fields).await
    }

    async fn stored(&self) -> Value {
        self.shop
            .api
            .get(&format!("/mandates/{}", self.id))
            .await
            .expect(200)
            .json()
    }
}

#[tokio::test]
async fn a_member_approves_with_a_password_and_the_text_that_they_read_is_kept() {
    let app = app::start().await;
    let question = Question::in_an(&app).await;
    let page = question.member.get(&question.path()).await.expect(200).text;
    for word in [
        "나루상점",
        "50,000원",
        "200,000원",
        "30200012*****",
        "해지하는 방법",
        "지금 출금되는 돈은 없어요",
        "나루상점에서 주문한 것을 결제할 때",
    ] {
        assert!(page.contains(word), "{word}: {page}");
    }
    assert_eq!(
        back(&page),
        format!("{RETURN_URL}?mandate_id={}&status=canceled", question.id)
    );
    question.approve(&question.member, &question.account).await.expect(303);

    let active = question.stored().await;
    assert_eq!((&active["status"], &active["version"]), (&json!("active"), &json!(2)));
    assert_eq!(
        (&active["account_masked"], &active["approval_url"]),
        (&json!("30200012*****"), &Value::Null)
    );
    assert_eq!(told(&app).await, ["mandate.activated"]);
    let consents = mandate_consents::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    let [kept] = consents.as_slice() else {
        panic!("{consents:?}")
    };
    assert_eq!((kept.member_id, kept.language.as_str()), (question.member_id, "ko"));
    for word in ["나루상점", "30200012*****", "1회 50,000원, 하루 200,000원까지", "해지"] {
        assert!(kept.text.contains(word), "{word}: {}", kept.text);
    }
    assert!(page.contains(&kept.text_hash), "it is the text that was read");

    let done = question.member.get(&question.path()).await.expect(200).text;
    assert!(done.contains("자동결제에 동의했어요"), "{done}");
    assert_eq!(
        back(&done),
        format!("{RETURN_URL}?mandate_id={}&status=active", question.id)
    );
    let again = format!("/mandates/{}", question.id);
    let again = question.member.get(&again).await.expect(200).text;
    for word in kept.text.lines().chain([kept.text_version.as_str()]) {
        assert!(again.contains(word), "{word}: {again}");
    }
    let paid = question
        .shop
        .api
        .post("/payments", "key-2", &payment(&question.id, "order-1", 10_000))
        .await;
    paid.expect(202);
    let over = payment(&question.id, "order-2", 50_001);
    question
        .shop
        .api
        .post("/payments", "key-3", &over)
        .await
        .problem(422, "limit_exceeded");
    app.settled().await;
}

#[tokio::test]
async fn the_text_names_the_bank_in_its_own_language() {
    let app = app::start().await;
    let question = Question::in_an(&app).await;
    let path = format!("{}?lang=en", question.path());
    let page = question.member.get(&path).await.expect(200).text;
    assert!(page.contains("NongHyup Bank 30200012*****"), "{page}");
    assert!(!page.contains("농협"), "{page}");
}

#[tokio::test]
async fn nothing_is_approved_without_the_box_the_password_the_text_or_an_own_account() {
    let app = app::start().await;
    let question = Question::in_an(&app).await;
    let other = app.member("junho@example.test").await;
    let others = shown(app.account(other, "3020009876543").await);
    let page = question.member.get(&question.path()).await.expect(200).text;
    let text = page
        .split("name=\"text\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let own = question.account.as_str();
    for fields in [
        [
            ("account", own),
            ("text", text),
            ("consent", ""),
            ("password", PASSWORD),
        ],
        [
            ("account", own),
            ("text", text),
            ("consent", "yes"),
            ("password", "wrong-password"),
        ],
        [
            ("account", own),
            ("text", "0000"),
            ("consent", "yes"),
            ("password", PASSWORD),
        ],
        [
            ("account", others.as_str()),
            ("text", text),
            ("consent", "yes"),
            ("password", PASSWORD),
        ],
        [
            ("account", ""),
            ("text", text),
            ("consent", "yes"),
            ("password", "wrong-password"),
        ],
    ] {
        question.member.post(&question.path(), &fields).await.expect(422);
    }
    app.browser()
        .post(&question.path(), &[("consent", "yes")])
        .await
        .expect(303);
    assert_eq!(question.stored().await["status"], "pending");
    assert_eq!(told(&app).await, [""; 0]);
}

#[tokio::test]
async fn of_two_members_at_once_one_approves_and_the_other_is_told() {
    let app = app::start().await;
    let question = Question::in_an(&app).await;
    let (junho, other) = app.member_browser("junho@example.test").await;
    let others = shown(app.account(junho, "3020009876543").await);
    let (one, two) = futures::join!(
        question.approve(&question.member, &question.account),
        question.approve(&other, &others)
    );
    one.expect(303);
    two.expect(303);
    let path = question.path();
    let pages = [&question.member, &other].map(|browser| browser.get(&path));
    let pages = futures::future::join_all(pages).await;
    let seen = |word: &str| pages.iter().filter(|page| page.text.contains(word)).count();
    assert_eq!(
        (seen("자동결제에 동의했어요"), seen("이미 답한 동의 요청이에요")),
        (1, 1)
    );
    assert_eq!(told(&app).await, ["mandate.activated"]);
    let consents = mandate_consents::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(consents.len(), 1);
    let loser = pages.iter().find(|page| page.text.contains("이미 답한")).unwrap();
    assert!(!loser.text.contains("30200012") && !loser.text.contains("30200098"));
}

#[tokio::test]
async fn a_member_who_says_no_ends_the_request_and_one_who_looks_away_does_not() {
    let app = app::start().await;
    let question = Question::in_an(&app).await;
    let decline = format!("{}/decline", question.path());
    app.browser().post(&decline, &[]).await.expect(303);
    question.member.get(&decline).await.expect(303);
    assert_eq!(question.stored().await["status"], "pending");
    question.member.post(&decline, &[]).await.expect(303);
    assert_eq!(question.stored().await["status"], "revoked");
    assert_eq!(told(&app).await, ["mandate.revoked"]);
    let page = question.member.get(&question.path()).await.expect(200).text;
    assert!(page.contains("동의 없이 끝난 요청이에요"), "{page}");
    assert!(back(&page).ends_with("&status=declined"));
    question.member.post(&decline, &[]).await.expect(303);
    assert_eq!(told(&app).await.len(), 1, "no is said once");
}

#[tokio::test]
async fn a_request_that_is_a_day_old_cannot_be_approved() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let question = Question::in_an(&app).await;
    app.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    question.member.sign_in("minji@example.test").await.expect(303);
    question.member.get(&question.path()).await.expect(200);
    app.clock.advance(TimeDelta::seconds(1));
    let page = question.member.get(&question.path()).await.expect(200).text;
    assert!(
        page.contains("동의할 수 있는 기한이 지났어요") && back(&page).ends_with("&status=expired"),
        "{page}"
    );
    let fields = [
        ("account", question.account.as_str()),
        ("consent", "yes"),
        ("password", PASSWORD),
    ];
    question.member.post(&question.path(), &fields).await.expect(303);
    assert_eq!(question.stored().await["status"], "pending");
    assert_eq!(told(&app).await, [""; 0]);
}

#[tokio::test]
async fn a_member_with_several_accounts_chooses_one_and_reads_the_text_about_it() {
    let app = app::start().await;
    let question = Question::in_an(&app).await;
    let second = shown(app.account(question.member_id, "3020005554443").await);
    let page = question.member.get(&question.path()).await.expect(200).text;
    assert!(
        page.contains("어느 계좌에서 낼까요?") && !page.contains("name=\"password\""),
        "{page}"
    );
    let page = question
        .member
        .get(&format!("{}?account={second}", question.path()))
        .await
        .expect(200)
        .text;
    assert!(page.contains("30200055*****") && page.contains("?choose=1"), "{page}");
    question.approve(&question.member, &second).await.expect(303);
    assert_eq!(question.stored().await["account_masked"], "30200055*****");
}
