//! `/me/withdrawal`: a member leaves, not while money is unsettled, and what is left of them.

use chrono::TimeDelta;
use futures::future::join_all;
use naru::accounts::consent::ConsentText;
use naru::accounts::holder;
use naru::accounts::link::{self, LinkError, NewLink};
use naru::accounts::request::LinkRequest;
use naru::bank::{AccountNumber, BankCode};
use naru::ids::UserId;
use naru::members::withdrawal::{self, WithdrawalError};
use naru::models::kinds::{AccountState, MandateStatus, Role};
use naru::models::{bank_accounts, mandates, members, partner_events, users};
use naru::views::i18n::Language;
use sea_orm::EntityTrait;
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::{ACCOUNT, PASSWORD, Shop};
use crate::support::visitor::{Browser, REFRESH, SESSION};

const EMAIL: &str = "minji@example.test";

/// A member with an account and a shop that may charge it.
struct Home {
    member: UserId,
    browser: Browser,
    shop: Shop,
    mandate: String,
}

impl Home {
    async fn at(app: &TestApp) -> Self {
        let (shop, mandate) = app.shop_with_mandate().await;
        let browser = app.browser();
        browser.sign_in(EMAIL).await.expect(303);
        let member = users::Model::find_by_email(app.services.db.read(), EMAIL).await;
        Self {
            member: member.unwrap().unwrap().id,
            browser,
            shop,
            mandate,
        }
    }

    async fn pay(&self, order: &str) -> Answer {
        self.shop
            .api
            .post("/payments", order, &payment(&self.mandate, order, 10_000))
            .await
    }

    async fn withdraw(&self) -> Answer {
        self.browser.post("/me/withdrawal", &[("password", PASSWORD)]).await
    }
}

async fn user(app: &TestApp, id: UserId) -> users::Model {
    users::Entity::find_by_id(id)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn who_leaves_is_signed_out_everywhere_and_is_then_as_unknown_as_anybody() {
    let app = app::start().await;
    let home = Home::at(&app).await;
    let elsewhere = app.browser();
    elsewhere.sign_in(EMAIL).await.expect(303);
    let page = home.browser.get("/me/withdrawal").await.expect(200).text;
    assert!(
        page.contains("전자금융거래법 제22조") && page.contains("5년") && page.contains("1년"),
        "{page}"
    );
    assert_eq!(home.withdraw().await.expect(303).header("location"), "/");
    assert!(home.browser.get("/").await.expect(200).text.contains("탈퇴를 마쳤어요"));
    for name in [SESSION, REFRESH, "naru_device"] {
        assert!(home.browser.cookie(name).is_none(), "{name}");
    }
    elsewhere.get("/accounts").await.expect(303);
    assert!(elsewhere.get("/sign-in").await.text.contains("탈퇴한 회원이에요"));

    let refused = app.browser().sign_in(EMAIL).await.expect(422);
    assert!(refused.text.contains("이메일이나 비밀번호가 맞지 않아요"));
    let id = home.member.0.simple();
    app.browser().sign_in(&format!("withdrawn-{id}")).await.expect(422);
}

#[tokio::test]
async fn consents_and_accounts_end_the_shop_is_told_and_the_person_is_forgotten() {
    let app = app::start().await;
    let home = Home::at(&app).await;
    home.withdraw().await.expect(303);
    let db = app.services.db.read();
    let mandate = mandates::Entity::find().one(db).await.unwrap().unwrap();
    assert!(mandate.status == MandateStatus::Revoked && mandate.revoked_at.is_some());
    let told = partner_events::Entity::find().all(db).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|event| (event.event_type.as_str(), event.partner_id))
        .collect();
    assert_eq!(told, [("mandate.revoked", home.shop.id)]);
    home.pay("order-1").await.problem(409, "mandate_inactive");

    let account = bank_accounts::Entity::find().one(db).await.unwrap().unwrap();
    assert!(account.unlinked_at.is_some() && account.live_number_key.is_none());
    assert_eq!(
        (account.nickname.as_str(), account.number_masked.as_str()),
        ("", "30200012*****")
    );
    let user = user(&app, home.member).await;
    assert_eq!((user.name.as_str(), user.password_hash.as_str()), ("김*지", ""));
    assert!(
        user.withdrawn_at.is_some() && !user.email.contains('@'),
        "{}",
        user.email
    );
    let member = members::Entity::find_by_id(home.member).one(db).await.unwrap().unwrap();
    let birth_date = naru::members::sign_up::open_birth_date(&app.services.sealer, &member).unwrap();
    assert_eq!(birth_date.as_str(), "");
    assert_eq!(
        (member.phone_sealed, member.phone_index, member.nickname),
        (None, None, None)
    );

    // Email, phone and account number are free for who signs up anew, and nothing of before is theirs.
    let again = app.member(EMAIL).await;
    app.account(again, ACCOUNT).await;
    let browser = app.browser();
    browser.sign_in(EMAIL).await.expect(303);
    assert!(
        browser
            .get("/payments")
            .await
            .expect(200)
            .text
            .contains("아직 내역이 없어요")
    );
}

