//! The overview: each figure is that of the rows, at the borders of Korean days too, and leads to the list that shows them.

use chrono::TimeDelta;
use naru::models::kinds::{Role, TransferKind, TransferState};

use super::rows::{copy, copy_at, original};
use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

/// The figure under a label, as the page says it.
fn figure(html: &str, label: &str) -> String {
    let tile = html.split(&format!("<span class=\"label\">{label}</span>")).nth(1);
    let tile = tile.unwrap_or_else(|| panic!("{label} is not in {html}"));
    let figure = tile.split("<span class=\"figure\">").nth(1).expect("a figure");
    figure.split("</span>").next().expect("its end").to_owned()
}

/// Where the tile of a label leads to.
fn link(html: &str, label: &str) -> String {
    let before = html
        .split(&format!("<span class=\"label\">{label}</span>"))
        .next()
        .expect("the tile");
    let href = before.rsplit("href=\"").next().expect("a link");
    let href = href.split('"').next().expect("its end");
    href.replace("&amp;", "&").replace("&#x2F;", "/")
}

async fn overview(desk: &Browser, query: &str) -> String {
    desk.get(&format!("/cs{query}")).await.expect(200).text
}

/// The transfer that copies are made of, put far away from all that is counted.
async fn far_away(app: &TestApp) -> naru::models::transfers::Model {
    let original = original(app).await;
    app.sql("UPDATE transfers SET state = 'canceled', created_at = '2020-01-01 00:00:00'")
        .await;
    original
}

#[tokio::test]
async fn an_empty_installation_has_a_page_that_says_so() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    for query in ["", "?range=yesterday", "?range=week", "?range=month"] {
        let html = overview(&desk, query).await;
        assert!(
            html.contains("아직 결제가 없어요") && html.contains("아직 끝난 결제가 없어요"),
            "{html}"
        );
        assert_eq!(figure(&html, "접수한 결제"), "0건");
        assert_eq!(figure(&html, "결과를 모름"), "0건");
    }
}

#[tokio::test]
async fn figures_end_where_the_korean_day_ends() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let original = far_away(&app).await;
    let now = app.services.clock.now();
    let midnight = naru::clock::kst_midnight(naru::clock::kst_date(now));
    for (state, at) in [
        // Yesterday, until its last moment.
        (TransferState::Succeeded, midnight - TimeDelta::microseconds(1)),
        (TransferState::Failed, midnight - TimeDelta::days(1)),
        // The day before.
        (
            TransferState::Succeeded,
            midnight - TimeDelta::days(1) - TimeDelta::microseconds(1),
        ),
        // Today, from its first moment.
        (TransferState::Succeeded, midnight),
        (TransferState::Unknown, midnight),
    ] {
        copy_at(&app, &original, state, at).await;
    }
    let desk = desk(&app).await;
    let today = overview(&desk, "").await;
    assert_eq!(figure(&today, "접수한 결제"), "2건");
    assert_eq!(figure(&today, "완료"), "1건");
    assert_eq!(figure(&today, "성공률"), "100.0%");
    let yesterday = overview(&desk, "?range=yesterday").await;
    assert_eq!(figure(&yesterday, "접수한 결제"), "2건");
    assert_eq!(figure(&yesterday, "성공률"), "50.0%");
    let week = overview(&desk, "?range=week").await;
    assert_eq!(figure(&week, "접수한 결제"), "5건");
    assert!(week.contains("날짜별 결제") && today.contains("시간별 결제"));

    // What a figure leads to shows as many.
    for (html, label, days_ago) in [(&today, "접수한 결제", 0), (&yesterday, "실패", 1), (&week, "완료", 6)] {
        let address = link(html, label);
        let from = naru::clock::kst_date(now - TimeDelta::days(days_ago));
        assert!(
            address.starts_with("/cs/payments?kind=payment") && address.contains(&format!("from={from}")),
            "{address}"
        );
        let list = desk.get(&address).await.expect(200).text;
        let rows = list.matches("class=\"cover\"").count();
        assert_eq!(format!("{rows}건"), figure(html, label), "{address}");
    }
}

