//! The documentation: every page answers in both languages, every problem has its page, and no link there is dead.

use std::collections::BTreeSet;

use naru::controllers::api::problem::Code;
use naru::models::kinds::PartnerEventType;
use naru::views::docs::Contents;

use crate::support::app::{self, TestApp};
use crate::support::http::Answer;

async fn get(app: &TestApp, path: &str) -> Answer {
    Answer::of(app.client.get(format!("{}{path}", app.base))).await
}

/// The addresses that a page links to, and the anchors that it has.
fn links(html: &str) -> BTreeSet<String> {
    let hrefs = html.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    hrefs.map(|href| href.replace("&amp;", "&")).collect()
}

#[tokio::test]
async fn every_page_answers_in_both_languages_may_be_kept_and_no_link_is_dead() {
    let app = app::wish().without_workers().start().await;
    let mut unread: Vec<String> = Contents::addresses();
    unread.extend(Code::ALL.map(|code| format!("/docs/problems/{}", code.as_str())));
    let (mut read, mut anchors) = (BTreeSet::new(), BTreeSet::new());
    while let Some(path) = unread.pop() {
        if !read.insert(path.clone()) {
            continue;
        }
        for language in ["ko", "en"] {
            let request = app.client.get(format!("{}{path}", app.base));
            let page = Answer::of(request.header("accept-language", language))
                .await
                .expect(200);
            assert_eq!(page.header("cache-control"), "public, max-age=300", "{path}");
            assert_eq!(page.header("set-cookie"), "", "{path}");
            assert!(page.text.contains(&format!("<html lang=\"{language}\">")), "{path}");
            for link in links(&page.text).into_iter().filter(|link| link.starts_with("/docs")) {
                let (to, anchor) = link.split_once('#').unwrap_or((&link, ""));
                anchors.insert((to.to_owned(), anchor.to_owned()));
                if !to.contains('?') {
                    unread.push(to.to_owned());
                }
            }
        }
    }
    assert!(read.len() > 35, "{read:?}");
    for (path, anchor) in anchors.into_iter().filter(|(_, anchor)| !anchor.is_empty()) {
        let page = get(&app, &path).await.expect(200);
        assert!(page.text.contains(&format!("id=\"{anchor}\"")), "{path}#{anchor}");
    }
    get(&app, "/docs/problems/no_such_code").await.expect(404);
    get(&app, "/docs/guides/nothing").await.expect(404);
    let chosen = get(&app, "/docs?lang=en").await.expect(200);
    assert_eq!(chosen.header("cache-control"), "private, max-age=300");
}

/// A browser unfolds what holds the target of an address, but not what has its target for a name.
#[tokio::test]
async fn a_call_is_folded_to_its_name_and_its_anchor_is_within_what_an_address_unfolds() {
    let app = app::wish().without_workers().start().await;
    let mut calls = 0;
    for path in Contents::addresses()
        .iter()
        .filter(|path| path.starts_with("/docs/api/"))
    {
        let page = get(&app, path).await.expect(200).text;
        let (before, _) = page.split_once("class=\"docs-call\"").expect("a call");
        assert!(!before.contains("class=\"listing\""), "{path}");
        for call in page.split("class=\"docs-call\" aria-labelledby=\"").skip(1) {
            let id = call.split("-name\"").next().expect("a name");
            let (name, body) = call.split_once("</summary>").expect("it is folded");
            assert!(
                name.contains("<details>") && name.contains("<h2"),
                "{path}#{id}: {name}"
            );
            assert!(!name.contains(&format!("id=\"{id}\"")), "{path}#{id}: {name}");
            let anchor = body.trim_start().starts_with(&format!("<div id=\"{id}\""));
            assert!(anchor && body.contains("class=\"listing\""), "{path}#{id}");
            calls += 1;
        }
        // Every part of a path is a variable of the shell's, so that what is copied can be run.
        for command in page.split("$API").skip(1) {
            let path = command.split("&quot;").next().expect("a path");
            assert!(!path.contains('{'), "{path}");
        }
    }
    assert!(calls > 20, "{calls}");
}