#[tokio::test]
async fn nobody_leaves_without_their_password() {
    let app = app::wish().with_a_stopped_clock().start().await;
    let home = Home::at(&app).await;
    for password in ["", "not-this-one", "not-this-one", "not-this-one", "not-this-one"] {
        let refused = home.browser.post("/me/withdrawal", &[("password", password)]).await;
        assert!(refused.expect(422).text.contains("비밀번호가 맞지 않아요"));
    }
    assert_eq!(home.withdraw().await.expect(429).header("retry-after"), "1");
    assert_eq!(user(&app, home.member).await.withdrawn_at, None);
    app.clock.advance(TimeDelta::seconds(1));
    home.withdraw().await.expect(303);
}

#[tokio::test]
async fn while_money_is_unsettled_nobody_leaves_and_each_payment_in_the_way_is_linked() {
    let app = app::wish().without_workers().start().await;
    let home = Home::at(&app).await;
    let paid = home.pay("order-1").await.expect(202).json();
    let link = format!("href=\"/payments/{}\"", paid["id"].as_str().unwrap());
    for state in ["queued", "executing", "unknown", "needs_review"] {
        app.sql(&format!("UPDATE transfers SET state = '{state}'")).await;
        let refused = home.withdraw().await.expect(409);
        assert!(
            refused.text.contains("아직 탈퇴할 수 없어요") && refused.text.contains(&link),
            "{state}"
        );
        assert!(
            home.browser
                .get("/me/withdrawal")
                .await
                .expect(200)
                .text
                .contains(&link),
            "{state}"
        );
    }
    // A refund on its way is money, too.
    app.sql("UPDATE transfers SET state = 'succeeded'").await;
    let path = format!("/payments/{}/refunds", paid["id"].as_str().unwrap());
    let refund = home
        .shop
        .api
        .post(&path, "back-1", &json!({ "amount": 1_000, "reason": "반품" }))
        .await;
    let refund = refund.expect(202).json()["id"].as_str().unwrap().to_owned();
    assert!(home.withdraw().await.expect(409).text.contains(&refund));
    // Refused is refused: nothing has ended.
    home.browser.get("/accounts").await.expect(200);
    home.pay("order-2").await.expect(202);
    app.sql("UPDATE transfers SET state = 'failed'").await;
    home.withdraw().await.expect(303);
}

#[tokio::test]
async fn what_was_paid_before_is_refunded_after_and_the_desk_finds_it_with_the_masked_name() {
    let app = app::start().await;
    let home = Home::at(&app).await;
    let paid = home.pay("order-1").await.expect(202).json();
    let id = paid["id"].as_str().unwrap();
    app.settled().await;
    home.withdraw().await.expect(303);
    let before = app.balance_at_bank(ACCOUNT).await;
    let refund = json!({ "amount": 4_000, "reason": "반품" });
    let path = format!("/payments/{id}/refunds");
    home.shop.api.post(&path, "back-1", &refund).await.expect(202);
    app.settled().await;
    assert_eq!(app.balance_at_bank(ACCOUNT).await, before + 4_000);

    app.staff("cs@example.test", Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    let page = desk.get(&format!("/cs/payments/{id}")).await.expect(200).text;
    assert!(
        page.contains("김*지") && !page.contains("김민지") && !page.contains(EMAIL),
        "{page}"
    );
    desk.get("/cs/payments?q=order-1").await.expect(200);
}

/// A payment and a withdrawal at once: one of the two, never both and never neither.
#[tokio::test]
async fn a_payment_and_a_withdrawal_at_the_same_moment_are_never_both_accepted() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let mut homes = Vec::new();
    for number in 0..20 {
        let member = app.member(&format!("member-{number}@example.test")).await;
        let account = app.account(member, &format!("30200012345{number:02}")).await;
        homes.push((user(&app, member).await, app.mandate(&shop, member, account).await));
    }
    let races = homes.iter().enumerate().map(async |(number, (user, mandate))| {
        let order = format!("order-{number}");
        let body = payment(mandate, &order, 10_000);
        let pay = || shop.api.post("/payments", &order, &body);
        let leave = || withdrawal::leave(&app.services, user);
        // Who is asked first differs, so that both win some.
        let (paid, left) = if number % 2 == 0 {
            tokio::join!(pay(), leave())
        } else {
            let (left, paid) = tokio::join!(leave(), pay());
            (paid, left)
        };
        match left {
            Ok(()) => {
                paid.problem(409, "mandate_inactive");
            }
            Err(WithdrawalError::Unsettled) => {
                paid.expect(202);
            }
            Err(other) => panic!("{other:?}"),
        }
    });
    join_all(races).await;
    let left = users::Entity::find().all(app.services.db.read()).await.unwrap();
    let left = left.iter().filter(|user| user.withdrawn_at.is_some()).count() as u64;
    assert_eq!(left + app.transfers().await, 20);
}

