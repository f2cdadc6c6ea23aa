//! Each link of the desk's pages into the list shows what it says: as many rows as the figure beside it has.

use chrono::TimeDelta;
use naru::clock::{kst_date, kst_midnight};
use naru::ids::{Prefix, UserId};
use naru::models::kinds::{FailureCode, StaffDeed, TransferKind, TransferState};
use naru::models::{staff_audit, users};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::desk;
use super::rows::{copy, copy_at, original, shown};
use super::search::found;
use crate::support::app::{self, TestApp};
use crate::support::visitor::Browser;

/// An address as a browser reads it.
fn read(href: &str) -> String {
    href.replace("&amp;", "&").replace("&#x2F;", "/")
}

/// Each link that begins so, with the first number after `before`.
fn figures(html: &str, link: &str, before: &str) -> Vec<(String, String)> {
    let parts = html.split(link).skip(1);
    parts
        .map(|part| {
            let href = part.split('"').next().expect("an address");
            let count = part.split(before).nth(1).expect("a number").trim_start();
            let digits = count.split(|letter: char| !letter.is_ascii_digit()).next();
            (read(href), digits.expect("a number").to_owned())
        })
        .collect()
}

/// How many rows a list says that it has.
async fn listed(desk: &Browser, address: &str) -> String {
    let html = desk.get(address).await.expect(200).text;
    let rows = html.matches("class=\"cover\"").count();
    let sum = html.split("data-sum=\"count\">").nth(1).unwrap_or("0건");
    let sum = sum.split('건').next().expect("a number").to_owned();
    assert_eq!(sum, rows.to_string(), "{address}");
    sum
}

/// Yesterday and today in Korea, up to their borders: payments and refunds of several ends and reasons.
async fn days(app: &TestApp) {
    let original = original(app).await;
    app.sql("UPDATE transfers SET state = 'canceled', created_at = '2020-01-01 00:00:00'")
        .await;
    let today = kst_midnight(kst_date(app.services.clock.now()));
    let instant = TimeDelta::microseconds(1);
    let yesterday = [today - instant, today - TimeDelta::days(1), today - TimeDelta::hours(5)];
    for at in yesterday
        .into_iter()
        .chain([today, today - TimeDelta::days(1) - instant])
    {
        copy_at(app, &original, TransferState::Failed, at).await;
        copy_at(app, &original, TransferState::Succeeded, at).await;
        for (kind, failure) in [
            (TransferKind::Payment, FailureCode::NotSent),
            (TransferKind::Refund, FailureCode::InsufficientBalance),
            (TransferKind::Refund, FailureCode::BankRefused),
        ] {
            copy(app, &original, |row| {
                row.kind = kind;
                row.state = TransferState::Failed;
                row.failure_code = Some(failure);
                row.created_at = at;
            })
            .await;
        }
    }
    copy_at(app, &original, TransferState::Unknown, today).await;
}

#[tokio::test]
async fn each_figure_of_the_overview_opens_exactly_its_list() {
    let app = app::wish().without_workers().start().await;
    days(&app).await;
    let desk = desk(&app).await;
    for range in ["today", "yesterday", "week"] {
        let html = desk.get(&format!("/cs?range={range}")).await.expect(200).text;
        let reasons = figures(&html, "class=\"row reason\" href=\"", "row-much tabular\">");
        assert_eq!(reasons.len(), 2, "{html}");
        let states = html.split("class=\"sums-by-state\"").nth(1).expect("the states");
        let states = figures(states, "<th scope=\"row\"><a href=\"/cs/payments", "<td class=\"num\">");
        let states = states
            .into_iter()
            .map(|(rest, count)| (format!("/cs/payments{rest}"), count));
        let tiles = figures(&html, "class=\"tile\" href=\"/cs/payments?kind", "class=\"figure\">");
        let tiles = tiles
            .into_iter()
            .map(|(rest, count)| (format!("/cs/payments?kind{rest}"), count));
        // The success rate is no number of rows.
        let tiles: Vec<_> = tiles.collect();
        let counts = tiles.iter().enumerate().filter(|(place, _)| *place != 3);
        let counts = counts.map(|(_, tile)| tile.clone());
        for (address, count) in reasons.iter().cloned().chain(counts).chain(states) {
            if address.contains("failure=") {
                assert!(address.contains("kind=payment&state=failed&failure="), "{address}");
            }
            assert_eq!(listed(&desk, &address).await, count, "{range}: {address}");
        }
    }
    let yesterday = desk.get("/cs?range=yesterday").await.expect(200).text;
    let reasons = figures(&yesterday, "class=\"row reason\" href=\"", "row-much tabular\">");
    assert!(reasons.iter().all(|(_, count)| count == "3"), "{reasons:?}");
}

