//! The audit: every look at personal data is in it, it is found by who, what, with what and when, and nobody changes it.

use chrono::TimeDelta;
use naru::controllers;
use naru::desk::audit::{self, By, Record, Subject};
use naru::ids::{MandateId, PartnerId, Prefix, RequestId, UserId};
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use naru::models::{mandates, staff_audit, users};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::rows::{copy, original};
use super::{desk, desk_of};
use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::visitor::Browser;

/// What pages show of the member, and of the person at the console.
const PERSONAL: [&str; 4] = ["김*지", "mi***@example.test", "상***당", "de***@example.test"];

impl TestApp {
    /// What staff looked at and did, oldest first.
    pub(super) async fn staff_deeds(&self) -> Vec<staff_audit::Model> {
        staff_audit::Entity::find()
            .order_by_asc(staff_audit::Column::At)
            .order_by_asc(staff_audit::Column::Id)
            .all(self.services.db.read())
            .await
            .unwrap()
    }

    /// The same, of one deed.
    pub(super) async fn deeds_of(&self, deed: StaffDeed) -> Vec<staff_audit::Model> {
        let all = self.staff_deeds().await.into_iter();
        all.filter(|row| row.deed == deed).collect()
    }

    /// What an answer wrote.
    pub(super) async fn written_by(&self, answer: &Answer) -> Vec<staff_audit::Model> {
        let request = RequestId::new(answer.header("x-request-id").to_owned());
        let rows = staff_audit::Entity::find().filter(staff_audit::Column::RequestId.eq(request));
        rows.all(self.services.db.read()).await.unwrap()
    }

    pub(super) async fn user_id(&self, email: &str) -> UserId {
        let user = users::Model::find_by_email(self.services.db.read(), email).await;
        user.unwrap().expect("the user is there").id
    }
}

/// The addresses of all pages of the desk, with the ids of things that are there.
async fn addresses(app: &TestApp) -> Vec<(String, String)> {
    let (shop, mandate) = app.shop_with_mandate().await;
    app.partner_user(&shop, "dev@example.test").await;
    let made = shop
        .api
        .post("/payments", "k", &payment(&mandate, "order-1", 12_300))
        .await;
    let paid = made.expect(202).json()["id"].as_str().unwrap().to_owned();
    let member = Prefix::Member.show(app.user_id("minji@example.test").await.0);
    let things = [
        ("/cs/members", member),
        ("/cs/mandates", mandate),
        ("/cs/partners", Prefix::Partner.show(shop.id.0)),
    ];
    let routes = controllers::routes().collect().into_iter();
    let of_desk = routes.filter(|route| route.uri.starts_with("/cs") && route.actions.contains(&Method::GET));
    let addresses = |uri: &str| {
        let thing = things.iter().find(|(prefix, _)| uri.starts_with(prefix));
        let id = thing.map_or(paid.as_str(), |(_, id)| id.as_str());
        let path = uri.replace("{id}", id);
        // A list shows people whether or not it was searched for one.
        [format!("{path}?q=minji%40example.test"), path]
    };
    of_desk
        .flat_map(|route| addresses(&route.uri).map(|address| (address, route.uri.clone())))
        .collect()
}

#[tokio::test]
async fn each_page_of_the_desk_that_shows_somebody_has_written_who_looked() {
    let app = app::wish().without_workers().start().await;
    let addresses = addresses(&app).await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let mut showed = Vec::new();
    for (address, uri) in addresses {
        let answer = lead.get(&address).await;
        if !PERSONAL.iter().any(|part| answer.text.contains(part)) {
            continue;
        }
        let written = app.written_by(&answer).await;
        assert!(!written.is_empty(), "nobody knows who looked at {address}");
        showed.push(uri);
    }
    for uri in [
        "/cs/payments",
        "/cs/payments/{id}",
        "/cs/members",
        "/cs/members/{id}",
        "/cs/mandates/{id}",
        "/cs/partners/{id}",
    ] {
        assert!(
            showed.iter().any(|shown| shown == uri),
            "{uri} shows nobody: {showed:?}"
        );
    }
}

#[tokio::test]
async fn each_page_of_the_list_of_payments_is_one_row_a_search_for_somebody_by_its_kind() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let empty = desk.get("/cs/payments").await.expect(200);
    assert!(app.written_by(&empty).await.is_empty(), "it shows nobody");
    let row = original(&app).await;
    for _ in 0..60 {
        copy(&app, &row, |_| {}).await;
    }
    for (query, deed) in [
        ("", StaffDeed::PaymentsListed),
        ("?q=minji%40example.test", StaffDeed::Searched),
    ] {
        let first = desk.get(&format!("/cs/payments{query}")).await.expect(200);
        let next = first.text.split("rel=\"next\" href=\"").nth(1).expect("a second page");
        let next = next.split('"').next().expect("an address").replace("&amp;", "&");
        let second = desk.get(&next).await.expect(200);
        // Whoever makes up a place in the list begins with what is a further page.
        for answer in [first, second] {
            let written = app.written_by(&answer).await;
            let deeds: Vec<_> = written.iter().map(|row| row.deed).collect();
            assert_eq!(deeds, [deed], "{query}");
        }
    }
}

