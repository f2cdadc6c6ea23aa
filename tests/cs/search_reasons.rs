//! The list by reasons of failure and by tags: alone, together, left out, in each order, and where nothing is left.

use chrono::TimeDelta;
use naru::ids::TransferId;
use naru::models::kinds::{FailureCode, TransferKind, TransferState};
use naru::models::{transfer_tags, transfers};
use sea_orm::ActiveValue::Set;

use super::desk;
use super::rows::{copy, copy_at, korean, original, shown};
use super::search::found;
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

/// A failed copy, so many minutes into the 20th of November in Korea.
async fn failed(app: &TestApp, of: &transfers::Model, failure: FailureCode, minutes: i64) -> transfers::Model {
    copy(app, of, |row| {
        row.state = TransferState::Failed;
        row.failure_code = Some(failure);
        row.created_at = korean(20, minutes);
        row.updated_at = row.created_at;
        row.amount_won = 1_000 + minutes;
    })
    .await
}

async fn tag(app: &TestApp, row: &transfers::Model, word: &str) {
    let tag = transfer_tags::ActiveModel {
        transfer_id: Set(row.id),
        word: Set(word.to_owned()),
        author_id: Set(row.member_id),
        at: Set(row.created_at),
        accepted_at: Set(row.created_at),
    };
    app.insert::<transfer_tags::Entity>(tag).await;
}

async fn html(desk: &Browser, path: &str) -> String {
    desk.get(path).await.expect(200).text
}

/// The number that a tab has.
fn counted(html: &str, state: &str) -> String {
    let tab = html.split(&format!("data-state=\"{state}\"")).nth(1).expect("the tab");
    let count = tab.split("tab-count\">").nth(1).expect("its count");
    count.split('<').next().expect("its end").to_owned()
}

/// The row that the copies are made of, out of the way: it is canceled and of 2020.
async fn begun(app: &TestApp) -> (transfers::Model, String) {
    let original = original(app).await;
    app.sql("UPDATE transfers SET state = 'canceled', created_at = '2020-01-01 00:00:00'")
        .await;
    let id = shown(&original);
    (original, id)
}

