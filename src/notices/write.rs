//! Writing an announcement, changing it, and ending it. Each version is kept with who made it and when.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel, QueryFilter};

use crate::ids::{ChangeId, NoticeId, UserId};
use crate::models::{notice_changes, notices};
use crate::services::Services;

/// What is said, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub title_ko: String,
    pub title_en: String,
    pub body_ko: String,
    pub body_en: String,
    pub is_important: bool,
    pub visible_from: DateTime<Utc>,
    /// After `visible_from`.
    pub visible_until: Option<DateTime<Utc>>,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NoticeError {
    #[error("there is no such announcement")]
    NotFound,
    #[error("the announcement changed since it was looked at")]
    Changed,
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Writes a new announcement. What a form sends goes by `desk/announcements.rs`, which writes it once.
///
/// # Errors
/// The database's.
pub async fn publish(services: &Services, actor: UserId, content: Content) -> Result<NoticeId, NoticeError> {
    let now = services.clock.now();
    let id = services
        .db
        .write(move |tx| Box::pin(publish_within(tx, actor, content, now)))
        .await?;
    services.board.forget().await;
    Ok(id)
}

/// Writes a new announcement in a transaction. Once it is committed the board must forget what it knew.
///
/// # Errors
/// The database's.
pub async fn publish_within(
    tx: &DatabaseTransaction,
    actor: UserId,
    content: Content,
    now: DateTime<Utc>,
) -> Result<NoticeId, DbErr> {
    let notice = row(NoticeId::new(), (actor, now), 1, content);
    notices::Entity::insert(notice.clone().into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    keep(tx, &notice, actor, now).await?;
    Ok(notice.id)
}

/// Changes an announcement that the actor saw at this version.
///
/// # Errors
/// [`NoticeError`].
pub async fn edit(
    services: &Services,
    actor: UserId,
    id: NoticeId,
    version: i64,
    content: Content,
) -> Result<(), NoticeError> {
    let edited = move |known: notices::Model, _| {
        let first = (known.author_id, known.created_at);
        row(known.id, first, known.version, content)
    };
    change(services, actor, id, version, edited).await
}

/// Ends an announcement: from now on nobody sees it.
///
/// # Errors
/// [`NoticeError`].
pub async fn end(services: &Services, actor: UserId, id: NoticeId, version: i64) -> Result<(), NoticeError> {
    let ended = |notice: notices::Model, now| notices::Model {
        visible_until: Some(notice.visible_until.map_or(now, |until| until.min(now))),
        ..notice
    };
    change(services, actor, id, version, ended).await
}

/// An announcement at a version; `first` is who wrote it first, and when.
fn row(id: NoticeId, first: (UserId, DateTime<Utc>), version: i64, content: Content) -> notices::Model {
    let (author_id, created_at) = first;
    notices::Model {
        id,
        title_ko: content.title_ko,
        title_en: content.title_en,
        body_ko: content.body_ko,
        body_en: content.body_en,
        is_important: content.is_important,
        visible_from: content.visible_from,
        visible_until: content.visible_until,
        author_id,
        version,
        created_at,
    }
}

async fn change(
    services: &Services,
    actor: UserId,
    id: NoticeId,
    version: i64,
    make: impl FnOnce(notices::Model, DateTime<Utc>) -> notices::Model + Send + 'static,
) -> Result<(), NoticeError> {
    let now = services.clock.now();
    services
        .db
        .write(move |tx| {
            Box::pin(async move {
                let known = notices::Entity::find_by_id(id).one(tx).await?;
                let known = known.ok_or(NoticeError::NotFound)?;
                if known.version != version {
                    return Err(NoticeError::Changed);
                }
                let mut notice = make(known, now);
                notice.version = version + 1;
                let mut row = notice.clone().into_active_model().reset_all();
                row.id = sea_orm::ActiveValue::NotSet;
                let updated = notices::Entity::update_many()
                    .set(row)
                    .filter(notices::Column::Id.eq(id))
                    .filter(notices::Column::Version.eq(version))
                    .exec(tx)
                    .await?;
                if updated.rows_affected != 1 {
                    return Err(NoticeError::Changed);
                }
                keep(tx, &notice, actor, now).await?;
                Ok(())
            })
        })
        .await?;
    services.board.forget().await;
    Ok(())
}

async fn keep(
    tx: &DatabaseTransaction,
    notice: &notices::Model,
    actor: UserId,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let row = notice_changes::ActiveModel {
        id: Set(ChangeId::new()),
        notice_id: Set(notice.id),
        version: Set(notice.version),
        actor_id: Set(actor),
        at: Set(at),
        snapshot: Set(serde_json::to_string(notice).map_err(|error| DbErr::Json(error.to_string()))?),
    };
    notice_changes::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
