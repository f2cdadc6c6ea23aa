//! Finding a member while they are on the line: exactly, masked, and by staff alone.

use naru::ids::{Prefix, UserId};
use naru::members::sign_up::{self, SignUpForm};
use naru::models::kinds::{Role, StaffDeed};
use serde_json::{Value, json};

use super::{desk, desk_of};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, PASSWORD, phone_of};
use crate::support::visitor::Browser;

pub(super) async fn found(desk: &Browser, q: &str) -> Vec<String> {
    let query = serde_urlencoded::to_string([("q", q)]).unwrap();
    let page = desk.get(&format!("/cs/members?{query}")).await.expect(200).text;
    ids(&page)
}

pub(super) fn ids(page: &str) -> Vec<String> {
    let rows = page.split("href=\"/cs/members/").skip(1);
    rows.filter_map(|part| part.split('"').next())
        .map(str::to_owned)
        .collect()
}

async fn member(app: &TestApp, email: &str) -> String {
    Prefix::Member.show(app.member(email).await.0)
}

#[tokio::test]
async fn a_member_is_found_by_the_whole_of_what_they_say_and_by_nothing_less() {
    let app = app::wish().without_workers().start().await;
    let minji = member(&app, "minji@example.test").await;
    let junho = member(&app, "junho@example.test").await;
    let desk = desk(&app).await;
    let phone = phone_of("minji@example.test").digits().to_owned();
    assert_eq!(found(&desk, " Minji@Example.TEST ").await, std::slice::from_ref(&minji));
    assert_eq!(found(&desk, &phone).await, std::slice::from_ref(&minji));
    assert_eq!(found(&desk, "김민지").await, [junho, minji]);
    for part in [
        "",
        "minji",
        "김",
        "김민",
        "%",
        "@",
        "@example.test",
        "cs@example.test",
        "상담 담당",
        "01000000000",
    ] {
        assert_eq!(found(&desk, part).await, Vec::<String>::new(), "{part}");
    }
    let page = desk
        .get("/cs/members?q=%EA%B9%80%EB%AF%BC%EC%A7%80")
        .await
        .expect(200)
        .text;
    assert!(page.contains("김*지") && page.contains("mi***@example.test"), "{page}");
    assert!(!page.contains("minji@example.test") && !page.contains(&phone), "{page}");
}

#[tokio::test]
async fn a_name_is_found_whether_its_hangul_was_typed_whole_or_in_parts() {
    let in_parts = "\u{1100}\u{1175}\u{11b7}\u{1106}\u{1175}\u{11ab}\u{110c}\u{1175}";
    let app = app::wish().without_workers().start().await;
    let form = SignUpForm {
        email: "minji@example.test".to_owned(),
        password: PASSWORD.into(),
        name: in_parts.to_owned(),
        nickname: String::new(),
        birth_date: "1994-03-02".to_owned(),
    };
    let phone = phone_of("minji@example.test");
    let user = sign_up::sign_up(&app.services, form, &phone).await.unwrap();
    let id = Prefix::Member.show(user.id.0);
    let desk = desk(&app).await;
    for name in ["김민지", in_parts, "김민지\u{200b}"] {
        assert_eq!(found(&desk, name).await, std::slice::from_ref(&id), "{name}");
    }
}

#[tokio::test]
async fn many_of_one_name_are_read_page_by_page_each_once() {
    let app = app::wish().without_workers().start().await;
    let columns = "email, password_hash, role, name, created_at";
    app.member("minji@example.test").await;
    for number in 0..60 {
        app.sql(&format!(
            "INSERT INTO users (id, {columns}) SELECT x'{number:032x}', 'm{number}@example.test', password_hash, role, name, created_at FROM users WHERE email = 'minji@example.test'"
        ))
        .await;
    }
    let desk = desk(&app).await;
    let first = desk
        .get("/cs/members?q=%EA%B9%80%EB%AF%BC%EC%A7%80")
        .await
        .expect(200)
        .text;
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let mut all = ids(&first);
    assert_eq!(all.len(), 50);
    all.extend(ids(&desk.get(&next).await.expect(200).text));
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 61);
}

#[tokio::test]
async fn a_members_page_shows_what_they_have_masked_and_leads_to_their_payments() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let made = shop
        .api
        .post("/payments", "k", &payment(&mandate, "order-1", 12_300))
        .await;
    let paid = made.expect(202).json()["id"].as_str().unwrap().to_owned();
    let desk = desk(&app).await;
    let id = found(&desk, "minji@example.test").await.remove(0);
    let page = desk.get(&format!("/cs/members/{id}")).await.expect(200).text;
    for part in [
        "김*지",
        "mi***@example.test",
        "30200012*****",
        "나루상점",
        "12,300원",
        &format!("/cs/payments/{paid}"),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("minji@example.test") && !page.contains("3020001234567"),
        "{page}"
    );
    for unknown in [
        Prefix::Member.show(UserId::new().0),
        "mem_1".to_owned(),
        id.replace("mem_", "acc_"),
    ] {
        desk.get(&format!("/cs/members/{unknown}")).await.expect(404);
    }
    let staff = app.staff("other@example.test", Role::Auditor).await;
    desk.get(&format!("/cs/members/{}", Prefix::Member.show(staff.0)))
        .await
        .expect(404);
}

