//! What the demo tells everybody.

use chrono::TimeDelta;
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use crate::models::kinds::Role;
use crate::models::{notices, users};
use crate::notices::write::{self, Content};
use crate::services::Services;

/// Title and text in Korean and English, whether it is important, how many days ago it was said.
const ANNOUNCEMENTS: [(&str, &str, &str, &str, bool, i64); 2] = [
    (
        "NH농협은행 정기 점검 안내",
        "NH농협은행은 매일 자정부터 0시 30분까지 점검해요.\n\n점검 중에 접수한 결제는 점검이 끝난 뒤에 은행에 보내요. 같은 주문을 다시 결제하지 않아도 괜찮아요.",
        "NongHyup Bank’s regular maintenance",
        "NongHyup Bank is in maintenance every day from midnight to 00:30, Korean time.\n\nPayments received meanwhile go to the bank afterwards. There is no need to pay again.",
        false,
        9,
    ),
    (
        "체험용 나루예요. 실제 돈은 움직이지 않아요",
        "이 나루는 연습용 은행에 연결되어 있어요.\n\n결제와 환불, 계좌 연결을 마음껏 해 보세요. 실제 은행과 계좌에는 아무 일도 일어나지 않아요.",
        "This is a trial: no real money moves",
        "This Naru is connected to a simulated bank.\n\nTry payments, refunds and linking as you like. Nothing happens at any real bank or account.",
        true,
        1,
    ),
];

/// Announces, where nothing was announced yet.
pub(super) async fn write(services: &Services) -> Result<()> {
    let db = services.db.read();
    if notices::Entity::find().count(db).await? > 0 {
        return Ok(());
    }
    let author = users::Entity::find()
        .filter(users::Column::Role.eq(Role::Operator))
        .one(db)
        .await?
        .ok_or_else(|| Error::Message("the demo has no operator".to_owned()))?;
    for (title_ko, body_ko, title_en, body_en, is_important, days_ago) in ANNOUNCEMENTS {
        let content = Content {
            title_ko: title_ko.to_owned(),
            title_en: title_en.to_owned(),
            body_ko: body_ko.to_owned(),
            body_en: body_en.to_owned(),
            is_important,
            visible_from: services.clock.now() - TimeDelta::days(days_ago),
            visible_until: None,
        };
        write::publish(services, author.id, content)
            .await
            .map_err(Error::wrap)?;
    }
    Ok(())
}