#[tokio::test]
async fn the_sums_of_a_partners_day_open_the_payments_of_that_day() {
    let app = app::wish().without_workers().start().await;
    days(&app).await;
    let desk = desk(&app).await;
    let shop = naru::models::partners::Entity::find()
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let page = format!("/cs/partners/{}", Prefix::Partner.show(shop.id.0));
    let html = desk.get(&page).await.expect(200).text;
    let sums = figures(&html, "<dd class=\"tabular\"><a href=\"", "class=\"sub\">");
    // Failed, succeeded and unknown.
    assert_eq!(sums.len(), 3, "{html}");
    for (address, count) in sums {
        assert_eq!(listed(&desk, &address).await, count, "{address}");
    }
    let all = html.split("class=\"see-all\"><a href=\"").nth(1).unwrap();
    let all = read(all.split('"').next().unwrap());
    assert_eq!(found(&desk, all.strip_prefix("/cs/payments").unwrap()).await.len(), 27);
}

#[tokio::test]
async fn a_members_page_opens_the_payments_of_that_member_and_says_so_to_the_audit() {
    let app = app::wish().without_workers().start().await;
    let original = original(&app).await;
    let other = app.member("other@example.test").await;
    let refund = copy(&app, &original, |row| row.kind = TransferKind::Refund).await;
    let others = copy(&app, &original, |row| row.member_id = other).await;
    let desk = desk(&app).await;
    let id = Prefix::Member.show(original.member_id.0);
    let html = desk.get(&format!("/cs/members/{id}")).await.expect(200).text;
    let all = html.split("class=\"see-all\"><a href=\"").nth(1).unwrap();
    let all = read(all.split('"').next().unwrap());
    assert_eq!(all, format!("/cs/payments?q={id}"));
    let both = [shown(&refund), shown(&original)];
    let mut met = found(&desk, all.strip_prefix("/cs/payments").unwrap()).await;
    met.sort();
    let mut expected = both.clone();
    expected.sort();
    assert_eq!(met, expected);
    let page = desk.get(&all).await.expect(200).text;
    assert!(page.contains("<span class=\"meaning\">회원 번호</span>"), "{page}");
    let spelled = format!("MEM_{}", other.0.to_string().to_uppercase());
    assert_eq!(found(&desk, &format!("?q=+{spelled}+")).await, [shown(&others)]);
    assert_eq!(found(&desk, &format!("?q={id}&kind=refund")).await, [shown(&refund)]);
    let nobody = Prefix::Member.show(UserId::new().0);
    assert!(found(&desk, &format!("?q={nobody}")).await.is_empty());

    let looks = staff_audit::Entity::find()
        .filter(staff_audit::Column::Deed.eq(StaffDeed::Searched))
        .filter(staff_audit::Column::SubjectId.eq(other.0))
        .all(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(looks.len(), 1);
    assert_eq!(looks[0].detail.as_deref(), Some("{\"by\":[\"member\"]}"));
}

#[tokio::test]
async fn an_address_in_other_words_leads_to_the_one_that_the_links_have() {
    let app = app::wish().without_workers().start().await;
    original(&app).await;
    let desk = desk(&app).await;
    for (asked, spelled) in [
        ("state=open", "state=queued%2Cexecuting%2Cunknown%2Cneeds_review"),
        ("state=%EC%8B%A4%ED%8C%A8", "state=failed"),
        (
            "failure=-%EC%9E%94%EC%95%A1%EB%B6%80%EC%A1%B1",
            "failure=-insufficient_balance",
        ),
        ("kind=-refund", "kind=payment"),
        ("bank=%EB%86%8D%ED%98%91", "bank=011"),
        ("tag=%23VIP", "tag=vip"),
        ("amount=%3E12,300", "amount=12301.."),
        ("period=7d&from=2026-11-20", "from=2026-11-20"),
    ] {
        let sent = desk.get(&format!("/cs/payments?{asked}")).await.expect(303);
        let to = sent.header("location").to_owned();
        assert_eq!(to, format!("/cs/payments?{spelled}"), "{asked}");
        desk.get(&to).await.expect(200);
    }
}

#[tokio::test]
async fn where_too_many_share_a_name_the_page_says_whom_it_looked_at() {
    let app = app::wish().without_workers().start().await;
    let original = original(&app).await;
    let member = users::Entity::find_by_id(original.member_id)
        .one(app.services.db.read())
        .await
        .unwrap()
        .unwrap();
    let told = "최근에 가입한 100명의 거래만 찾았어요";
    let desk = desk(&app).await;
    let path = "/cs/payments?q=%EA%B9%80%EB%AF%BC%EC%A7%80";
    assert!(!desk.get(path).await.expect(200).text.contains(told));
    for number in 0..100 {
        let namesake = users::Model {
            id: UserId::new(),
            email: format!("namesake-{number}@example.test"),
            ..member.clone()
        };
        app.insert::<users::Entity>(namesake.into_active_model().reset_all())
            .await;
    }
    assert!(desk.get(path).await.expect(200).text.contains(told));
    assert!(found(&desk, "?q=%EA%B9%80%EB%AF%BC%EC%A7%80").await.is_empty());
}
