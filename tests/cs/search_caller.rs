//! C51: one search box finds a payment by whatever a caller can name.

use naru::ids::{BankCallId, Prefix, TransferId};
use naru::members::withdrawal;
use naru::models::{bank_calls, members, users};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

use super::desk;
use super::search::{found, history};
use crate::support::app;
use crate::support::people::{ACCOUNT, phone_of};

/// A text as a value of the address.
fn q(text: &str) -> String {
    let pair = serde_urlencoded::to_string([("q", text)]).unwrap();
    format!("?{pair}")
}

#[tokio::test]
async fn c51_a_payment_is_found_by_everything_that_a_caller_can_name() {
    let app = app::start().await;
    let [paid, failed, refund] = history(&app).await;
    let desk = desk(&app).await;
    let id = TransferId(Prefix::Payment.parse(&paid).unwrap());
    let rows = app.every_transfer().await;
    let row = rows.iter().find(|row| row.id == id).unwrap();
    let trace = row.trace_number.clone().unwrap();
    let request = row.request_id.as_ref().unwrap().to_string();
    let phone = phone_of("minji@example.test");
    let digits = phone.digits().to_owned();
    let (tail, hyphens) = (
        digits[7..].to_owned(),
        format!("{}-{}-{}", &digits[..3], &digits[3..7], &digits[7..]),
    );
    let with_hyphens = uuid::Uuid::try_parse(&paid[4..]).unwrap().to_string();
    let account = format!("{}-{}-{}", &ACCOUNT[..3], &ACCOUNT[3..7], &ACCOUNT[7..]);
    let (both, all) = (
        [refund.as_str(), paid.as_str()],
        [refund.as_str(), failed.as_str(), paid.as_str()],
    );
    for (text, expected) in [
        (paid.clone(), &both[..]),
        (paid.to_uppercase(), &both),
        (paid[4..].to_owned(), &both),
        (with_hyphens.to_uppercase(), &both),
        (format!("pay_{with_hyphens}"), &both),
        (format!("pay_…{}", &paid[28..]), &both[1..]),
        (paid[28..].to_uppercase(), &both[1..]),
        (format!("NARU {}", row.short_code), &both[1..]),
        (refund.clone(), &both[..1]),
        ("order-1".to_owned(), &both),
        (trace.to_lowercase(), &both[1..]),
        (request, &both[1..]),
        ("김민지".to_owned(), &all),
        (" Minji@Example.test ".to_owned(), &all),
        (tail, &all),
        (digits, &all),
        (hyphens, &all),
        (ACCOUNT.to_owned(), &all),
        (account, &all),
        ("12,300".to_owned(), &both[1..]),
        ("12300원".to_owned(), &both[1..]),
        ("19001".to_owned(), &all[1..2]),
        ("오늘".to_owned(), &all),
        ("어제".to_owned(), &[]),
        ("1999-01-01".to_owned(), &[]),
        ("이몽룡".to_owned(), &[]),
        ("nothing-like-it".to_owned(), &[]),
    ] {
        assert_eq!(found(&desk, &q(&text)).await, expected, "{text}");
    }
}

#[tokio::test]
async fn four_digits_are_the_end_of_a_phone_and_an_amount_and_the_page_says_so() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let html = desk.get("/cs/payments?q=2300").await.expect(200).text;
    for kind in ["전화번호 뒷자리", "금액", "주문번호"] {
        assert!(
            html.contains(&format!("<span class=\"meaning\">{kind}</span>")),
            "{kind}"
        );
    }
    assert_eq!(found(&desk, "?q=2300").await.len(), 1);
}

#[tokio::test]
async fn refunds_stand_in_the_row_of_their_payment() {
    let app = app::start().await;
    history(&app).await;
    let desk = desk(&app).await;
    let html = desk.get("/cs/payments?q=order-1&kind=payment").await.expect(200).text;
    assert!(html.contains("환불 1건") && html.contains("2,300원"), "{html}");
    assert!(html.contains("김*지") && !html.contains("김민지"));
}

#[tokio::test]
async fn the_end_of_a_phone_follows_its_number_and_goes_with_the_member() {
    let app = app::start().await;
    let member = app.member("minji@example.test").await;
    let tail = async || {
        let row = members::Entity::find_by_id(member).one(app.services.db.read()).await;
        row.unwrap().unwrap().phone_tail_index
    };
    let phone = phone_of("minji@example.test");
    assert_eq!(tail().await, Some(phone.tail_index(&app.services.sealer).unwrap()));
    let user = users::Entity::find_by_id(member).one(app.services.db.read()).await;
    let user = user.unwrap().unwrap();
    withdrawal::leave(&app.services, &user).await.unwrap();
    assert_eq!(tail().await, None);
}

#[tokio::test]
async fn the_trace_number_of_an_inquiry_finds_its_payment_as_well() {
    let app = app::start().await;
    let [paid, ..] = history(&app).await;
    let id = TransferId(Prefix::Payment.parse(&paid).unwrap());
    let inquiry = bank_calls::ActiveModel {
        id: Set(BankCallId::new()),
        transfer_id: Set(Some(id)),
        account_id: Set(None),
        operation: Set("inquire".to_owned()),
        trace_number: Set("20261125000000ABCDEF".to_owned()),
        trace_date: Set("20261125".to_owned()),
        attempt: Set(1),
        started_at: Set(app.services.clock.now()),
        ended_at: Set(None),
        proof: Set(None),
        outcome: Set(None),
        bank_code: Set(None),
        http_status: Set(None),
        request: Set(None),
        response: Set(None),
    };
    app.insert::<bank_calls::Entity>(inquiry).await;
    let desk = desk(&app).await;
    assert_eq!(found(&desk, "?q=20261125000000abcdef").await, [paid]);
}
