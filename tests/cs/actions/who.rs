//! Who may do which deed: the matrix says it, and an auditor does none.

use naru::desk::roles::Permission;
use naru::models::kinds::Role;

use super::super::desk_of;
use super::{REASON, deeds, paid, refunds};
use crate::support::app;

const DEEDS: [(&str, Permission); 6] = [
    ("refund", Permission::Refund),
    ("cancellation", Permission::Cancel),
    ("inquiry", Permission::AskBank),
    ("resend", Permission::ResendWebhooks),
    ("notes", Permission::Annotate),
    ("tags", Permission::Annotate),
];

#[tokio::test]
async fn each_role_does_what_the_matrix_allows_and_an_auditor_does_nothing() {
    let app = app::start().await;
    let (api, id) = paid(&app, 12_300).await;
    for role in [Role::Cs, Role::CsLead, Role::Operator, Role::Auditor] {
        let browser = desk_of(&app, &format!("{}@example.test", role.as_str()), role).await;
        let page = browser.get(&format!("/cs/payments/{id}")).await.expect(200).text;
        for (deed, permission) in DEEDS {
            let path = format!("/cs/payments/{id}/{deed}");
            let may = role.may(permission);
            // Without a version nobody does anything; whoever may is told that, the others are told no.
            let fields = [
                ("reason", REASON),
                ("amount", "1"),
                ("told", "환불"),
                ("body", "메모"),
                ("word", "vip"),
            ];
            let answer = browser.post(&path, &fields).await;
            let told = answer.status.as_u16();
            assert_eq!(told == 403, !may, "{role:?} {deed}: {told}");
            assert!(told == 403 || told == 412 || told == 422, "{role:?} {deed}: {told}");
            let only_looks = permission == Permission::Annotate;
            browser
                .get(&path)
                .await
                .expect(if may || only_looks { 200 } else { 403 });
        }
        let offers_refund = page.contains(&format!("/cs/payments/{id}/refund\""));
        assert_eq!(offers_refund, role.may(Permission::Refund), "{role:?}");
        let answer = browser
            .post(&format!("/cs/payments/{id}/tags/removal"), &[("word", "vip")])
            .await;
        assert_eq!(answer.status == 403, !role.may(Permission::Annotate), "{role:?}");
        browser.get(&format!("/cs/payments/{id}/approval")).await.expect(200);
        let answer = browser.post(&format!("/cs/payments/{id}/approval"), &[]).await;
        assert_eq!(answer.status == 403, !role.may(Permission::Refund), "{role:?}");
    }
    assert!(refunds(&api, &id).await.is_empty());
    assert!(deeds(&app).await.is_empty());
}
