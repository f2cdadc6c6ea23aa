//! One payment as its member follows it: each step in plain words, whether money moved, and the sheet of paper.

use chrono::TimeDelta;
use naru::clock::{Clock, kst_date};
use naru::ids::{Prefix, TransferId};
use naru::transfers::{execute, inquire};
use serde_json::json;

use super::{charged, consent, id_of};
use crate::support::app;
use crate::support::visitor::Browser;

async fn page(browser: &Browser, id: &str) -> String {
    browser.get(&format!("/payments/{id}")).await.expect(200).text
}

/// The address at which the page looks again.
fn looks_at(page: &str) -> Option<String> {
    // One that ended looks only where a stream tells it to.
    page.contains("hx-trigger=\"every").then_some(())?;
    let rest = page.split("hx-get=\"/payments/").nth(1)?;
    Some(format!("/payments/{}", rest.split('"').next()?.replace("&amp;", "&")))
}

fn transfer(id: &str) -> TransferId {
    let parsed = Prefix::Payment.parse(id).or(Prefix::Refund.parse(id));
    TransferId(parsed.expect("an id"))
}

#[tokio::test]
async fn a_payment_tells_its_steps_looks_again_while_it_moves_and_stops_when_it_ended() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    let queued = page(&browser, &id).await;
    for part in [
        "나루가 결제 요청을 받았어요",
        "은행에 보낼 차례를 기다리고 있어요",
        "출금되지 않았어요",
        "aria-current=\"step\"",
        "hx-trigger=\"every 3s, live\"",
        &format!("href=\"/payments/{id}\">다시 보기"),
    ] {
        assert!(queued.contains(part), "{part}: {queued}");
    }
    let look = looks_at(&queued).expect("it looks again");
    let same = browser.get(&look).await.expect(204);
    assert_eq!(same.text, "");

    execute::execute(&app.services, transfer(&id)).await.unwrap();
    let part = browser.get(&look).await.expect(200).text;
    assert!(!part.contains("<html"), "{part}");
    for words in [
        "은행에 출금을 요청했어요",
        "은행이 출금을 확인했어요",
        "data-announce=\"출금됐어요",
    ] {
        assert!(part.contains(words), "{words}: {part}");
    }
    assert_eq!(looks_at(&part), None, "nothing more will change");
    assert!(!part.contains("다시 보기"));
}

#[tokio::test]
async fn an_unknown_payment_says_what_we_do_when_the_next_look_is_and_not_to_pay_again() {
    let app = app::wish()
        .without_workers()
        .settings(json!({ "bank": { "money_timeout_ms": 2_000 }, "inquiry": { "schedule_secs": "60" } }))
        .start()
        .await;
    let (shop, mandate, browser) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 19_099).await;
    execute::execute(&app.services, transfer(&id)).await.unwrap();
    app.advance(TimeDelta::seconds(61)).await;
    inquire::inquire(&app.services, transfer(&id)).await.unwrap();
    let page = page(&browser, &id).await;
    for part in [
        "은행의 응답을 받지 못했어요",
        "출금됐는지 은행에 다시 확인하고 있어요",
        "지금까지 1번 확인했어요",
        "다음 확인",
        "다시 결제하지 말아 주세요",
        "hx-trigger=\"every 15s, live\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let list = browser.get("/").await.expect(200).text;
    assert!(list.contains("확인이 필요해요") && list.contains(&id), "{list}");
}

#[tokio::test]
async fn a_payment_that_waits_for_the_end_of_maintenance_says_until_when() {
    // The account is linked a day before, for the bank links none meanwhile.
    let tomorrow = kst_date(Clock::system().now()).succ_opt().expect("a day");
    let weekday = tomorrow.format("%a").to_string().to_lowercase();
    let all_day = json!([{ "weekday": weekday, "from": "00:00:00", "to": "23:59:59.999999" }]);
    let app = app::wish()
        .with_a_stopped_clock()
        .without_workers()
        .settings(json!({ "bank": { "maintenance": all_day } }))
        .start()
        .await;
    let (shop, mandate, browser) = consent(&app).await;
    app.clock.advance(TimeDelta::days(1));
    browser.sign_in("minji@example.test").await.expect(303);
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    let page = page(&browser, &id).await;
    assert!(
        page.contains("은행 점검이 끝나면 보내요") && page.contains("23:59"),
        "{page}"
    );
}

