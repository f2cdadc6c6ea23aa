//! The export: the whole filter in a file that spreadsheets show as it is, for whom the matrix allows it, with a reason.

use naru::ids::Prefix;
use naru::models::kinds::{Role, StaffDeed, SubjectKind};
use naru::models::staff_audit;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{desk, desk_of};
use crate::support::app::{self, TestApp};
use crate::support::http::Answer;
use crate::support::people::Shop;
use crate::support::visitor::Browser;

pub const PATH: &str = "/cs/payments/export";
const REASON: [(&str, &str); 1] = [("reason", "가맹점 정산 문의")];

/// A payment of an order; answers with its id.
pub async fn ordered(shop: &Shop, mandate: &str, order: &str, amount: i64, description: &str) -> String {
    let body = json!({ "mandate_id": mandate, "order_id": order, "amount": amount, "description": description });
    let made = shop
        .api
        .post("/payments", &format!("key-{order}"), &body)
        .await
        .expect(202);
    made.json()["id"].as_str().unwrap().to_owned()
}

pub async fn audited(app: &TestApp) -> Vec<(staff_audit::Model, Value)> {
    let rows = staff_audit::Entity::find()
        .order_by_asc(staff_audit::Column::Id)
        .all(app.services.db.read())
        .await
        .unwrap();
    let exported = rows.into_iter().filter(|row| row.deed == StaffDeed::Exported);
    exported
        .map(|row| {
            let detail = serde_json::from_str(row.detail.as_deref().unwrap()).unwrap();
            (row, detail)
        })
        .collect()
}

async fn take(desk: &Browser, query: &str) -> Answer {
    desk.post(&format!("{PATH}{query}"), &REASON).await.expect(200)
}

/// The lines between the names of the columns and the last line.
fn rows(file: &Answer) -> Vec<&str> {
    let lines: Vec<&str> = file.text.split("\r\n").collect();
    assert_eq!(lines.last(), Some(&""), "the last line ends too");
    lines[1..lines.len() - 2].to_vec()
}

#[tokio::test]
async fn c54_the_file_has_its_mark_whole_lines_korean_time_and_every_number_as_it_was_written() {
    let app = app::start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "00012345", 12_300, "드립백 커피").await;
    ordered(
        &shop,
        &mandate,
        "20261126000000000001",
        19_001,
        "=HYPERLINK(\"http://evil.test\",\"여기\")",
    )
    .await;
    ordered(&shop, &mandate, "-1+1", 9_899, "둘, \"셋\"").await;
    app.settled().await;
    let desk = desk(&app).await;
    let file = take(&desk, "?lang=ko").await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(file.header("cache-control"), "no-store");
    let today = app.services.clock.today_kst().format("%Y%m%d");
    let named = format!("attachment; filename=\"naru-payments-{today}.csv\"");
    assert_eq!(file.header("content-disposition"), named);
    assert!(
        file.text.as_bytes().starts_with(b"\xEF\xBB\xBF\xEC"),
        "the mark, and then the first name"
    );
    assert!(
        file.text
            .starts_with("\u{feff}접수 시각,종류,상태,출금·입금 여부,금액(원),"),
        "{}",
        file.text
    );
    let bare = file.text.replace("\r\n", "");
    assert!(!bare.contains(['\r', '\n']), "{bare:?}");
    for part in [
        ",결제,완료,",
        ",12300,0,나루상점,'00012345,드립백 커피,김*지,mi***@example.test,",
        ",19001,0,나루상점,'20261126000000000001,\"'=HYPERLINK(\"\"http://evil.test\"\",\"\"여기\"\")\",",
        ",9899,0,나루상점,'-1+1,\"둘, \"\"셋\"\"\",",
        " 30200012*****,",
        ",고객 계좌의 잔액이 부족했어요.,'00133,",
        "\r\n끝: 모두 3건,",
    ] {
        assert!(file.text.contains(part), "{part}: {}", file.text);
    }
    let accepted = app.every_transfer().await[0]
        .created_at
        .with_timezone(&naru::clock::kst());
    assert!(
        file.text.contains(&accepted.format("%Y-%m-%d %H:%M:%S").to_string()),
        "{}",
        file.text
    );

    let english = take(&desk, "?lang=en").await.text;
    assert!(english.starts_with("\u{feff}Received,Kind,Status"), "{english}");
    let fields = [REASON[0], ("bom", "0")];
    let plain = desk.post(&format!("{PATH}?lang=en"), &fields).await.expect(200).text;
    assert_eq!(Some(plain.as_str()), english.strip_prefix('\u{feff}'));
}