#[tokio::test]
async fn of_two_withdrawals_at_once_one_is_made_and_staff_do_not_leave_by_themselves() {
    let app = app::start().await;
    let home = Home::at(&app).await;
    let member = user(&app, home.member).await;
    let (one, other) = tokio::join!(
        withdrawal::leave(&app.services, &member),
        withdrawal::leave(&app.services, &member),
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");

    app.staff("cs@example.test", Role::Cs).await;
    let desk = app.browser();
    desk.sign_in("cs@example.test").await.expect(303);
    let sent = desk.post("/me/withdrawal", &[("password", PASSWORD)]).await.expect(303);
    assert_eq!(sent.header("location"), "/cs/payments");
    desk.get("/cs/payments").await.expect(200);
}

/// A link begins while its member leaves: whoever is second finds out.
#[tokio::test]
async fn nobody_who_left_gets_an_account_linked_in_the_same_moment() {
    let app = app::start().await;
    for number in 0..10 {
        let member = app.member(&format!("member-{number}@example.test")).await;
        let request = LinkRequest {
            bank: BankCode::new("011"),
            number: AccountNumber::new(format!("30200012345{number:02}")),
            nickname: String::new(),
        };
        let confirmed = holder::confirm(&app.services, member, request).await.unwrap();
        let new = NewLink {
            confirmed,
            agreed: ConsentText::today(Language::Ko),
            replaces: None,
        };
        let person = user(&app, member).await;
        let (began, left) = if number % 2 == 0 {
            tokio::join!(
                link::begin(&app.services, member, new),
                withdrawal::leave(&app.services, &person)
            )
        } else {
            let leave = withdrawal::leave(&app.services, &person);
            let (left, began) = tokio::join!(leave, link::begin(&app.services, member, new));
            (began, left)
        };
        match (began, left) {
            (Ok(running), Err(WithdrawalError::LinkInHand)) => drop(running.end().await.unwrap()),
            (Err(LinkError::NotAMember), Ok(())) => {}
            // The link ended before the withdrawal began.
            (Ok(running), Ok(())) => {
                drop(running.end().await);
                let db = app.services.db.read();
                let linked = bank_accounts::Model::list_owned_by(db, member).await.unwrap();
                assert!(linked.is_empty(), "{linked:?}");
            }
            (began, left) => panic!("{:?} {left:?}", began.map(|running| running.account)),
        }
    }
}

#[tokio::test]
async fn a_member_who_left_between_the_look_and_the_write_begins_no_link() {
    let app = app::start().await;
    let home = Home::at(&app).await;
    app.bank_mode("link", "down").await;
    home.browser.link_in_vain("3020009876543").await;
    app.sql("UPDATE users SET withdrawn_at = created_at").await;
    let accounts = bank_accounts::Model::list_owned_by(app.services.db.read(), home.member).await;
    let pending = accounts
        .unwrap()
        .into_iter()
        .find(|it| it.state == AccountState::Pending);
    let resumed = link::resume(&app.services, home.member, pending.unwrap().id).await;
    assert!(matches!(resumed, Err(LinkError::NotAMember)), "{resumed:?}");
}