#[tokio::test]
async fn a_search_of_people_is_told_by_its_kind_and_not_by_what_was_typed() {
    let app = app::wish().without_workers().start().await;
    app.member("minji@example.test").await;
    let desk = desk(&app).await;
    for (q, by) in [
        ("minji@example.test", "email"),
        ("010-0000-0000", "phone"),
        ("김민지", "name"),
        (Prefix::Member.show(UserId::new().0).as_str(), "id"),
    ] {
        let query = serde_urlencoded::to_string([("q", q)]).unwrap();
        let answer = desk.get(&format!("/cs/members?{query}")).await.expect(200);
        let row = app.written_by(&answer).await.remove(0);
        assert_eq!(
            (row.deed, row.subject_kind, row.subject_id),
            (StaffDeed::Searched, SubjectKind::List, None)
        );
        let detail: serde_json::Value = serde_json::from_str(row.detail.as_deref().unwrap()).unwrap();
        assert_eq!(detail, serde_json::json!({ "what": "member", "by": by }));
        assert_eq!(row.actor_id, app.user_id("cs@example.test").await);
    }
    let nothing_asked = desk.get("/cs/members").await.expect(200);
    assert!(app.written_by(&nothing_asked).await.is_empty());
}

/// A row as the desk writes it.
async fn written(app: &TestApp, staff: UserId, deed: StaffDeed, subject: Subject) {
    let by = By {
        staff,
        request_id: None,
    };
    let record = Record::of(deed, subject, "고객이 두 번 문의");
    audit::look(&app.services, by, record).await.unwrap();
}