#[tokio::test]
async fn c52_the_file_has_the_whole_filter_over_all_pages_and_nothing_else() {
    const COPIES: usize = 2_300;
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "커피").await;
    app.copies(COPIES).await;
    let kept = ordered(&shop, &mandate, "order-2", 9_900, "차").await;
    let desk = desk(&app).await;
    let page = desk.get(PATH).await.expect(200).text;
    assert!(page.contains("2,302건"), "{page}");
    let file = take(&desk, "").await;
    let lines = rows(&file);
    assert_eq!(lines.len(), COPIES + 2);
    let mut ids: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.split(',').find(|cell| cell.starts_with("pay_")))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), COPIES + 2, "each is there once");
    assert!(
        file.text
            .ends_with(&format!("\r\n끝: 모두 {}건{}\r\n", COPIES + 2, ",".repeat(19))),
        "the last line"
    );

    let one = take(&desk, "?q=order-2").await;
    assert!(rows(&one).len() == 1 && one.text.contains(&kept), "{}", one.text);
    let narrowed = desk.get(&format!("{PATH}?q=order-2")).await.expect(200).text;
    assert!(
        narrowed.contains("9,900원") && narrowed.contains("order-2"),
        "{narrowed}"
    );
    assert!(
        narrowed.contains("/cs/payments/export?q=order-2"),
        "the form keeps the filter: {narrowed}"
    );
    assert!(!take(&desk, "?kind=payment&q=order-2").await.text.contains("order-1"));
}

#[tokio::test]
async fn each_file_is_in_the_audit_with_its_reason_its_filter_without_people_and_how_it_ended() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "커피").await;
    let desk = desk(&app).await;
    for _ in 0..2 {
        take(&desk, "?q=minji%40example.test&kind=payment").await;
    }
    let audited = audited(&app).await;
    assert_eq!(audited.len(), 4, "two rows for each file: {audited:?}");
    let (row, begun) = &audited[0];
    assert_eq!(row.subject_kind, SubjectKind::List);
    assert_eq!(row.reason.as_deref(), Some(REASON[0].1));
    assert!(row.request_id.is_some());
    assert_eq!(begun["filter"]["kind"], "payment");
    assert!(begun["filter"]["by"].to_string().contains("email"), "{begun}");
    assert!(
        !row.detail.as_deref().unwrap().contains("minji"),
        "what was typed is somebody's: {begun}"
    );
    assert_eq!((&begun["step"], &begun["rows_expected"]), (&json!("begun"), &json!(1)));
    assert_eq!(begun["filter"]["member"], json!(null));
    let (ended, detail) = &audited[1];
    assert_eq!(
        (&detail["step"], &detail["rows"], &detail["export"]),
        (&json!("ended"), &json!(1), &begun["export"])
    );
    assert_eq!(ended.actor_id, row.actor_id);
    assert_ne!(audited[2].1["export"], begun["export"]);
}

#[tokio::test]
async fn a_file_of_one_member_is_audited_with_whose_it_is_and_the_page_before_it_as_a_search() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "커피").await;
    let member = app.only_transfer().await.member_id;
    let id = Prefix::Member.show(member.0);
    let desk = desk(&app).await;
    desk.get(&format!("{PATH}?q={id}")).await.expect(200);
    assert_eq!(rows(&take(&desk, &format!("?q={id}")).await).len(), 1);
    let exported = audited(&app).await;
    assert_eq!(exported[0].1["filter"], json!({ "by": ["member"], "member": id }));
    let searched = staff_audit::Entity::find()
        .filter(staff_audit::Column::Deed.eq(StaffDeed::Searched))
        .filter(staff_audit::Column::SubjectId.eq(member.0))
        .count(app.services.db.read())
        .await
        .unwrap();
    assert_eq!(searched, 1);
}

