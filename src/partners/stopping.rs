//! Staff stop a partner, and let it go on.
//!
//! A stopped partner's keys get `403 partner_stopped` for new payments, mandates and checkouts, and its hosted pages say
//! that nothing can be paid. Everything that was promised goes on: queued payments are carried out, for their 202 said so
//! and the shop has told its customer; refunds and cancellations go on, for they give money back; reads and webhooks go
//! on, for a shop that is cut off in the dark would charge again.
//!
//! No money moves here. If the process dies before the commit, nothing changed and the same dialog may be sent again;
//! after it, the partner stands so, its audit row is there, and sending the dialog again finds what it did.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::desk::audit::{self, By, Record, Subject};
use crate::desk::dialog::{self, Dialog, DialogError};
use crate::ids::{DialogId, PartnerId};
use crate::models::kinds::{StaffDeed, SubjectKind};
use crate::models::partners::{Column, Entity, Model};
use crate::services::Services;

/// What is wished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Stop,
    Resume,
}

impl Wish {
    #[must_use]
    pub const fn deed(self) -> StaffDeed {
        match self {
            Self::Stop => StaffDeed::PartnerStopped,
            Self::Resume => StaffDeed::PartnerResumed,
        }
    }
}

/// A dialog that was sent.
#[derive(Clone, Debug)]
pub struct Asked {
    pub by: By,
    pub partner: PartnerId,
    /// Of the page that the dialog stood on.
    pub version: i64,
    pub dialog: DialogId,
    pub reason: String,
}

/// Why a partner stands as it did. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum StoppingError {
    #[error("there is no such partner")]
    NotFound,
    /// Also: it stands so already.
    #[error("the partner is at version {current}")]
    Changed { current: i64 },
    #[error(transparent)]
    Dialog(#[from] DialogError),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// Stops the partner or lets it go on, once for a dialog; sending the dialog again changes nothing.
///
/// # Errors
/// [`StoppingError`].
pub async fn change(services: &Services, wish: Wish, asked: Asked) -> Result<(), StoppingError> {
    let now = services.clock.now();
    let partner = asked.partner.0.simple().to_string();
    let changed = services
        .db
        .write(move |tx| Box::pin(change_within(tx, wish, asked, now)))
        .await?;
    if changed {
        tracing::warn!(
            partner,
            deed = wish.deed().as_str(),
            "staff changed a partner's standing"
        );
    }
    Ok(())
}

/// Answers with whether something changed.
async fn change_within(
    tx: &DatabaseTransaction,
    wish: Wish,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<bool, StoppingError> {
    // First of all, so that a second sending of the dialog waits here for the first. SQLite has one writer.
    let found = Entity::find_by_id(asked.partner).lock_exclusive().one(tx).await?;
    let partner = found.ok_or(StoppingError::NotFound)?;
    let dialog = Dialog {
        id: asked.dialog,
        staff: asked.by.staff,
        deed: wish.deed(),
        subject: asked.partner.0,
    };
    if dialog::answered(tx, dialog).await?.is_some() {
        return Ok(false);
    }
    let stands_so = partner.stopped_at.is_some() == (wish == Wish::Stop);
    if partner.version != asked.version || stands_so {
        let current = partner.version;
        return Err(StoppingError::Changed { current });
    }
    write(tx, &partner, (wish == Wish::Stop).then_some(now)).await?;
    let subject = Subject::new(SubjectKind::Partner, asked.partner.0);
    let record = Record::of(wish.deed(), subject, &asked.reason);
    audit::record(tx, &asked.by, record, now).await?;
    dialog::keep(tx, dialog, wish.deed().as_str(), now).await?;
    Ok(true)
}

/// Compare-and-set on the version.
async fn write(
    tx: &DatabaseTransaction,
    partner: &Model,
    stopped_at: Option<DateTime<Utc>>,
) -> Result<(), StoppingError> {
    let update = Entity::update_many()
        .col_expr(Column::StoppedAt, Expr::value(stopped_at))
        .col_expr(Column::Version, Expr::value(partner.version + 1))
        .filter(Column::Id.eq(partner.id))
        .filter(Column::Version.eq(partner.version));
    if update.exec(tx).await?.rows_affected == 1 {
        Ok(())
    } else {
        let current = partner.version + 1;
        Err(StoppingError::Changed { current })
    }
}
