//! Partners at the desk: found by name, seen masked, stopped and let go on; what was promised goes on meanwhile.

use naru::ids::{DialogId, PartnerId, Prefix, TransferId};
use naru::models::kinds::{EndpointStatus, Role, StaffDeed};
use naru::models::{partners, webhook_endpoints};
use naru::transfers::execute;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::json;

use super::audit::dialog_of;
use super::{desk, desk_of};
use crate::api::checkouts::checkout;
use crate::api::mandates::request as asked_mandate;
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::Shop;
use crate::support::visitor::Browser;

const REASON: &str = "도난 카드로 결제한다는 신고";

async fn lead(app: &TestApp) -> Browser {
    desk_of(app, "lead@example.test", Role::CsLead).await
}

fn path_of(shop: &Shop) -> String {
    format!("/cs/partners/{}", Prefix::Partner.show(shop.id.0))
}

fn form<'a>(dialog: &'a str, version: &'a str) -> [(&'static str, &'a str); 3] {
    [("dialog", dialog), ("version", version), ("reason", REASON)]
}

async fn row(app: &TestApp, id: PartnerId) -> partners::Model {
    let found = partners::Entity::find_by_id(id).one(app.services.db.read()).await;
    found.unwrap().expect("the partner is there")
}

/// Stops the shop, or lets it go on, as a lead does.
async fn change(app: &TestApp, lead: &Browser, shop: &Shop, what: &str) {
    let path = path_of(shop);
    let dialog = dialog_of(lead, &path).await;
    let version = row(app, shop.id).await.version.to_string();
    let answer = lead
        .post(&format!("{path}/{what}"), &form(&dialog, &version))
        .await
        .expect(303);
    assert_eq!(answer.header("location"), path);
}

fn names(page: &str) -> Vec<String> {
    let rows = page.split("href=\"/cs/partners/par_").skip(1);
    let titles = rows.filter_map(|row| row.split("<b class=\"row-title\">").nth(1)?.split('<').next());
    titles.map(str::to_owned).collect()
}

#[tokio::test]
async fn partners_are_listed_by_name_page_by_page_and_found_by_how_their_name_begins() {
    let app = app::wish().without_workers().start().await;
    for number in (0..60).rev() {
        app.shop(&format!("상점 {number:02}")).await;
    }
    app.shop("나루상점").await;
    let desk = desk(&app).await;
    let first = desk.get("/cs/partners").await.expect(200).text;
    let next = first
        .split("rel=\"next\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let mut all = names(&first);
    assert_eq!(
        (all.len(), all[0].as_str(), all[1].as_str()),
        (50, "나루상점", "상점 00")
    );
    all.extend(names(&desk.get(&next.replace("&amp;", "&")).await.expect(200).text));
    let mut sorted = all.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((all.len(), &all), (61, &sorted));
    let found = async |q: &str| {
        let query = serde_urlencoded::to_string([("q", q)]).unwrap();
        names(&desk.get(&format!("/cs/partners?{query}")).await.expect(200).text)
    };
    assert_eq!(found(" 나루 ").await, ["나루상점"]);
    // In its parts, as some programs hand Hangul on.
    assert_eq!(found("\u{1102}\u{1161}\u{1105}\u{116e}").await, ["나루상점"]);
    assert_eq!(found("상점 0").await.len(), 10);
    assert_eq!(found("상점 07").await, ["상점 07"]);
    for nobody in ["%", "루상점", "없는 상점"] {
        assert_eq!(found(nobody).await, Vec::<String>::new(), "{nobody}");
    }
    desk.get("/cs/partners?cursor=!!").await.expect(200);
}

#[tokio::test]
async fn a_partners_page_shows_what_it_has_with_what_fails_first_and_its_people_masked() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    app.partner_user(&shop, "dev@example.test").await;
    naru::partners::return_urls::add(&app.services, shop.id, "https://shop.example/done")
        .await
        .unwrap();
    for (key, url) in [("e1", "http://127.0.0.1:9/calm"), ("e2", "http://127.0.0.1:9/failing")] {
        shop.api
            .post("/webhook-endpoints", key, &json!({ "url": url }))
            .await
            .expect(201);
    }
    app.sql("UPDATE webhook_endpoints SET failures = 7 WHERE url LIKE '%failing'")
        .await;
    shop.api
        .post("/payments", "k1", &payment(&mandate, "order-1", 12_300))
        .await
        .expect(202);
    let lead = lead(&app).await;
    let page = lead.get(&path_of(&shop)).await.expect(200).text;
    let hint = naru::partners::keys::hint(&shop.api.key);
    for part in [
        "나루상점",
        "이용 중",
        "7번 연속 실패",
        "https://shop.example/done",
        "de***@example.test",
        hint.as_str(),
        &format!("/cs/payments?partner={}", shop.id.0.simple()),
        "12,300원",
        &format!("/cs/audit?subject={}", Prefix::Partner.show(shop.id.0)),
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        page.find("/failing").unwrap() < page.find("/calm").unwrap(),
        "what fails is not first"
    );
    assert!(
        !page.contains("dev@example.test") && !page.contains(&shop.api.key),
        "{page}"
    );
    let seen = app.deeds_of(StaffDeed::PartnerSeen).await;
    assert_eq!(
        seen.iter().map(|row| row.subject_id).collect::<Vec<_>>(),
        [Some(shop.id.0)]
    );
    // As the filter of the search spells it.
    lead.get(&format!("/cs/partners/{}", shop.id.0.simple()))
        .await
        .expect(200);
    for unknown in [
        Prefix::Partner.show(PartnerId::new().0),
        "par_1".to_owned(),
        "x".to_owned(),
    ] {
        lead.get(&format!("/cs/partners/{unknown}")).await.expect(404);
    }
    let endpoints = webhook_endpoints::Entity::find()
        .all(app.services.db.read())
        .await
        .unwrap();
    assert!(
        endpoints
            .iter()
            .all(|endpoint| endpoint.status == EndpointStatus::Active)
    );
}

