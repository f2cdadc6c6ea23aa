//! A record that is shown whole is masked again after its minute, whatever happens, and the way back does not bring it.

use naru::ids::Prefix;
use naru::models::kinds::{Role, StaffDeed};
use naru::models::staff_audit;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::support::app;
use crate::support::browser::run_browser_script;
use crate::support::people::{ACCOUNT, PASSWORD};

#[tokio::test]
async fn a_record_is_whole_for_a_minute_and_then_masked_again_by_itself() {
    let app = app::start().await;
    let member = app.member("minji@example.test").await;
    app.account(member, ACCOUNT).await;
    app.staff("cs@example.test", Role::Cs).await;
    let member = format!("/cs/members/{}", Prefix::Member.show(member.0));
    let env = [
        ("EMAIL", "cs@example.test"),
        ("PASSWORD", PASSWORD),
        ("MEMBER", member.as_str()),
        ("NUMBER", ACCOUNT),
    ];
    run_browser_script("unmask", &app.base, &env).await;
    let looks = staff_audit::Entity::find().filter(staff_audit::Column::Deed.eq(StaffDeed::Unmasked));
    assert_eq!(looks.count(app.services.db.read()).await.unwrap(), 4);
}
