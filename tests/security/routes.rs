//! Every address that answers, and for whom: the tables of `docs/routes*.md` are made from the router by asking.
//!
//! `NARU_WRITE_ROUTES=1` writes the tables anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Mutex;

use futures::stream::{self, StreamExt};
use loco_rs::controller::ListRoutes;
use naru::controllers;
use naru::ids::{Prefix, TransferId};
use naru::transfers::execute;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::things::made;
use super::who::{ALL, CONSOLES, Fate, STAFF, Who};
use crate::api::checkouts::checkout;
use crate::api::mandates::request as asked_mandate;
use crate::support::app::{self, TestApp};
use crate::support::http::{Answer, Api};
use crate::support::people::PASSWORD;
use crate::support::visitor::Browser;

/// An app with one of everything that has an owner.
struct Scene {
    app: TestApp,
    ids: BTreeMap<&'static str, String>,
    keys: [String; 2],
    /// Of those who are signed in, by their email.
    browsers: Mutex<BTreeMap<&'static str, Browser>>,
}

impl Scene {
    async fn set() -> Self {
        // Several of these are set at once, on a busy machine; who may do what is not decided by how soon the bank answers.
        let patient = json!({ "bank": { "money_timeout_ms": 10_000, "link_timeout_ms": 10_000 } });
        let app = app::wish().without_workers().settings(patient).start().await;
        let (shop, mandate) = app.shop_with_mandate().await;
        let other_shop = app.shop("다른상점").await;
        app.member("junho@example.test").await;
        let mut staff = None;
        for (email, role) in STAFF {
            staff = Some(app.staff(email, role).await);
        }
        let staff = staff.expect("some staff");
        let body = json!({ "mandate_id": mandate, "order_id": "order-1", "amount": 10_000, "description": "책" });
        let paid = shop.api.post("/payments", "key-1", &body).await.expect(202).json();
        let payment = paid["id"].as_str().expect("an id").to_owned();
        let id = TransferId(Prefix::Payment.parse(&payment).expect("an id"));
        execute::execute(&app.services, id).await.expect("it is paid");
        let path = format!("/payments/{payment}/refunds");
        let refund = shop
            .api
            .post(&path, "key-2", &json!({ "amount": 1_000, "reason": "반품" }))
            .await;
        let refund = refund.expect(202).json()["id"].as_str().expect("an id").to_owned();
        app.partner_user(&shop, CONSOLES[0]).await;
        app.partner_user(&other_shop, CONSOLES[1]).await;
        let told = app.told_things(&shop).await;
        let transfer = app.transfer(id).await;
        let session = app.session_of(transfer.member_id).await;
        let ids = BTreeMap::from([
            ("account", Prefix::Account.show(transfer.account_id.0)),
            ("member", Prefix::Member.show(transfer.member_id.0)),
            ("session", Prefix::Session.show(session.0)),
            ("notice", app.announcement().await),
            ("window", app.bank_window().await),
            ("staff", Prefix::Staff.show(staff.0)),
            ("payment", payment),
            ("refund", refund),
            ("mandate", mandate),
            ("asked mandate", made(&shop.api, "/mandates", &asked_mandate()).await),
            (
                "checkout",
                made(&shop.api, "/checkouts", &checkout("order-2", 10_000)).await,
            ),
            ("key", app.key_of(shop.id).await),
            ("partner", Prefix::Partner.show(shop.id.0)),
            ("return url", app.return_url_of(shop.id).await),
        ]);
        let ids = ids
            .into_iter()
            .chain(["endpoint", "event", "delivery"].into_iter().zip(told))
            .collect();
        Self {
            app,
            ids,
            keys: [shop.api.key, other_shop.api.key],
            browsers: Mutex::default(),
        }
    }

