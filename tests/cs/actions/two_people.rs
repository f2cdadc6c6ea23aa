//! The money goes at the word of two, and who they are is looked at when it goes.

use naru::desk::action::{Act, ActionError};
use naru::desk::approvals::{self, Asked};
use naru::desk::audit::By;
use naru::desk::let_out;
use naru::desk::people::{self, NewStaff};
use naru::ids::{DialogId, UserId};
use naru::models::kinds::Role;
use naru::models::kinds::StaffDeed::{RefundAsked, RefundRejected, StaffChanged, StaffLetOut};

use super::approvals::{strict, waiting};
use super::{Opened, REASON, agent, deposits, lead, paid, refunds, words_of_deeds};
use crate::support::app::TestApp;
use crate::support::visitor::Browser;

/// Somebody asks for a refund of so much that another decides.
async fn ask(browser: &Browser, payment: &str) {
    let open = Opened::at(browser, payment, "refund").await;
    open.refund(browser, "20000").await.expect(303);
}

async fn leaves(app: &TestApp, email: &str) {
    let left = let_out::let_out(&app.services, email, "퇴사".to_owned()).await;
    left.expect("they are let out");
}

#[tokio::test]
async fn who_asked_and_may_not_any_more_is_no_second_word() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let lead = lead(&app, "lead").await;
    let (gone, changed) = (agent(&app, "gone").await, agent(&app, "changed").await);
    let refused = async || {
        let open = Opened::at(&lead, &id, "approval").await;
        let page = open.decide(&lead, "approve").await.expect(409).text;
        assert!(page.contains("이제 환불 권한이 없어서"), "{page}");
        assert_eq!((waiting(&app).await, deposits(&app).await), (1, 0));
        // It is out of the way once it is rejected.
        open.decide(&lead, "reject").await.expect(303);
    };
    ask(&gone, &id).await;
    leaves(&app, "gone@example.test").await;
    refused().await;
    ask(&changed, &id).await;
    let wanted = NewStaff {
        email: "changed@example.test".to_owned(),
        name: "박상담".to_owned(),
        role: Role::Auditor,
    };
    people::let_in(&app.services, wanted).await.expect("another role");
    refused().await;
    assert!(refunds(&api, &id).await.is_empty());
    assert_eq!(
        words_of_deeds(&app).await,
        [
            RefundAsked,
            StaffLetOut,
            RefundRejected,
            RefundAsked,
            StaffChanged,
            RefundRejected
        ]
    );
}

#[tokio::test]
async fn who_approves_is_looked_at_in_the_transaction_that_makes_the_refund() {
    let app = strict().await;
    let (api, id) = paid(&app, 50_000).await;
    let payment = app.only_transfer().await;
    let desk = agent(&app, "cs").await;
    let other = app.staff("other@example.test", Role::Cs).await;
    let gone = app.staff("gone@example.test", Role::CsLead).await;
    ask(&desk, &id).await;
    leaves(&app, "gone@example.test").await;
    let row = approvals::waiting_for(app.services.db.read(), payment.id).await;
    let asked = Asked {
        payment_id: payment.id,
        id: row.unwrap().expect("it waits").id,
    };
    // As requests that were let in before the role was taken away.
    for staff in [other, gone, UserId::new()] {
        let act = Act {
            by: By {
                staff,
                request_id: None,
            },
            dialog: DialogId::new(),
            version: payment.version,
            reason: REASON.to_owned(),
        };
        let refused = approvals::approve(&app.services, act, asked).await;
        assert!(matches!(refused, Err(ActionError::MayNotApprove)), "{refused:?}");
    }
    assert!(refunds(&api, &id).await.is_empty());
    assert_eq!((waiting(&app).await, deposits(&app).await), (1, 0));
}
