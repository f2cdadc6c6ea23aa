//! Texts of several lines at the desk: whatever form they are typed into, they are counted as their field counts them, and
//! kept as lines without letters that cannot be seen.

use naru::ids::Prefix;
use naru::models::kinds::{Role, StaffDeed};
use naru::models::{bank_windows, desk_notes, notices};
use sea_orm::EntityTrait;

use super::audit::dialog_of;
use super::desk_of;
use super::export::{PATH as EXPORT, ordered};
use crate::support::app;

/// What fills a field of so many letters, as a browser sends it: the end of a line is one letter of the field and two on
/// the way. One of the letters turns the reading round.
fn full(most: usize) -> String {
    let half = most / 2;
    format!("{}\r\n{}\u{202e}", "가".repeat(half), "나".repeat(most - half - 2))
}

fn kept(typed: &str) -> String {
    typed.replace("\r\n", "\n").replace('\u{202e}', "")
}

#[tokio::test]
async fn a_reason_that_fills_its_field_is_taken_and_its_lines_are_kept_whatever_it_is_for() {
    let app = app::wish().without_workers().start().await;
    let (shop, mandate) = app.shop_with_mandate().await;
    ordered(&shop, &mandate, "order-1", 12_300, "드립백 커피").await;
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let member = Prefix::Member.show(app.user_id("minji@example.test").await.0);
    let consent = format!("/cs/mandates/{mandate}");
    let partner = format!("/cs/partners/{}", Prefix::Partner.show(shop.id.0));
    let dialogs = [dialog_of(&lead, &consent).await, dialog_of(&lead, &partner).await];
    let [of_consent, of_partner] = dialogs
        .each_ref()
        .map(|dialog| vec![("dialog", dialog.as_str()), ("version", "1")]);
    let reason = full(500);
    for (path, seen, deed, status) in [
        (
            format!("/cs/members/{member}/unmask"),
            vec![("what", "person")],
            StaffDeed::Unmasked,
            200,
        ),
        (
            format!("{consent}/revocation"),
            of_consent,
            StaffDeed::MandateRevoked,
            303,
        ),
        (format!("{partner}/stop"), of_partner, StaffDeed::PartnerStopped, 303),
        (EXPORT.to_owned(), Vec::new(), StaffDeed::Exported, 200),
    ] {
        let fields = [seen.as_slice(), &[("reason", reason.as_str())]].concat();
        lead.post(&path, &fields).await.expect(status);
        let written = app.deeds_of(deed).await;
        let first = written.first().expect("the deed is in the audit");
        assert_eq!(first.reason, Some(kept(&reason)), "{path}");
    }
}

#[tokio::test]
async fn a_reason_for_what_the_bank_may_be_asked_keeps_its_lines_as_well() {
    let app = app::wish().without_workers().start().await;
    let operator = desk_of(&app, "ops@example.test", Role::Operator).await;
    let reason = full(500);
    let sends = async |shown: &str, path: &str, deed: StaffDeed, seen: &[(&str, &str)]| {
        let dialog = dialog_of(&operator, shown).await;
        let said = [("dialog", dialog.as_str()), ("reason", reason.as_str())];
        operator.post(path, &[said.as_slice(), seen].concat()).await.expect(303);
        let written = app.deeds_of(deed).await;
        let first = written.first().expect("the deed is in the audit");
        assert_eq!(first.reason, Some(kept(&reason)), "{path}");
    };
    let limits = "/cs/bank/limits/bank";
    let fewer = [("version", "1"), ("per_sec", "40")];
    sends(limits, limits, StaffDeed::LimitsChanged, &fewer).await;
    let new = "/cs/bank/windows/new";
    let days = [
        ("kind", "once"),
        ("from", "2036-11-25T14:03"),
        ("until", "2036-11-25T15:03"),
    ];
    sends(new, new, StaffDeed::WindowEntered, &days).await;
    let window = bank_windows::Entity::find().one(app.services.db.read()).await.unwrap();
    let shown = format!("/cs/bank/windows/{}", window.unwrap().id.0.simple());
    let ended = format!("{shown}/end");
    sends(&shown, &ended, StaffDeed::WindowEnded, &[("version", "1")]).await;
}

#[tokio::test]
async fn a_note_and_an_announcement_that_fill_their_fields_are_taken_and_keep_their_lines() {
    let app = app::wish().without_workers().start().await;
    let member = Prefix::Member.show(app.member("minji@example.test").await.0);
    let lead = desk_of(&app, "lead@example.test", Role::CsLead).await;
    let notes = format!("/cs/members/{member}/notes");
    let (dialog, body) = (dialog_of(&lead, &notes).await, full(1_000));
    lead.post(&notes, &[("dialog", &dialog), ("body", &body)])
        .await
        .expect(303);
    let note = desk_notes::Entity::find().one(app.services.db.read()).await.unwrap();
    assert_eq!(note.unwrap().body, kept(&body));

    let body = full(5_000);
    let dialog = dialog_of(&lead, "/cs/notices/new").await;
    let fields = [
        ("dialog", dialog.as_str()),
        ("title_ko", "점검 안내"),
        ("title_en", "Maintenance"),
        ("body_ko", body.as_str()),
        ("body_en", "Tomorrow."),
    ];
    lead.post("/cs/notices/new", &fields).await.expect(303);
    let notice = notices::Entity::find().one(app.services.db.read()).await.unwrap();
    assert_eq!(notice.unwrap().body_ko, kept(&body));
}