    /// The address of a route with the ids of what the owner has.
    fn address(&self, route: &str) -> String {
        let after = |prefix: &str| route.strip_prefix(prefix).is_some_and(|rest| rest.starts_with("/{"));
        let thing = [
            ("/checkout/mandates", "asked mandate"),
            ("/checkout", "checkout"),
            ("/accounts", "account"),
            ("/api/member/accounts", "account"),
            ("/payments", "payment"),
            ("/mandates", "mandate"),
            ("/me/devices", "session"),
            ("/notices", "notice"),
            ("/cs/notices", "notice"),
            ("/cs/bank/windows", "window"),
            ("/cs/members", "member"),
            ("/cs/payments", "payment"),
            ("/cs/mandates", "mandate"),
            ("/cs/partners", "partner"),
            ("/cs/reviews", "payment"),
            ("/cs/staff", "staff"),
            ("/partner/keys", "key"),
            ("/partner/settings/return-urls", "return url"),
            ("/partner/payments", "payment"),
            ("/partner/events", "event"),
            ("/partner/webhooks", "endpoint"),
            ("/api/v1/payments", "payment"),
            ("/api/v1/refunds", "refund"),
            ("/api/v1/mandates", "mandate"),
            ("/api/v1/webhook-endpoints", "endpoint"),
            ("/api/v1/events", "event"),
            ("/api/v1/checkouts", "checkout"),
        ]
        .into_iter()
        .find(|(prefix, _)| after(prefix));
        // Of no broker, and of books that fit: nobody has one.
        let of_nobody = uuid::Uuid::now_v7().simple().to_string();
        let address = match (route, thing) {
            (review, None) if review.starts_with("/cs/reviews/") => review
                .replace("{queue}", "payments")
                .replace("{letter}", &of_nobody)
                .replace("{mismatch}", &of_nobody),
            ("/api/v1/payments/by-idempotency-key/{key}", _) => route.replace("{key}", "key-1"),
            ("/cs/bank/limits/{lane}", _) => route.replace("{lane}", "bank"),
            ("/docs/guides/{slug}", _) => route.replace("{slug}", "idempotency"),
            ("/docs/api/{group}", _) => route.replace("{group}", "payments"),
            ("/docs/problems/{code}", _) => route.replace("{code}", "not_found"),
            ("/assets/{hash}/{*path}", _) => naru::views::assets::url("static/app.css").expect("an asset"),
            (_, Some((_, thing))) => route
                .replace("{id}", &self.ids[thing])
                .replace("{delivery_id}", &self.ids["delivery"]),
            _ => route.to_owned(),
        };
        assert!(!address.contains('{'), "what stands for the id in {route}?");
        address
    }

    async fn ask(&self, who: Who, method: &Method, address: &str) -> Fate {
        let request = match who {
            Who::Shop => self.by_key(&self.keys[0], method, address),
            Who::OtherShop => self.by_key(&self.keys[1], method, address),
            Who::OwnerByToken => self.by_token("minji@example.test", method, address).await,
            Who::OtherByToken => self.by_token("junho@example.test", method, address).await,
            Who::Nobody => form(&self.app.browser(), method, address),
            Who::Owner => form(&self.signed_in("minji@example.test", method).await, method, address),
            Who::OtherMember => form(&self.signed_in("junho@example.test", method).await, method, address),
            Who::Cs => form(&self.signed_in(STAFF[0].0, method).await, method, address),
            Who::CsLead => form(&self.signed_in(STAFF[1].0, method).await, method, address),
            Who::Operator => form(&self.signed_in(STAFF[2].0, method).await, method, address),
            Who::Auditor => form(&self.signed_in(STAFF[3].0, method).await, method, address),
            Who::Console => form(&self.signed_in(CONSOLES[0], method).await, method, address),
            Who::OtherConsole => form(&self.signed_in(CONSOLES[1], method).await, method, address),
        };
        Fate::of(method, &Answer::of(request).await)
    }

    /// What only looks shares a session; what changes something has its own, for it may end it.
    async fn signed_in(&self, email: &'static str, method: &Method) -> Browser {
        let known = self.browsers.lock().expect("one test").get(email).cloned();
        if let Some(browser) = known.filter(|_| *method == Method::GET) {
            return browser;
        }
        let browser = self.app.browser();
        browser.sign_in(email).await.expect(303);
        self.browsers.lock().expect("one test").insert(email, browser.clone());
        browser
    }

    fn by_key(&self, key: &str, method: &Method, address: &str) -> RequestBuilder {
        let Api { client, base, key } = self.app.api(key);
        json_request(&client, &base, method, address).bearer_auth(key)
    }

    async fn by_token(&self, email: &str, method: &Method, address: &str) -> RequestBuilder {
        let body = json!({ "email": email, "password": PASSWORD });
        let sign_in = self.app.client.post(format!("{}/api/member/session", self.app.base));
        let session = Answer::of(sign_in.json(&body)).await.expect(201).json();
        let token = session["access_token"].as_str().expect("a token");
        json_request(&self.app.client, &self.app.base, method, address).bearer_auth(token)
    }
}