/// The words of the deeds on a page, in its order.
fn deeds(page: &str) -> Vec<String> {
    let rows = page.split("audit-rows").nth(1).unwrap_or_default();
    let titles = rows.split("<b class=\"row-title wraps\">").skip(1);
    titles
        .filter_map(|part| part.split('<').next())
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_audit_is_found_by_who_what_with_what_and_when_newest_first() {
    let app = app::wish().without_workers().start().await;
    let member = app.member("minji@example.test").await;
    let auditor = desk_of(&app, "audit@example.test", Role::Auditor).await;
    let (cs, lead) = (
        app.staff("cs@example.test", Role::Cs).await,
        app.staff("lead@example.test", Role::CsLead).await,
    );
    let shop = Subject::new(SubjectKind::Partner, PartnerId::new().0);
    for (who, deed, subject) in [
        (cs, StaffDeed::Searched, Subject::LIST),
        (cs, StaffDeed::MemberSeen, Subject::member(member)),
        (cs, StaffDeed::Unmasked, Subject::member(member)),
        (lead, StaffDeed::PartnerStopped, shop),
    ] {
        app.clock.advance(TimeDelta::seconds(1));
        written(&app, who, deed, subject).await;
    }
    let (stopped, unmasked, seen, searched) =
        ("파트너를 멈췄어요", "가린 정보를 봤어요", "회원을 봤어요", "검색했어요");
    let all = auditor.get("/cs/audit?lang=ko").await.expect(200).text;
    assert_eq!(deeds(&all), [stopped, unmasked, seen, searched]);
    let shown = Prefix::Member.show(member.0);
    for part in [
        "고객이 두 번 문의",
        "상담 담당",
        &format!("href=\"/cs/members/{shown}\""),
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let found = async |query: String| deeds(&auditor.get(&format!("/cs/audit?{query}")).await.expect(200).text);
    assert_eq!(found(format!("who={}", lead.0.simple())).await, [stopped]);
    assert_eq!(found("deed=unmasked".to_owned()).await, [unmasked]);
    for spelling in [
        shown.clone(),
        format!("mem_{}", member.0),
        member.0.to_string(),
        shown.to_uppercase(),
    ] {
        assert_eq!(
            found(format!("subject={spelling}")).await,
            [unmasked, seen],
            "{spelling}"
        );
    }
    assert_eq!(
        found(format!("subject={shown}&deed=member_seen&who={}", cs.0)).await,
        [seen]
    );
    let today = app.services.clock.today_kst();
    assert_eq!(found(format!("from={today}")).await.len(), 4);
    let tomorrow = today + TimeDelta::days(1);
    assert_eq!(found(format!("from={tomorrow}")).await, Vec::<String>::new());
    assert_eq!(
        found(format!("to={}", today - TimeDelta::days(1))).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn a_filter_of_the_audit_that_cannot_be_read_shows_nothing_and_says_so() {
    let app = app::wish().without_workers().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let me = app.user_id("lead@example.test").await;
    written(&app, me, StaffDeed::Searched, Subject::LIST).await;
    for (query, field) in [
        ("subject=order-1", "subject-help"),
        ("who=me", "who-help"),
        ("deed=forgotten", "deed-help"),
        ("from=2026-02-30", "from-help"),
        ("from=2026-11-02&to=2026-11-01", "to-help"),
    ] {
        let page = lead.get(&format!("/cs/audit?{query}")).await.expect(200).text;
        assert_eq!(deeds(&page), Vec::<String>::new(), "{query}");
        let is_told = page.contains(&format!("id=\"{field}\" class=\"help error\""));
        assert!(is_told && page.contains("조회 결과가 없어요"), "{query}: {page}");
    }
    // What says a thing twice is no filter of ours.
    lead.get("/cs/audit?deed=a&deed=b").await.expect(200);
}

#[tokio::test]
async fn a_long_audit_is_read_page_by_page_each_row_once() {
    // Many at each moment, so that pages end among rows of one time.
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let me = app.user_id("lead@example.test").await;
    for _ in 0..4 {
        app.clock.advance(TimeDelta::minutes(1));
        for _ in 0..30 {
            written(&app, me, StaffDeed::Searched, Subject::LIST).await;
        }
    }
    let mut path = "/cs/audit?deed=searched".to_owned();
    let mut count = 0;
    loop {
        let page = lead.get(&path).await.expect(200).text;
        count += deeds(&page).len();
        let Some(next) = page.split("rel=\"next\" href=\"").nth(1) else {
            break;
        };
        path = next.split('"').next().unwrap().replace("&amp;", "&");
        assert!(path.contains("deed=searched"), "the filter is lost: {path}");
    }
    assert_eq!(count, 120);
}

#[tokio::test]
async fn who_may_see_the_audit_sees_it_and_others_do_not() {
    let app = app::wish().without_workers().start().await;
    for (role, status) in [
        (Role::Cs, 403),
        (Role::CsLead, 200),
        (Role::Operator, 200),
        (Role::Auditor, 200),
    ] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        browser.get("/cs/audit").await.expect(status);
        let page = browser.get("/cs/members").await.expect(200).text;
        assert_eq!(page.contains("href=\"/cs/audit\""), status == 200, "{role:?}");
    }
}

#[tokio::test]
async fn people_of_staff_stand_in_the_audit_by_their_names_and_the_terminal_as_such() {
    let app = app::wish().without_workers().start().await;
    let ops = desk_of(&app, "ops@example.test", Role::Operator).await;
    let cs = app.staff("cs@example.test", Role::Cs).await;
    let by = By {
        staff: cs,
        request_id: None,
    };
    let shown = Prefix::Staff.show(cs.0);
    let asked = serde_json::json!({ "asked_by": cs, "amount": 20_000, "refund_id": null });
    let rejected = Record::look(StaffDeed::RefundRejected, Subject::LIST).with(asked);
    audit::look(&app.services, by, rejected).await.unwrap();
    let reset = Record::of(StaffDeed::FactorReset, Subject::staff(cs), "분실");
    audit::look(&app.services, By::TERMINAL, reset).await.unwrap();
    let all = ops.get("/cs/audit?lang=en").await.expect(200).text;
    for part in [
        "amount: 20000, asked by: 상담 담당",
        "<span>At the terminal</span>",
        shown.as_str(),
    ] {
        assert!(all.contains(part), "{part}: {all}");
    }
    let terminal = By::TERMINAL.staff.0.simple();
    let found = ops
        .get(&format!("/cs/audit?who={terminal}&lang=ko"))
        .await
        .expect(200)
        .text;
    assert_eq!(deeds(&found), ["2단계 인증을 초기화했어요"]);
}

/// The present version of a mandate.
pub(super) async fn version_of(app: &TestApp, mandate: &str) -> String {
    let id = MandateId(Prefix::Mandate.parse(mandate).unwrap());
    let row = mandates::Entity::find_by_id(id).one(app.services.db.read()).await;
    row.unwrap().expect("the mandate is there").version.to_string()
}

/// The dialog of a page, as its hidden field has it.
pub async fn dialog_of(browser: &Browser, path: &str) -> String {
    let page = browser.get(path).await.expect(200).text;
    let field = page.split("name=\"dialog\" value=\"").nth(1);
    field
        .unwrap_or_else(|| panic!("no dialog on {path}: {page}"))
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}
