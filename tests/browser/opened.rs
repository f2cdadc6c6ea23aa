//! Every page is opened in a real browser: the router is held against the list here, and each test that opens pages
//! against its own line of it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use reqwest::Method;

use crate::security::routes::routes;

/// The pages that a test opens, by the name of its look or its script. Where a test does not open one, it fails.
const OPENED: &[(&str, &[&str])] = &[
    (
        "visitor",
        &["/", "/sign-up", "/sign-in", "/password/forgotten", "/dev/outbox"],
    ),
    (
        "developer",
        &[
            "/docs",
            "/docs/sandbox",
            "/docs/guides/{slug}",
            "/docs/api/{group}",
            "/docs/problems",
            "/docs/problems/{code}",
        ],
    ),
    ("public", &["/status", "/notices", "/notices/{id}"]),
    (
        "sign_up",
        &["/sign-up/code", "/sign-up/details", "/me/profile/phone/code"],
    ),
    ("forgotten", &["/password/forgotten/code", "/password/forgotten/new"]),
    ("checkout", &["/checkout/{id}", "/checkout/mandates/{id}"]),
    (
        "member",
        &[
            "/accounts",
            "/accounts/new",
            "/accounts/{id}",
            "/accounts/{id}/linked",
            "/accounts/{id}/statement",
            "/me",
            "/me/password",
            "/me/profile",
            "/me/withdrawal",
            "/payments",
            "/payments/{id}",
        ],
    ),
    ("trouble", &["/accounts/{id}/link"]),
    ("money", &["/mandates", "/mandates/{id}", "/payments/{id}/receipt"]),
    (
        "console",
        &[
            "/partner",
            "/partner/events",
            "/partner/events/{id}",
            "/partner/history",
            "/partner/keys",
            "/partner/keys/new",
            "/partner/keys/{id}",
            "/partner/payments",
            "/partner/payments/{id}",
            "/partner/settings",
            "/partner/webhooks",
            "/partner/webhooks/new",
            "/partner/webhooks/{id}",
            "/partner/webhooks/{id}/deliveries/{delivery_id}",
            "/partner/webhooks/{id}/edit",
        ],
    ),
    ("factor", &["/me/factor", "/me/factor/new", "/me/factor/recovery-codes"]),
    (
        "desk",
        &[
            "/cs/audit",
            "/cs/mandates/{id}",
            "/cs/me",
            "/cs/members",
            "/cs/members/{id}",
            "/cs/partners",
            "/cs/partners/{id}",
            "/cs/payments",
            "/cs/payments/{id}",
        ],
    ),
    (
        "operator",
        &[
            "/cs/bank",
            "/cs/bank/limits/{lane}",
            "/cs/bank/windows/new",
            "/cs/bank/windows/{id}",
            "/cs/staff",
        ],
    ),
    ("staff", &["/cs/staff/{id}"]),
    ("announcing", &["/cs/notices", "/cs/notices/new", "/cs/notices/{id}"]),
    (
        "deeds",
        &[
            "/cs/members/{id}/notes",
            "/cs/payments/export",
            "/cs/payments/{id}/approval",
            "/cs/payments/{id}/cancellation",
            "/cs/payments/{id}/deliveries/{delivery_id}",
            "/cs/payments/{id}/inquiry",
            "/cs/payments/{id}/notes",
            "/cs/payments/{id}/refund",
            "/cs/payments/{id}/resend",
            "/cs/payments/{id}/tags",
        ],
    ),
    ("overview", &["/cs", "/cs/reviews", "/cs/reviews/mismatches/{mismatch}"]),
    ("letters", &["/cs/reviews/dead-letters/{queue}/{letter}"]),
];

/// For programs: they have no pages.
const OF_PROGRAMS: &[&str] = &["/_health", "/_ping", "/_readiness"];

/// Files, whoever takes them along.
const FILES: &[&str] = &[
    "/assets/{hash}/{*path}",
    "/llms.txt",
    "/openapi.en.json",
    "/openapi.json",
    "/payments.csv",
];

/// Parts that a page asks for and puts into itself: they are seen there.
const PARTS: &[&str] = &[
    "/accounts/{id}/balance",
    "/checkout/mandates/{id}/balance",
    "/checkout/{id}/balance",
    "/checkout/{id}/progress",
    "/cs/payments/newer",
    "/cs/payments/{id}/fresh",
    "/payments/{id}/progress",
];

