//! Refunds that wait for a second person, in one list: by age and by amount, page by page, and each leads to where it is
//! decided.

use chrono::{DateTime, TimeDelta, Utc};
use naru::desk::approval_list;
use naru::desk::order::{Order, Place};
use naru::ids::{ApprovalId, TransferId, UserId};
use naru::models::kinds::{ApprovalState, Role, TransferState};
use naru::models::refund_approvals::{Entity, Model};
use naru::models::transfers;
use sea_orm::{ActiveModelTrait, DatabaseBackend, IntoActiveModel, QueryTrait};
use uuid::Uuid;

use super::reviews::{count, next, page, plan_of, scheme};
use super::rows::{copy_at, korean, original, shown};
use super::{desk, desk_of};
use crate::support::app::{self, TestApp};

const TAB: &str = "?tab=approvals";

/// Somebody asked for a refund of this payment, at this time and of this amount.
async fn asked(app: &TestApp, (payment, asker): (TransferId, UserId), at: DateTime<Utc>, amount_won: i64) {
    let row = Model {
        id: ApprovalId::new(),
        payment_id: payment,
        waiting_payment_id: Some(payment),
        state: ApprovalState::Waiting,
        amount_won,
        description: "고객센터 환불".to_owned(),
        asker_id: asker,
        reason: "고객이 두 번 결제됐다고 문의".to_owned(),
        created_at: at,
        decider_id: None,
        decision_reason: None,
        decided_at: None,
        refund_id: None,
    };
    app.insert::<Entity>(row.into_active_model().reset_all()).await;
}

/// A payment that was made.
async fn paid(app: &TestApp, original: &transfers::Model) -> transfers::Model {
    copy_at(app, original, TransferState::Succeeded, app.services.clock.now()).await
}

/// The payments of a page, in its order.
fn listed(html: &str) -> Vec<String> {
    let rows = html.split("<a class=\"row\" href=\"/cs/payments/").skip(1);
    rows.filter_map(|part| part.split('"').next())
        .map(|path| path.strip_suffix("/approval").expect("where it is decided").to_owned())
        .collect()
}

#[tokio::test]
async fn what_waits_for_a_second_person_is_listed_by_age_and_by_amount_page_by_page() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let asker = app.user_id("cs@example.test").await;
    let original = original(&app).await;
    let now = app.services.clock.now();
    let mut oldest_first = Vec::new();
    for number in 0..60_i64 {
        let payment = paid(&app, &original).await;
        // Pairs of the same moment, and of the same amount.
        let at = now - TimeDelta::hours(100 - number / 2);
        let amount = 1_000_000 + number / 2 * 37 % 30;
        asked(&app, (payment.id, asker), at, amount).await;
        oldest_first.push((shown(&payment), amount));
    }
    let first = page(&desk, TAB).await;
    assert_eq!(count(&first, "환불 승인 대기"), "60");
    assert!(first.contains("내가 요청함") && first.contains("나루상점"), "{first}");
    let by_amount = {
        let mut rows: Vec<_> = oldest_first.iter().rev().cloned().collect();
        rows.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
        rows
    };
    for (sort, expected) in [
        ("", oldest_first.clone()),
        ("&sort=newest", oldest_first.iter().rev().cloned().collect()),
        ("&sort=largest", by_amount),
    ] {
        let first = page(&desk, &format!("{TAB}{sort}")).await;
        let mut seen = listed(&first);
        assert_eq!(seen.len(), 50, "{sort}");
        let further = page(&desk, &next(&first).expect("a second page")).await;
        seen.extend(listed(&further));
        assert_eq!(next(&further), None);
        let expected: Vec<String> = expected.into_iter().map(|(id, _)| id).collect();
        assert_eq!(seen, expected, "{sort}");
    }
}

#[tokio::test]
async fn everybody_of_staff_sees_what_waits_and_those_who_may_not_decide_only_look() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let empty = page(&desk, TAB).await;
    assert!(empty.contains("승인을 기다리는 환불이 없어요"), "{empty}");
    assert_eq!(count(&empty, "환불 승인 대기"), "0");
    let asker = app.user_id("cs@example.test").await;
    let payment = paid(&app, &original(&app).await).await;
    asked(&app, (payment.id, asker), app.services.clock.now(), 1_500_000).await;
    for (role, decides) in [(Role::CsLead, true), (Role::Operator, false), (Role::Auditor, false)] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let html = page(&browser, TAB).await;
        assert_eq!(listed(&html), [shown(&payment)], "{role:?}");
        assert!(
            html.contains("상담 담당 요청") && html.contains("1,500,000원"),
            "{html}"
        );
        let path = format!("/cs/payments/{}/approval", shown(&payment));
        let html = browser.get(&path).await.expect(200).text;
        assert!(html.contains("고객이 두 번 결제됐다고 문의"), "{html}");
        assert_eq!(html.contains("name=\"decision\""), decides, "{role:?}");
        let told = browser.post(&path, &[]).await.status.as_u16();
        assert_eq!(told == 403, !decides, "{role:?}: {told}");
    }
    // The overview leads there.
    let html = desk.get("/cs").await.expect(200).text;
    assert!(html.contains("/cs/reviews?tab=approvals"), "{html}");
}

#[tokio::test]
async fn what_was_decided_waits_no_more() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let asker = app.user_id("cs@example.test").await;
    let payment = paid(&app, &original(&app).await).await;
    asked(&app, (payment.id, asker), app.services.clock.now(), 1_500_000).await;
    app.sql("UPDATE refund_approvals SET state = 'rejected', waiting_payment_id = NULL")
        .await;
    let html = page(&desk, TAB).await;
    assert_eq!((listed(&html).len(), count(&html, "환불 승인 대기").as_str()), (0, "0"));
}

#[tokio::test]
async fn each_order_of_what_waits_is_read_by_an_index_of_its_own() {
    let db = scheme().await;
    let place = |order| Place::of(order, korean(26, 0), 1_000, Uuid::now_v7());
    for (order, columns) in [
        (Order::Oldest, "created_at"),
        (Order::Newest, "created_at"),
        (Order::Largest, "amount_won"),
    ] {
        for after in [None, Some(place(order))] {
            let query = approval_list::page(order, after, 50).build(DatabaseBackend::Sqlite);
            let plan = plan_of(&db, query).await;
            let index = format!("SEARCH refund_approvals USING INDEX ix_refund_approvals_state_{columns}_id");
            assert!(
                plan.starts_with(&index) && !plan.contains("TEMP B-TREE"),
                "{order:?}: {plan}"
            );
        }
    }
}