#[tokio::test]
async fn what_is_copied_names_this_naru_and_leads_to_what_programs_read() {
    let app = app::wish().without_workers().start().await;
    for (path, document) in [
        ("/docs?lang=ko", "/openapi.json"),
        ("/docs?lang=en", "/openapi.en.json"),
    ] {
        let page = get(&app, path).await.expect(200).text;
        assert!(page.contains(&format!("export API={}/api/v1", app.base)), "{page}");
        for link in [document, "/llms.txt"] {
            assert!(page.contains(&format!("<a href=\"{link}\">")), "{path}: {link}");
        }
    }
    let port = app.services.settings.simulator.port;
    let sandbox = get(&app, "/docs/sandbox").await.expect(200).text;
    assert!(
        sandbox.contains(&format!("http://localhost:{port}/_sim/calls")),
        "{sandbox}"
    );
}

#[tokio::test]
async fn every_type_of_event_is_told_of_with_what_it_means_and_so_does_the_map() {
    let app = app::wish().without_workers().start().await;
    let page = get(&app, "/docs/api/events?lang=en").await.expect(200).text;
    let map = get(&app, "/llms.txt").await.expect(200).text;
    for kind in PartnerEventType::ALL {
        let word = kind.as_str();
        assert!(page.contains(&format!("<dt><code>{word}</code></dt>")), "{word}");
        assert!(map.contains(&format!("- `{word}`: ")), "{word}");
    }
    assert!(page.contains("nothing was withdrawn"), "{page}");
}

#[tokio::test]
async fn the_type_of_a_problem_is_an_address_that_explains_it() {
    let app = app::wish().without_workers().start().await;
    let problem = get(&app, "/api/v1/payments").await.problem(401, "unauthenticated");
    let explained = problem["type"].as_str().unwrap();
    assert_eq!(explained, format!("{}/docs/problems/unauthenticated", app.base));
    let page = Answer::of(app.client.get(explained)).await.expect(200);
    assert!(page.text.contains("unauthenticated"), "{}", page.text);
}

#[tokio::test]
async fn programs_read_the_document_and_a_map() {
    let app = app::wish().without_workers().start().await;
    for (path, word) in [("/openapi.json", "결제"), ("/openapi.en.json", "Payments")] {
        let document = get(&app, path).await.expect(200);
        assert_eq!(document.json()["openapi"], "3.1.0");
        assert!(document.text.contains(word), "{path}");
    }
    let map = get(&app, "/llms.txt").await.expect(200);
    assert_eq!(map.header("content-type"), "text/plain; charset=utf-8");
    for link in map.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        get(&app, link).await.expect(200);
    }
}

/// The code of the quickstart, in order, for this app and key.
fn quickstart(app: &TestApp, key: &str) -> Vec<String> {
    let guide = naru::views::docs::guides::find("start").expect("it is there");
    let code = guide.sections.iter().filter_map(|section| section.code);
    code.map(|code| {
        let lines = code.lines().map(|line| match line.split_once('=') {
            Some(("export API", _)) => format!("export API={}/api/v1", app.base),
            Some(("export KEY", _)) => format!("export KEY={key}"),
            _ => line.to_owned(),
        });
        lines.collect::<Vec<_>>().join("\n")
    })
    .collect()
}

async fn run(commands: &[String]) -> String {
    let script = commands.join("\n");
    let shell = tokio::process::Command::new("bash")
        .args(["-euo", "pipefail", "-c", &script])
        .output()
        .await;
    let shell = shell.expect("bash is there");
    let said = String::from_utf8_lossy(&shell.stdout).into_owned();
    assert!(
        shell.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&shell.stderr)
    );
    said
}

#[tokio::test]
async fn the_quickstart_as_it_stands_takes_a_payment_and_refunds_it() {
    let app = app::start().await;
    let (shop, _) = app.shop_with_mandate().await;
    let steps = quickstart(&app, &shop.api.key);
    let [key, mandate, pay, look, refund] = steps.as_slice() else {
        panic!("{steps:?}");
    };
    let said = run(&[key.clone(), mandate.clone(), pay.clone()]).await;
    assert!(said.contains("202 Accepted") && said.contains("\"queued\""), "{said}");
    app.settled().await;
    let said = run(&[key.clone(), look.clone(), refund.clone()]).await;
    assert!(said.contains("\"succeeded\"") && said.contains("ref_"), "{said}");
    app.settled().await;
    let summary = app.bank_get("/_sim/summary").await;
    assert_eq!(
        (&summary["withdrawals"], &summary["deposits"]),
        (&1.into(), &1.into()),
        "{summary}"
    );
}