#[tokio::test]
async fn a_stopped_partner_gets_nothing_new_and_what_was_promised_goes_on() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let api = &shop.api;
    let made = async |order: &str| {
        let made = api
            .post("/payments", order, &payment(&mandate, order, 12_300))
            .await
            .expect(202);
        made.json()["id"].as_str().unwrap().to_owned()
    };
    let (paid, queued, unwanted) = (made("order-1").await, made("order-2").await, made("order-3").await);
    let id = |shown: &str| TransferId(Prefix::Payment.parse(shown).unwrap());
    execute::execute(&app.services, id(&paid)).await.unwrap();
    let lead = lead(&app).await;
    change(&app, &lead, &shop, "stop").await;

    let page = lead.get(&path_of(&shop)).await.expect(200).text;
    for part in ["멈춤", REASON, "파트너를 멈췄어요"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let refused = api.post("/payments", "new", &payment(&mandate, "order-4", 1_000)).await;
    let problem = refused.problem(403, "partner_stopped");
    assert_eq!(
        (&problem["money_moved"], &problem["retryable"]),
        (&json!("no"), &json!(false))
    );
    api.post("/mandates", "new", &asked_mandate())
        .await
        .problem(403, "partner_stopped");
    api.post("/checkouts", "new", &checkout("order-5", 1_000))
        .await
        .problem(403, "partner_stopped");

    // The same request as before has its answer, and everything of before is there.
    let replayed = api
        .post("/payments", "order-2", &payment(&mandate, "order-2", 12_300))
        .await
        .expect(202);
    assert_eq!(replayed.header("idempotent-replayed"), "true");
    api.get(&format!("/payments/{paid}")).await.expect(200);
    api.get("/events").await.expect(200);
    api.post("/webhook-endpoints", "e", &json!({ "url": "http://127.0.0.1:9/" }))
        .await
        .expect(201);
    let refund = json!({ "amount": 2_300, "reason": "변심" });
    api.post(&format!("/payments/{paid}/refunds"), "r", &refund)
        .await
        .expect(202);
    let cancel = api
        .post(&format!("/payments/{unwanted}/cancellation"), "c", &json!({}))
        .await;
    assert_eq!(cancel.expect(200).json()["status"], "canceled");
    execute::execute(&app.services, id(&queued)).await.unwrap();
    assert_eq!(
        api.get(&format!("/payments/{queued}")).await.json()["status"],
        "succeeded"
    );

    change(&app, &lead, &shop, "resumption").await;
    // Nothing was stored under the key that was refused.
    api.post("/payments", "new", &payment(&mandate, "order-4", 1_000))
        .await
        .expect(202);
    let stopped = app.deeds_of(StaffDeed::PartnerStopped).await;
    let resumed = app.deeds_of(StaffDeed::PartnerResumed).await;
    assert_eq!((stopped.len(), resumed.len()), (1, 1));
    assert_eq!(stopped[0].reason.as_deref(), Some(REASON));
}

#[tokio::test]
async fn a_stopped_partner_is_told_at_its_console_and_by_the_documents() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let console = app.console(&shop, "dev@example.test").await;
    let told = async || {
        console
            .get("/partner")
            .await
            .expect(200)
            .text
            .contains("나루가 새 결제와 출금 동의")
    };
    assert!(!told().await);
    let lead = lead(&app).await;
    change(&app, &lead, &shop, "stop").await;
    assert!(told().await);
    let page = app
        .browser()
        .get("/docs/problems/partner_stopped")
        .await
        .expect(200)
        .text;
    assert!(page.contains("나루가 이 파트너의 새 결제와 출금 동의"), "{page}");
}