#[tokio::test]
async fn each_refund_has_its_own_story_and_what_is_left_to_give_back_is_told() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    execute::execute(&app.services, transfer(&id)).await.unwrap();
    let mut refunds = Vec::new();
    for (key, amount) in [("r1", 2_300), ("r2", 1_000)] {
        let made = shop
            .api
            .post(
                &format!("/payments/{id}/refunds"),
                key,
                &json!({ "amount": amount, "reason": "단순 변심" }),
            )
            .await;
        refunds.push(id_of(&made.expect(202).json()));
    }
    execute::execute(&app.services, transfer(&refunds[0])).await.unwrap();
    let seen = page(&browser, &id).await;
    assert!(looks_at(&seen).is_some(), "a refund still moves");
    for part in [
        "환불금이 입금됐어요",
        "환불금이 입금되지 않았어요",
        "환불 가능 금액",
        "9,000원",
        &refunds[0],
        &refunds[1],
    ] {
        assert!(seen.contains(part), "{part}: {seen}");
    }
    execute::execute(&app.services, transfer(&refunds[1])).await.unwrap();
    let look = looks_at(&seen).unwrap();
    let part = browser.get(&look).await.expect(200).text;
    assert_eq!(looks_at(&part), None);
    assert!(part.contains("3,300원"), "{part}");
}

#[tokio::test]
async fn a_receipt_says_paid_only_of_what_was_and_lists_the_refunds() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, browser) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    let path = format!("/payments/{id}/receipt");
    let waiting = browser.get(&path).await.expect(200).text;
    assert!(
        !waiting.contains("결제가 완료되어") && waiting.contains("출금되지 않은 거래입니다"),
        "{waiting}"
    );
    execute::execute(&app.services, transfer(&id)).await.unwrap();
    let made = shop
        .api
        .post(
            &format!("/payments/{id}/refunds"),
            "r1",
            &json!({ "amount": 2_300, "reason": "단순 변심" }),
        )
        .await;
    let refund = id_of(&made.expect(202).json());
    execute::execute(&app.services, transfer(&refund)).await.unwrap();
    let trace = app.every_transfer().await[0].trace_number.clone().unwrap();
    let paid = browser.get(&path).await.expect(200).text;
    for part in [
        "결제가 완료되어",
        "나루상점",
        "12,300원",
        "2,300원",
        "10,000원",
        "30200012*****",
        "김민지",
        "order-1",
        &trace,
        &id,
        "data-print hidden",
    ] {
        assert!(paid.contains(part), "{part}: {paid}");
    }
    let of_refund = browser
        .get(&format!("/payments/{refund}/receipt"))
        .await
        .expect(200)
        .text;
    assert!(
        of_refund.contains("환불이 완료되어") && of_refund.contains(&id),
        "{of_refund}"
    );
    let failed = charged(&shop, &mandate, "order-2", 19_001).await;
    execute::execute(&app.services, transfer(&failed)).await.unwrap();
    let failed = browser
        .get(&format!("/payments/{failed}/receipt"))
        .await
        .expect(200)
        .text;
    assert!(
        !failed.contains("완료되어") && failed.contains("출금되지 않은 거래입니다"),
        "{failed}"
    );
}

#[tokio::test]
async fn another_members_payment_has_no_page_no_progress_and_no_receipt() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate, _) = consent(&app).await;
    let id = charged(&shop, &mandate, "order-1", 12_300).await;
    let (_, stranger) = app.member_browser("junho@example.test").await;
    for path in ["", "/progress", "/progress?mark=1", "/receipt"] {
        stranger.get(&format!("/payments/{id}{path}")).await.expect(404);
    }
    let nobody = app.browser();
    let to = nobody.get(&format!("/payments/{id}/receipt")).await.expect(303);
    assert!(to.header("location").starts_with("/sign-in"));
}