/// Addresses that only forms are sent to. Who asks for one is led to the page that the form stands on; another code's shows
/// the page of the code.
const OF_FORMS: &[&str] = &[
    "/accounts/new/consent",
    "/accounts/new/edit",
    "/accounts/{id}/nickname",
    "/accounts/{id}/unlink",
    "/checkout/mandates/{id}/decline",
    "/cs/bank/windows/{id}/end",
    "/cs/mandates/{id}/revocation",
    "/cs/members/{id}/unmask",
    "/cs/notices/{id}/end",
    "/cs/partners/{id}/resumption",
    "/cs/partners/{id}/stop",
    "/cs/payments/{id}/correction",
    "/cs/payments/{id}/tags/removal",
    "/cs/payments/{id}/unmask",
    "/cs/reviews/dead-letters/{queue}/{letter}/closing",
    "/cs/reviews/dead-letters/{queue}/{letter}/redrive",
    "/cs/reviews/mismatches/{mismatch}/closing",
    "/cs/reviews/{id}/assignment",
    "/cs/reviews/{id}/release",
    "/cs/staff/{id}/factor-reset",
    "/mandates/{id}/limits",
    "/mandates/{id}/revoke",
    "/me/devices/all",
    "/me/devices/others",
    "/me/devices/{id}/end",
    "/me/profile/phone",
    "/me/profile/phone/resend",
    "/me/shortcuts",
    "/partner/keys/{id}/end",
    "/partner/keys/{id}/rotation",
    "/partner/settings/return-urls",
    "/partner/settings/return-urls/{id}/removal",
    "/partner/webhooks/{id}/deliveries/{delivery_id}/repeat",
    "/partner/webhooks/{id}/end",
    "/partner/webhooks/{id}/pause",
    "/partner/webhooks/{id}/previous-secret/end",
    "/partner/webhooks/{id}/redeliveries",
    "/partner/webhooks/{id}/resumption",
    "/partner/webhooks/{id}/secret",
    "/partner/webhooks/{id}/secret-rotation",
    "/partner/webhooks/{id}/test",
    "/password/forgotten/resend",
    "/sign-out",
    "/sign-up/resend",
];

/// The tables that are made by asking each address as everybody.
const TABLES: [&str; 2] = ["docs/routes.md", "docs/routes-desk.md"];

/// What answers a `GET`, but for the JSON APIs.
fn asked_for() -> BTreeSet<String> {
    let gets = routes().into_iter().filter(|(_, method)| *method == Method::GET);
    gets.map(|(uri, _)| uri)
        .filter(|uri| !uri.starts_with("/api/"))
        .collect()
}

/// The route that answers a path: of all that fit, the one that says the most of it.
fn route_of<'r>(routes: &'r BTreeSet<String>, path: &str) -> Option<&'r str> {
    let fitting = routes.iter().map(String::as_str).filter(|route| fits(route, path));
    fitting.max_by_key(|route| parts_said(route))
}

fn fits(route: &str, path: &str) -> bool {
    let is_as_long = route.split('/').count() == path.split('/').count();
    let mut parts = route.split('/').zip(path.split('/'));
    is_as_long && parts.all(|(part, is)| part.starts_with('{') || part == is)
}

fn parts_said(route: &str) -> usize {
    route.split('/').filter(|part| !part.starts_with('{')).count()
}

/// Fails unless all was opened that the list says of this name.
pub(super) fn expect_opened(name: &str, paths: &[String]) {
    let line = OPENED.iter().find(|(known, _)| *known == name);
    let (_, promised) = line.unwrap_or_else(|| panic!("{name} is not in the list of tests/browser/opened.rs"));
    let routes = asked_for();
    let opened: BTreeSet<&str> = paths.iter().filter_map(|path| route_of(&routes, path)).collect();
    let missing: Vec<_> = promised.iter().filter(|route| !opened.contains(**route)).collect();
    assert!(missing.is_empty(), "{name} did not open {missing:?}, but {paths:?}");
}

#[test]
fn every_page_of_the_router_is_opened_in_a_browser() {
    let opened: BTreeSet<&str> = OPENED.iter().flat_map(|(_, pages)| *pages).copied().collect();
    let others = [OF_PROGRAMS, FILES, PARTS, OF_FORMS].concat();
    let routes = asked_for();
    let forgotten: Vec<_> = routes
        .iter()
        .map(String::as_str)
        .filter(|route| !opened.contains(route) && !others.contains(route))
        .collect();
    assert!(
        forgotten.is_empty(),
        "no browser test opens these: add them to a test and to its line in tests/browser/opened.rs: {forgotten:?}"
    );
    let gone: Vec<_> = opened
        .iter()
        .chain(&others)
        .filter(|route| !routes.contains(**route))
        .collect();
    assert!(gone.is_empty(), "the router has none of these: {gone:?}");
    let both: Vec<_> = others.iter().filter(|route| opened.contains(**route)).collect();
    assert!(both.is_empty(), "these are opened, and said to be no pages: {both:?}");
}

#[test]
fn what_is_only_sent_to_shows_nobody_a_page_of_its_own() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let tables = TABLES.map(|name| std::fs::read_to_string(root.join(name)).expect("the table is there"));
    for route in OF_FORMS {
        let begin = format!("| `{route}` | GET |");
        let mut rows = tables.iter().flat_map(|table| table.lines());
        let row = rows.find(|row| row.starts_with(&begin));
        let row = row.unwrap_or_else(|| panic!("{route} is in no table"));
        assert!(!row.contains("**yes**"), "{route} answers somebody: {row}");
    }
}

#[test]
fn a_path_belongs_to_the_route_that_says_the_most_of_it() {
    let routes = [
        "/",
        "/cs/payments/{id}",
        "/cs/payments/newer",
        "/cs/payments/{id}/notes",
    ];
    let routes: BTreeSet<String> = routes.map(str::to_owned).into_iter().collect();
    for (path, route) in [
        ("/", Some("/")),
        ("/cs/payments/newer", Some("/cs/payments/newer")),
        ("/cs/payments/pay_1", Some("/cs/payments/{id}")),
        ("/cs/payments/pay_1/notes", Some("/cs/payments/{id}/notes")),
        ("/cs/payments/pay_1/tags", None),
        ("/cs", None),
    ] {
        assert_eq!(route_of(&routes, path), route, "{path}");
    }
}
