//! An announcement as who may announce sees it, with who wrote which version.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::StaffVisit;
use super::notice_edit::stands;
use crate::clock::kst;
use crate::controllers::pages::PageError;
use crate::ids::{NoticeId, Prefix, UserId};
use crate::models::{notice_changes, notices, users};
use crate::views::cs::notices::{CsNotice, NoticeChange, Stands};
use crate::views::form::FieldErrors;

const CHANGES_SHOWN: u64 = 50;

/// The announcement as it is, with who wrote what of it.
pub(super) async fn present(visit: &StaffVisit, id: NoticeId) -> Result<CsNotice, PageError> {
    let found = notices::Entity::find_by_id(id).one(visit.db()).await?;
    let notice = found.ok_or(PageError::not_found())?;
    let changes = notice_changes::Entity::find()
        .filter(notice_changes::Column::NoticeId.eq(id))
        .order_by_desc(notice_changes::Column::Version)
        .limit(CHANGES_SHOWN)
        .all(visit.db())
        .await?;
    let actors = users::Entity::find()
        .filter(users::Column::Id.is_in(changes.iter().map(|change| change.actor_id)))
        .all(visit.db())
        .await?;
    let names: HashMap<UserId, String> = actors.into_iter().map(|user| (user.id, user.name)).collect();
    let typed_moment = |at: DateTime<Utc>| at.with_timezone(&kst()).format("%Y-%m-%dT%H:%M").to_string();
    let is_running = stands(&notice, visit.services.clock.now()) != Stands::Ended;
    Ok(CsNotice {
        id: Some(Prefix::Notice.show(id.0)),
        version: notice.version,
        dialog: String::new(),
        from: typed_moment(notice.visible_from),
        until: notice.visible_until.map(typed_moment).unwrap_or_default(),
        title_ko: notice.title_ko,
        title_en: notice.title_en,
        body_ko: notice.body_ko,
        body_en: notice.body_en,
        important: notice.is_important,
        errors: FieldErrors::new(),
        changes: changes
            .into_iter()
            .map(|change| NoticeChange {
                version: change.version,
                actor_name: names.get(&change.actor_id).cloned().unwrap_or_default(),
                at: change.at,
            })
            .collect(),
        is_running,
    })
}