#[tokio::test]
async fn the_success_rate_is_compared_with_the_same_time_a_week_before() {
    let app = app::wish().without_workers().with_a_stopped_clock().start().await;
    let original = far_away(&app).await;
    let (now, week) = (app.services.clock.now(), TimeDelta::days(7));
    let midnight = naru::clock::kst_midnight(naru::clock::kst_date(now));
    copy_at(&app, &original, TransferState::Succeeded, midnight).await;
    copy_at(&app, &original, TransferState::Succeeded, midnight - week).await;
    copy_at(&app, &original, TransferState::Failed, midnight - week).await;
    // Later that day: the same time has not come yet.
    copy_at(&app, &original, TransferState::Failed, now - week).await;
    let desk = desk(&app).await;
    let html = overview(&desk, "").await;
    assert!(html.contains("7일 전 같은 시간보다 50.0%p 높아요"), "{html}");
    let english = overview(&desk, "?lang=en").await;
    assert!(
        english.contains("50.0 points above the same time 7 days before"),
        "{english}"
    );
}

#[tokio::test]
async fn reasons_states_refunds_and_what_waits_are_told() {
    let app = app::wish().without_workers().start().await;
    let original = far_away(&app).await;
    let now = app.services.clock.now();
    for state in [TransferState::Failed, TransferState::Failed, TransferState::NeedsReview] {
        copy_at(&app, &original, state, now).await;
    }
    copy(&app, &original, |row| {
        row.kind = TransferKind::Refund;
        row.state = TransferState::Succeeded;
        row.amount_won = 2_300;
    })
    .await;
    copy(&app, &original, |row| {
        row.kind = TransferKind::Refund;
        row.created_at = now - TimeDelta::hours(3);
    })
    .await;
    let desk = desk(&app).await;
    let html = overview(&desk, "").await;
    assert!(html.contains("잔액 부족"), "{html}");
    assert_eq!(figure(&html, "완료한 환불"), "1건");
    assert!(html.contains("2,300원"));
    assert_eq!(figure(&html, "담당자 확인 필요"), "1건");
    assert_eq!(figure(&html, "늦어지는 환불"), "1건");
    assert_eq!(link(&html, "늦어지는 환불"), "/cs/reviews?tab=refunds");
    assert_eq!(figure(&html, "은행에 보낼 차례를 기다려요"), "1건");
    assert!(html.contains("가장 오래된 것은 3시간 전"), "{html}");
    assert!(html.contains("hx-trigger=\"every 30s, live\"") && html.contains("<table"));
    let has_broker = app.services.settings.relay.broker().is_some();
    assert_eq!(html.contains("처리 못 한 메시지"), has_broker, "{html}");
}

#[tokio::test]
async fn a_range_that_cannot_be_read_is_told_and_kept_and_shows_no_figures() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let html = overview(&desk, "?from=25.11.2026&to=2026-11-25").await;
    assert!(
        html.contains("value=\"25.11.2026\"") && html.contains("from-help") && !html.contains("접수한 결제"),
        "{html}"
    );
    let html = overview(&desk, "?from=2026-11-20").await;
    assert!(html.contains("2026.11.20") && !html.contains("aria-invalid"), "{html}");
}

#[tokio::test]
async fn every_role_of_staff_sees_it_and_nobody_else() {
    let app = app::wish().without_workers().start().await;
    for (email, role) in [
        ("lead@example.test", Role::CsLead),
        ("ops@example.test", Role::Operator),
        ("audit@example.test", Role::Auditor),
    ] {
        desk_of(&app, email, role).await.get("/cs").await.expect(200);
    }
    let (_, member) = app.member_browser("minji@example.test").await;
    member.get("/cs").await.expect(403);
    // Whoever signs in begins with the list all the same.
    app.staff("new@example.test", Role::Cs).await;
    let signed_in = app.browser().sign_in("new@example.test").await.expect(303);
    assert_eq!(signed_in.header("location"), "/cs/payments");
}