#[tokio::test]
async fn all_staff_may_look_and_members_may_not() {
    let app = app::wish().without_workers().start().await;
    let id = member(&app, "minji@example.test").await;
    for role in [Role::Cs, Role::CsLead, Role::Operator, Role::Auditor] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        browser.get("/cs/members?q=minji@example.test").await.expect(200);
        browser.get(&format!("/cs/members/{id}")).await.expect(200);
    }
    let browser = app.browser();
    browser.sign_in("minji@example.test").await.expect(303);
    browser.get("/cs/members").await.expect(403);
    browser.get(&format!("/cs/members/{id}")).await.expect(403);
    app.browser().get("/cs/members").await.expect(303);
}

#[tokio::test]
async fn a_member_is_found_by_their_id_in_any_spelling() {
    let app = app::wish().without_workers().start().await;
    let id = app.member("minji@example.test").await;
    app.member("junho@example.test").await;
    let desk = desk(&app).await;
    let shown = Prefix::Member.show(id.0);
    for spelling in [
        shown.clone(),
        format!("mem_{}", id.0),
        shown.to_uppercase(),
        id.0.to_string(),
        id.0.simple().to_string(),
    ] {
        assert_eq!(
            found(&desk, &spelling).await,
            std::slice::from_ref(&shown),
            "{spelling}"
        );
    }
    for other in [
        Prefix::Member.show(UserId::new().0),
        shown.replace("mem_", "acc_"),
        "mem_1".to_owned(),
    ] {
        assert_eq!(found(&desk, &other).await, Vec::<String>::new(), "{other}");
    }
}

#[tokio::test]
async fn a_member_is_found_by_the_whole_number_of_an_account_and_no_digit_of_it_is_kept() {
    let app = app::wish().without_workers().start().await;
    let minji = app.member("minji@example.test").await;
    app.account(minji, ACCOUNT).await;
    app.member("junho@example.test").await;
    let desk = desk(&app).await;
    let shown = Prefix::Member.show(minji.0);
    for spelling in [ACCOUNT, "302-0001-2345-67", " 302 0001 2345 67 "] {
        assert_eq!(found(&desk, spelling).await, std::slice::from_ref(&shown), "{spelling}");
    }
    for other in [&ACCOUNT[..12], "3020001234568", "302-0001-2*****"] {
        assert_eq!(found(&desk, other).await, Vec::<String>::new(), "{other}");
    }
    let searches = app.deeds_of(StaffDeed::Searched).await;
    let detail = searches[0].detail.as_deref().unwrap();
    let detail: Value = serde_json::from_str(detail).unwrap();
    assert_eq!(detail, json!({ "what": "member", "by": "account" }));
}

#[tokio::test]
async fn all_payments_of_a_member_are_read_page_by_page_and_lead_to_the_search() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    for number in 0..25 {
        let order = format!("order-{number}");
        let made = shop
            .api
            .post("/payments", &order, &payment(&mandate, &order, 1_000))
            .await;
        made.expect(202);
    }
    let desk = desk(&app).await;
    let id = found(&desk, "minji@example.test").await.remove(0);
    let payments = |page: &str| page.matches("class=\"row\" href=\"/cs/payments/pay_").count();
    let first = desk.get(&format!("/cs/members/{id}")).await.expect(200).text;
    assert!(first.contains(&format!("href=\"/cs/payments?q={id}\"")), "{first}");
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let second = desk.get(&next).await.expect(200).text;
    assert_eq!((payments(&first), payments(&second)), (20, 5));
    let searched = desk.get(&format!("/cs/payments?q={id}")).await.expect(200).text;
    assert!(
        searched.contains("/cs/payments/pay_"),
        "the search does not know the member: {searched}"
    );
}

#[tokio::test]
async fn of_a_member_who_left_the_desk_sees_what_is_kept_and_why() {
    let app = app::wish().without_workers().start().await;
    app.shop_with_mandate().await;
    let desk = desk(&app).await;
    let id = found(&desk, "minji@example.test").await.remove(0);
    let user = naru::models::users::Model::find_by_email(app.services.db.read(), "minji@example.test").await;
    let user = user.unwrap().unwrap();
    naru::members::withdrawal::leave(&app.services, &user).await.unwrap();
    assert_eq!(found(&desk, "minji@example.test").await, Vec::<String>::new());
    assert_eq!(found(&desk, &id).await, std::slice::from_ref(&id));
    let page = desk.get(&format!("/cs/members/{id}?lang=ko")).await.expect(200).text;
    for part in [
        "김*지",
        "탈퇴한 회원이에요",
        "전자금융거래법 제22조",
        "30200012*****",
        "연결 끊음",
        "해지됨",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("withdrawn-") && !page.contains("3020001234567"),
        "{page}"
    );
}