fn json_request(client: &reqwest::Client, base: &str, method: &Method, address: &str) -> RequestBuilder {
    let request = client.request(method.clone(), format!("{base}{address}"));
    if *method == Method::GET {
        return request;
    }
    // What is wrong in itself is told before it is looked whose it is.
    let body = if address.ends_with("/refunds") {
        json!({ "reason": "반품" })
    } else if address.ends_with("/redeliveries") {
        json!({ "from": "2026-11-26T09:00:00+09:00", "only": "failed" })
    } else {
        json!({})
    };
    request.header("idempotency-key", "asked").json(&body)
}

fn form(browser: &Browser, method: &Method, address: &str) -> RequestBuilder {
    let request = browser.request(method.clone(), address);
    if *method == Method::GET {
        return request;
    }
    request
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
}

/// Every address with its methods, and `HEAD` left out: it is `GET`'s.
pub fn routes() -> Vec<(String, Method)> {
    controllers::routes()
        .collect()
        .into_iter()
        .flat_map(|ListRoutes { uri, actions, .. }| actions.into_iter().map(move |action| (uri.clone(), action)))
        .filter(|(_, method)| *method != Method::HEAD)
        .collect()
}

/// Routes that are asked for at the same time.
const AT_ONCE: usize = 4;

/// What comes of each route for everybody; what the owner may change is changed in a scene of its own.
async fn fates() -> Vec<(String, Method, Vec<Fate>)> {
    let scene = Box::pin(Scene::set()).await;
    let (looks, changes): (Vec<_>, Vec<_>) = routes().into_iter().partition(|(_, method)| *method == Method::GET);
    // What ends all sessions of whoever asks comes last, and alone.
    let (ends, changes) = changes.into_iter().partition(|(uri, _)| uri.starts_with("/me/devices"));
    let mut rows = Vec::new();
    for (some, at_once) in [(looks, AT_ONCE), (changes, AT_ONCE), (ends, 1)] {
        let of = some.into_iter().map(|(uri, method)| fates_of(&scene, uri, method));
        rows.extend(stream::iter(of).buffer_unordered(at_once).collect::<Vec<_>>().await);
    }
    rows.sort_by_key(|(uri, method, _)| (uri.clone(), method.to_string()));
    rows
}

async fn fates_of(scene: &Scene, uri: String, method: Method) -> (String, Method, Vec<Fate>) {
    let address = scene.address(&uri);
    let mut fates = Vec::new();
    for (who, _) in ALL {
        let may_change = match who {
            Who::Shop => uri.starts_with("/api/v1"),
            Who::OwnerByToken => uri.starts_with("/api/member"),
            Who::Owner => !uri.starts_with("/api") && !uri.starts_with("/partner"),
            Who::Console => uri.starts_with("/partner"),
            _ => false,
        };
        let fate = if may_change && method != Method::GET {
            let own = Box::pin(Scene::set()).await;
            own.ask(who, &method, &own.address(&uri)).await
        } else {
            scene.ask(who, &method, &address).await
        };
        fates.push(fate);
    }
    (uri, method, fates)
}

fn table(rows: &[&(String, Method, Vec<Fate>)]) -> String {
    let mut text = String::from(HEAD);
    let names: Vec<&str> = ALL.iter().map(|(_, name)| *name).collect();
    let _ = writeln!(text, "| Address | | {} |", names.join(" | "));
    let _ = writeln!(text, "|---|---|{}", "---|".repeat(ALL.len()));
    for (uri, method, fates) in rows {
        let words: Vec<String> = fates.iter().map(|fate| fate.word()).collect();
        let _ = writeln!(text, "| `{uri}` | {method} | {} |", words.join(" | "));
    }
    text
}

const HEAD: &str = "# Who may ask for what

Made from the router by asking each address as everybody (`tests/security/routes.rs`); `NARU_WRITE_ROUTES=1` writes it anew.
Three tables: [pages](routes.md), [the desk](routes-desk.md), [the JSON APIs](routes-api.md).

What has an owner (an account, a payment, a mandate) is the owner's and the shop's that charges it.

