//! A deed whose answer is lost: nobody is told that no money moved, and the same page sent again does it once.

use super::{Opened, agent, deeds, deposits, lead, paid, refunds};
use crate::support::app::{self, TestApp};

/// The database takes the refund and not the mark of its dialog: then it takes neither.
async fn refuse_dialogs(app: &TestApp) {
    let refusal = if app.database_uri().starts_with("sqlite") {
        "BEGIN SELECT RAISE(ABORT, 'no room'); END"
    } else {
        "SIGNAL SQLSTATE '45000'"
    };
    let trigger = format!("CREATE TRIGGER no_dialog BEFORE INSERT ON desk_dialogs FOR EACH ROW {refusal}");
    app.sql(&trigger).await;
}

async fn take_dialogs(app: &TestApp) {
    app.sql("DROP TRIGGER no_dialog").await;
}

/// What a page says of money.
fn moved(page: &str) -> &str {
    let rest = page.split(r#"class="verdict" data-moved=""#).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}

#[tokio::test]
async fn a_refund_that_may_have_been_written_is_not_told_as_not_moved_and_is_made_once() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "refund").await;
    refuse_dialogs(&app).await;
    let page = open.refund(&desk, "2300").await.expect(503).text;
    assert_eq!(moved(&page), "unknown", "{page}");
    assert!(page.contains("다시 요청하지 말고 결제 내역에서"), "{page}");
    // All of it is one transaction: without the mark there is no refund, no reservation and no row in the audit.
    let payment = api.get(&format!("/payments/{id}")).await.json();
    assert_eq!(payment["refundable_amount"], 12_300);
    assert_eq!(payment["version"].to_string(), open.version);
    assert!(refunds(&api, &id).await.is_empty() && deeds(&app).await.is_empty());
    take_dialogs(&app).await;
    for _ in 0..2 {
        open.refund(&desk, "2300").await.expect(303);
    }
    app.settled().await;
    assert_eq!((refunds(&api, &id).await.len(), deposits(&app).await), (1, 1));
    assert_eq!(deeds(&app).await.len(), 1);
}

#[tokio::test]
async fn an_approval_is_whole_or_not_at_all() {
    let strict = serde_json::json!({ "desk": { "refund_limit_won": 0 } });
    let app = app::wish().settings(strict).start().await;
    let (api, id) = paid(&app, 12_300).await;
    let (desk, lead) = (agent(&app, "cs").await, lead(&app, "lead").await);
    let ask = Opened::at(&desk, &id, "refund").await;
    ask.refund(&desk, "2300").await.expect(303);
    let open = Opened::at(&lead, &id, "approval").await;
    refuse_dialogs(&app).await;
    let page = open.decide(&lead, "approve").await.expect(503).text;
    assert_eq!(moved(&page), "unknown", "{page}");
    assert!(refunds(&api, &id).await.is_empty());
    take_dialogs(&app).await;
    // It waits as before, and the same page approves it.
    open.decide(&lead, "approve").await.expect(303);
    app.settled().await;
    assert_eq!((refunds(&api, &id).await.len(), deposits(&app).await), (1, 1));
    assert_eq!(app.verify().await.findings, []);
}

#[tokio::test]
async fn what_moves_no_money_says_so_when_its_answer_is_lost() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    let desk = agent(&app, "cs").await;
    let open = Opened::at(&desk, &id, "notes").await;
    refuse_dialogs(&app).await;
    let page = open.send(&desk, &[("body", "메모")]).await.expect(503).text;
    assert_eq!(moved(&page), "no", "{page}");
    take_dialogs(&app).await;
    open.send(&desk, &[("body", "메모")]).await.expect(303);
    assert_eq!(deeds(&app).await.len(), 1);
    assert!(refunds(&api, &id).await.is_empty());
}