#[tokio::test]
async fn who_may_not_export_gets_neither_page_nor_file_and_an_auditor_may() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "커피").await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    operator.get(PATH).await.expect(403);
    operator.post(PATH, &REASON).await.expect(403);
    let (_, member) = app.member_browser("other@example.test").await;
    member.post(PATH, &REASON).await.expect(403);
    app.browser().post(PATH, &REASON).await.expect(303);
    assert!(audited(&app).await.is_empty());
    for (email, role) in [
        ("audit@example.test", Role::Auditor),
        ("lead@example.test", Role::CsLead),
    ] {
        let browser = desk_of(&app, email, role).await;
        let page = browser.get(PATH).await.expect(200).text;
        assert!(page.contains("상담 담당"), "under whom it is written down: {page}");
        assert_eq!(rows(&take(&browser, "").await).len(), 1);
    }
}

#[tokio::test]
async fn without_a_reason_a_readable_filter_or_beyond_the_limit_there_is_no_file() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "limits": { "export_rows_max": 2 } }))
        .start()
        .await;
    let (shop, mandate) = app.shop_with_mandate().await;
    let desk = desk(&app).await;
    let empty = desk.get(PATH).await.expect(200).text;
    assert!(empty.contains("내보낼 거래가 없어요"), "{empty}");
    for order in ["order-1", "order-2", "order-3"] {
        ordered(&shop, &mandate, order, 1_000, "커피").await;
    }
    let over = desk.get(PATH).await.expect(200).text;
    assert!(
        over.contains("2건보다 많아요") && !over.contains("name=\"reason\""),
        "{over}"
    );
    desk.post(PATH, &REASON).await.expect(422);
    let long = "가".repeat(501);
    for reason in ["", "  ", long.as_str()] {
        let fields = [("reason", reason), ("bom", "0")];
        let answer = desk.post(&format!("{PATH}?q=order-1"), &fields).await.expect(422).text;
        assert!(answer.contains("reason-help") && answer.contains("checked"), "{answer}");
    }
    for query in ["?from=25.11.2026", "?state=lost", "?q=a&q=b"] {
        let page = desk.get(&format!("{PATH}{query}")).await.expect(200).text;
        assert!(page.contains("조건을 읽을 수 없어요"), "{query}: {page}");
        desk.post(&format!("{PATH}{query}"), &REASON).await.expect(422);
    }
    assert!(audited(&app).await.is_empty());
    take(&desk, "?q=order-1").await;
}

#[tokio::test]
async fn a_page_that_refuses_the_file_tells_of_somebody_and_is_a_search_for_them() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "커피").await;
    let desk = desk(&app).await;
    let refused = desk
        .post(&format!("{PATH}?q=minji%40example.test"), &[("reason", " ")])
        .await
        .expect(422);
    assert!(refused.text.contains("12,300원"), "{}", refused.text);
    let written = app.written_by(&refused).await;
    let deeds: Vec<_> = written.iter().map(|row| row.deed).collect();
    assert_eq!(deeds, [StaffDeed::Searched]);
    // Of nobody in particular it is none, and nor is a filter that cannot be read.
    for query in ["?q=order-1", "?state=lost"] {
        let refused = desk
            .post(&format!("{PATH}{query}"), &[("reason", " ")])
            .await
            .expect(422);
        assert!(app.written_by(&refused).await.is_empty(), "{query}");
    }
}

#[tokio::test]
async fn lines_of_a_reason_are_counted_and_kept_as_they_were_typed() {
    let app = app::wish().without_workers().start().await;
    let desk = desk(&app).await;
    let typed = format!("{}\r\n{}", "가".repeat(250), "나".repeat(249));
    desk.post(PATH, &[("reason", typed.as_str())]).await.expect(200);
    let kept = audited(&app).await.remove(0).0.reason.unwrap();
    assert_eq!(kept, typed.replace("\r\n", "\n"));
}