**yes**: let in, whatever is then said of what was sent. *sign in*: sent there. *desk*, *console*: shown to their own.
→: shown to another address. 401, 403, 404: refused; another's thing does not exist.

The streams of open pages, `/live` for members and `/cs/live` for staff, never end, and are asked in `tests/live`.

";

/// The document of each table, and how its addresses begin; what is of none before it is of the last.
const DOCUMENTS: [(&str, &str); 3] = [
    ("docs/routes-desk.md", "/cs"),
    ("docs/routes-api.md", "/api"),
    ("docs/routes.md", ""),
];

fn document_of(uri: &str) -> &'static str {
    let found = DOCUMENTS.iter().find(|(_, begin)| uri.starts_with(begin));
    found.expect("the last one has all that is left").0
}

/// What an auditor takes along: a file of what they may see anyhow. It changes nothing.
const TAKEN_ALONG: &str = "/cs/payments/export";

/// The addresses that a member's or a shop's thing is named in; announcements are everybody's, and a hosted page is for
/// whoever has its link, until a member's answer makes it theirs (`tests/web/checkout`).
fn names_a_thing(uri: &str) -> bool {
    let is_open = ["/notices", "/checkout/"].iter().any(|begin| uri.starts_with(begin));
    (uri.contains("{id}") || uri.contains("{key}")) && !is_open
}

/// What must hold whatever the table says.
fn expect_no_way_around(uri: &str, method: &Method, fates: &[Fate]) {
    let fate_of = |who: Who| {
        let place = ALL.iter().position(|(one, _)| *one == who).expect("one of all");
        fates[place]
    };
    let what = format!("{method} {uri}");
    if names_a_thing(uri) {
        for stranger in [
            Who::Nobody,
            Who::OtherMember,
            Who::OtherShop,
            Who::OtherConsole,
            Who::OtherByToken,
        ] {
            assert_ne!(fate_of(stranger), Fate::In, "{what} is open to {stranger:?}");
        }
    }
    if uri.starts_with("/cs") {
        for stranger in [
            Who::Nobody,
            Who::Owner,
            Who::OtherMember,
            Who::Shop,
            Who::Console,
            Who::OwnerByToken,
        ] {
            assert_ne!(fate_of(stranger), Fate::In, "{what} is open to {stranger:?}");
        }
        if *method != Method::GET {
            let only_reads = if uri == TAKEN_ALONG {
                Fate::In
            } else {
                Fate::Refused(403)
            };
            assert_eq!(fate_of(Who::Auditor), only_reads, "an auditor only reads: {what}");
        }
    }
    if uri == "/partner" || uri.starts_with("/partner/") {
        for stranger in [Who::Owner, Who::Cs, Who::CsLead, Who::Operator, Who::Auditor] {
            assert_eq!(fate_of(stranger), Fate::Refused(403), "{what} is not for {stranger:?}");
        }
    }
    if uri.starts_with("/api/") {
        for cookie in [Who::Owner, Who::OtherMember, Who::Cs, Who::CsLead, Who::Console] {
            // What they ask for is in the body.
            let is_sign_in = uri.starts_with("/api/member/session") && *method == Method::POST;
            assert!(
                is_sign_in || fate_of(cookie) == Fate::Refused(401),
                "{what} took a cookie"
            );
        }
    } else {
        // A key or a token is nobody to a page.
        for bearer in [Who::Shop, Who::OtherShop, Who::OwnerByToken, Who::OtherByToken] {
            assert_eq!(fate_of(bearer), fate_of(Who::Nobody), "{what} took a key or a token");
        }
    }
}

#[tokio::test]
async fn each_address_answers_those_whom_it_is_for_and_nobody_else() {
    let rows = Box::pin(fates()).await;
    for (uri, method, fates) in &rows {
        expect_no_way_around(uri, method, fates);
    }
    for (name, _) in DOCUMENTS {
        let its_own: Vec<_> = rows.iter().filter(|(uri, ..)| document_of(uri) == name).collect();
        let made = table(&its_own);
        let document = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
        if std::env::var_os("NARU_WRITE_ROUTES").is_some() {
            std::fs::write(&document, &made).expect("the table is written");
        }
        let written = std::fs::read_to_string(&document).unwrap_or_default();
        assert_eq!(written, made, "{name} is another; NARU_WRITE_ROUTES=1 writes it anew");
    }
}