#[tokio::test]
async fn a_reason_of_failure_narrows_the_list_typed_chosen_and_left_out() {
    let app = app::wish().without_workers().start().await;
    let (original, _) = begun(&app).await;
    let poor = failed(&app, &original, FailureCode::InsufficientBalance, 1).await;
    let unsent = failed(&app, &original, FailureCode::NotSent, 2).await;
    let over = failed(&app, &original, FailureCode::OverBankLimit, 3).await;
    let refund = copy(&app, &original, |row| {
        row.kind = TransferKind::Refund;
        row.state = TransferState::Failed;
        row.failure_code = Some(FailureCode::NotSent);
        row.created_at = korean(20, 4);
    })
    .await;
    let paid = copy_at(&app, &original, TransferState::Succeeded, korean(20, 5)).await;
    let desk = desk(&app).await;
    let [poor, unsent, over, refund, paid] = [poor, unsent, over, refund, paid].map(|row| shown(&row));
    let partner = original.partner_id.0.simple();
    for (query, expected) in [
        ("?failure=insufficient_balance".to_owned(), &[&poor][..]),
        ("?failure=not_sent".to_owned(), &[&refund, &unsent]),
        ("?failure=not_sent&kind=payment&state=failed".to_owned(), &[&unsent]),
        (
            "?failure=not_sent,over_bank_limit&sort=oldest".to_owned(),
            &[&unsent, &over, &refund],
        ),
        // Other reasons are of what failed as well: what succeeded has none.
        ("?failure=-not_sent".to_owned(), &[&over, &poor]),
        ("?failure=-not_sent&sort=smallest".to_owned(), &[&poor, &over]),
        ("?failure=not_sent&state=succeeded".to_owned(), &[]),
        (format!("?failure=not_sent&partner={partner}"), &[&refund, &unsent]),
        (format!("?failure=not_sent&partner=-{partner}"), &[]),
        ("?failure=not_sent&amount=1002".to_owned(), &[&unsent]),
        ("?failure=not_sent&bank=088".to_owned(), &[]),
        ("?failure=not_sent&bank=-088".to_owned(), &[&refund, &unsent]),
        (
            "?q=minji@example.test&failure=not_sent&kind=payment".to_owned(),
            &[&unsent],
        ),
        ("?q=failure:not_sent+kind:refund".to_owned(), &[&refund]),
        ("?q=%EC%82%AC%EC%9C%A0:%ED%95%9C%EB%8F%84".to_owned(), &[&over]),
        (
            "?q=-reason:not_sent,%EC%9E%94%EC%95%A1%EB%B6%80%EC%A1%B1".to_owned(),
            &[&over],
        ),
        ("?state=succeeded".to_owned(), &[&paid]),
    ] {
        let met = found(&desk, &query).await;
        assert_eq!(met.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let page = html(&desk, "/cs/payments?failure=not_sent").await;
    assert_eq!(
        ["all", "failed", "succeeded"].map(|state| counted(&page, state)),
        ["2", "2", "0"]
    );
    assert!(
        page.contains("<option value=\"not_sent\" selected>은행에 보내지 못함</option>"),
        "{page}"
    );
    assert!(page.contains("<span>실패 사유 은행에 보내지 못함</span>"), "{page}");
    let told = html(&desk, "/cs/payments?q=failure:bad_luck").await;
    assert!(
        told.contains("<code>failure:bad_luck</code> 없는 실패 사유예요"),
        "{told}"
    );
    let told = html(&desk, "/cs/payments?failure=bad_luck").await;
    assert!(told.contains("aria-describedby=\"failure-help\"") && !told.contains("data-keys-rows"));
}

#[tokio::test]
async fn a_tag_finds_what_staff_marked_with_it() {
    let app = app::wish().without_workers().start().await;
    let (original, _) = begun(&app).await;
    let [first, second, third] = [1, 2, 3].map(|minutes| korean(20, minutes));
    let first = copy_at(&app, &original, TransferState::Succeeded, first).await;
    let second = copy_at(&app, &original, TransferState::Failed, second).await;
    let third = copy_at(&app, &original, TransferState::Succeeded, third).await;
    tag(&app, &third, "vip").await;
    tag(&app, &second, "재연락").await;
    let desk = desk(&app).await;
    let path = format!("/cs/payments/{}/tags", shown(&first));
    let open = html(&desk, &path).await;
    let hidden = |name: &str| {
        let field = open
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .expect("a field");
        field.split('"').next().expect("its end").to_owned()
    };
    let fields = [
        ("version", hidden("version")),
        ("dialog", hidden("dialog")),
        ("word", "#ＶＩＰ".to_owned()),
    ];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    desk.post(&path, &fields).await.expect(303);

    let [first, second, third] = [first, second, third].map(|row| shown(&row));
    for (query, expected) in [
        ("?tag=vip", &[&third, &first][..]),
        ("?tag=vip&sort=oldest", &[&first, &third]),
        ("?tag=vip&sort=largest", &[&third, &first]),
        ("?tag=vip&state=failed", &[]),
        ("?tag=-vip&from=2026-11-20", &[&second]),
        ("?tag=vip&from=2026-11-20&to=2026-11-20", &[&third, &first]),
        ("?tag=vip&from=2026-11-21", &[]),
        ("?tag=nobody", &[]),
        ("?q=tag:%23VIP+status:%EC%99%84%EB%A3%8C", &[&third, &first]),
        ("?q=%ED%83%9C%EA%B7%B8:%EC%9E%AC%EC%97%B0%EB%9D%BD", &[&second]),
        ("?q=-tag:vip+failure:insufficient_balance", &[&second]),
        ("?q=minji@example.test&tag=vip", &[&third, &first]),
        (
            "?tag=%EC%9E%AC%EC%97%B0%EB%9D%BD&failure=insufficient_balance",
            &[&second],
        ),
        ("?tag=%EC%9E%AC%EC%97%B0%EB%9D%BD&failure=not_sent", &[]),
    ] {
        let met = found(&desk, query).await;
        assert_eq!(met.iter().collect::<Vec<_>>(), expected, "{query}");
    }
    let page = html(&desk, "/cs/payments?tag=vip").await;
    assert_eq!(
        ["all", "failed", "succeeded"].map(|state| counted(&page, state)),
        ["2", "0", "2"]
    );
    assert!(
        page.contains("<span>태그 vip</span>") && page.contains("<option value=\"재연락\">"),
        "{page}"
    );
    let told = html(&desk, "/cs/payments?tag=two+words").await;
    assert!(told.contains("aria-describedby=\"tag-help\"") && !told.contains("data-keys-rows"));
}

#[tokio::test]
async fn what_has_a_tag_or_a_reason_is_walked_to_its_end_in_every_order() {
    let app = app::wish().without_workers().start().await;
    let (original, _) = begun(&app).await;
    let mut all = Vec::new();
    // Ids go against the time, and many are of one time and amount, so that pages part among equals.
    for number in 0..70_i64 {
        let row = copy(&app, &original, |row| {
            row.id = TransferId(uuid::Uuid::from_u128(
                (0x019a_u128 << 112) + 1_000 - u128::from(number.unsigned_abs()),
            ));
            row.state = TransferState::Failed;
            row.failure_code = Some(FailureCode::NotSent);
            row.created_at = korean(20, number / 7);
            row.amount_won = 1_000 + number % 3;
        })
        .await;
        tag(&app, &row, "vip").await;
        all.push(row);
    }
    let desk = desk(&app).await;
    for filter in ["tag=vip", "failure=not_sent", "failure=not_sent,bank_refused&tag=vip"] {
        for sort in ["newest", "oldest", "largest", "smallest"] {
            let first = format!("?{filter}&sort={sort}");
            let mut met = found(&desk, &first).await;
            assert_eq!(met.len(), 50, "{first}");
            let page = html(&desk, &format!("/cs/payments{first}")).await;
            let next = page
                .split("rel=\"next\" href=\"/cs/payments")
                .nth(1)
                .expect("more than a page");
            let next = next
                .split('"')
                .next()
                .expect("its end")
                .replace("&amp;", "&")
                .replace("&#x2F;", "/");
            met.extend(found(&desk, &next).await);
            all.sort_by_key(|row| match sort {
                "newest" | "oldest" => (0, row.created_at, row.id.0),
                _ => (row.amount_won, row.created_at, row.id.0),
            });
            if matches!(sort, "newest" | "largest") {
                all.reverse();
            }
            assert_eq!(met, all.iter().map(shown).collect::<Vec<_>>(), "{first}");
        }
    }
}

#[tokio::test]
async fn where_a_reason_or_a_tag_has_nothing_in_a_period_a_wider_one_is_offered() {
    let app = app::wish().without_workers().start().await;
    let (original, _) = begun(&app).await;
    let now = app.services.clock.now();
    let [recent, old] = [now - TimeDelta::days(3), now - TimeDelta::days(50)];
    let poor = copy_at(&app, &original, TransferState::Failed, recent).await;
    tag(&app, &poor, "vip").await;
    let unsent = copy(&app, &original, |row| {
        row.state = TransferState::Failed;
        row.failure_code = Some(FailureCode::NotSent);
        row.created_at = old;
    })
    .await;
    tag(&app, &unsent, "재연락").await;
    let desk = desk(&app).await;
    for (asked, offered) in [
        (
            "failure=insufficient_balance&period=today",
            Some("?failure=insufficient_balance&period=30d"),
        ),
        ("failure=not_sent&period=30d", Some("?failure=not_sent")),
        (
            "failure=-insufficient_balance&kind=payment&period=7d",
            Some("?failure=-insufficient_balance&kind=payment"),
        ),
        ("tag=vip&period=yesterday", Some("?tag=vip&period=30d")),
        (
            "tag=%EC%9E%AC%EC%97%B0%EB%9D%BD&period=7d",
            Some("?tag=%EC%9E%AC%EC%97%B0%EB%9D%BD"),
        ),
        ("failure=bank_refused&period=today", None),
        ("tag=nobody&period=today", None),
        ("state=succeeded&failure=not_sent&period=today", None),
    ] {
        let page = html(&desk, &format!("/cs/payments?{asked}")).await;
        assert!(page.contains("조회 결과가 없어요"), "{asked}: {page}");
        let wider = page.split("data-wider href=\"/cs/payments").nth(1);
        let wider = wider
            .and_then(|rest| rest.split('"').next())
            .map(|link| link.replace("&amp;", "&"));
        assert_eq!(wider.as_deref(), offered, "{asked}");
        if let Some(wider) = wider {
            assert_eq!(found(&desk, &wider).await.len(), 1, "{asked}");
        }
    }
}