#[tokio::test]
async fn the_hosted_pages_of_a_stopped_partner_say_so_and_take_nothing() {
    let app = app::wish().without_workers().start().await;
    let (shop, _) = app.shop_with_mandate().await;
    let ask = async |path: &str, body| {
        let made = shop.api.post(path, "made", &body).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    let pay = format!("/checkout/{}", ask("/checkouts", checkout("order-1", 12_300)).await);
    let agree = format!("/checkout/mandates/{}", ask("/mandates", asked_mandate()).await);
    let member = app.browser();
    member.sign_in("minji@example.test").await.expect(303);
    let form = member.get(&pay).await.expect(200).text;
    let account = form.split("value=\"acc_").nth(1).unwrap().split('"').next().unwrap();
    let yes = [
        ("account", format!("acc_{account}")),
        ("password", crate::support::people::PASSWORD.to_owned()),
    ];
    let yes = yes.each_ref().map(|(name, value)| (*name, value.as_str()));

    let lead = lead(&app).await;
    change(&app, &lead, &shop, "stop").await;
    for path in [&pay, &agree] {
        let page = member.get(path).await.expect(200).text;
        assert!(page.contains("나루가 이 가맹점의 새 결제를 멈췄어요"), "{page}");
        assert!(!page.contains("name=\"password\""), "{page}");
    }
    // Who had the form open before is sent to the page that says so.
    member.post(&pay, &yes).await.expect(303);
    assert_eq!(app.every_transfer().await.len(), 0);
    change(&app, &lead, &shop, "resumption").await;
    member.post(&pay, &yes).await.expect(303);
    assert_eq!(app.every_transfer().await.len(), 1);
}

#[tokio::test]
async fn c32_a_dialog_that_is_sent_twice_stops_the_partner_once() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let lead = lead(&app).await;
    let path = path_of(&shop);
    let dialog = dialog_of(&lead, &path).await;
    let (send, fields) = (format!("{path}/stop"), form(&dialog, "1"));
    let (one, other) = tokio::join!(lead.post(&send, &fields), lead.post(&send, &fields));
    one.expect(303);
    other.expect(303);
    // A late press, after another let it go on, stops nothing.
    change(&app, &lead, &shop, "resumption").await;
    lead.post(&send, &fields).await.expect(303);
    let now = row(&app, shop.id).await;
    assert_eq!((now.version, now.stopped_at), (3, None));
    assert_eq!(app.deeds_of(StaffDeed::PartnerStopped).await.len(), 1);
}

#[tokio::test]
async fn c50_of_two_leads_one_stops_the_partner_and_the_other_is_told() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let one = lead(&app).await;
    let other = desk_of(&app, "ops@example.test", Role::Operator).await;
    let path = path_of(&shop);
    let dialogs = [dialog_of(&one, &path).await, dialog_of(&other, &path).await];
    let send = format!("{path}/stop");
    let fields = dialogs.each_ref().map(|dialog| form(dialog, "1"));
    let (one, other) = tokio::join!(one.post(&send, &fields[0]), other.post(&send, &fields[1]));
    let late = match (one.status.as_u16(), other.status.as_u16()) {
        (303, 412) => other,
        (412, 303) => one,
        both => panic!("{both:?}"),
    };
    assert!(
        late.text.contains("그사이에 상태가 바뀌었어요") && late.text.contains(REASON),
        "{}",
        late.text
    );
    assert!(
        late.text.contains("멈춤"),
        "the present state is not shown: {}",
        late.text
    );
    assert_eq!(row(&app, shop.id).await.version, 2);
    assert_eq!(app.deeds_of(StaffDeed::PartnerStopped).await.len(), 1);
}

#[tokio::test]
async fn a_partner_is_stopped_with_a_reason_at_its_present_version_by_who_may() {
    let app = app::wish().without_workers().start().await;
    let shop = app.shop("나루상점").await;
    let path = path_of(&shop);
    let send = format!("{path}/stop");
    let dialog = DialogId::new().0.simple().to_string();
    for (role, status) in [(Role::Cs, 403), (Role::Auditor, 403)] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let page = browser.get(&path).await.expect(200).text;
        assert!(!page.contains("name=\"dialog\""), "{role:?} is offered it: {page}");
        browser.post(&send, &form(&dialog, "1")).await.expect(status);
        browser
            .post(&format!("{path}/resumption"), &form(&dialog, "1"))
            .await
            .expect(status);
    }
    let lead = lead(&app).await;
    for (reason, status) in [(" ".to_owned(), 422), ("가".repeat(501), 422)] {
        let fields = [
            ("dialog", dialog.as_str()),
            ("version", "1"),
            ("reason", reason.as_str()),
        ];
        let page = lead.post(&send, &fields).await.expect(status).text;
        assert!(page.contains("id=\"reason-help\" class=\"help error\""), "{page}");
    }
    for stale in ["0", "2", "", "x"] {
        lead.post(&send, &form(&dialog, stale)).await.expect(412);
    }
    lead.post(&send, &form("", "1")).await.expect(412);
    // It is not stopped: there is nothing to let go on.
    lead.post(&format!("{path}/resumption"), &form(&dialog, "1"))
        .await
        .expect(412);
    let request = lead
        .request(Method::POST, &send)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("if-match", "\"v7\"")
        .body(serde_urlencoded::to_string(form(&dialog, "1")).unwrap());
    lead.send(request).await.expect(412);
    assert_eq!(row(&app, shop.id).await.version, 1);
    assert!(app.deeds_of(StaffDeed::PartnerStopped).await.is_empty());
    app.browser().post(&send, &form(&dialog, "1")).await.expect(303);
}
