//! A new announcement of staff, once for the form that it was written in.
//!
//! If the process dies before the commit there is none, and the form may be sent again; after it, sending it again
//! announces nothing more.

use futures::FutureExt;
use uuid::Uuid;

use super::action::{self, Act, ActionError, Done};
use crate::ids::NoticeId;
use crate::models::kinds::StaffDeed;
use crate::notices::write::{self, Content};
use crate::services::Services;

/// What the form acts on: nothing that was there before.
const NOTHING: Uuid = Uuid::nil();

/// Announces. `filled_in` is the form as it was sent: a beginning that is left out is another moment in `content` each
/// time. Nothing is looked at for `act.version`, and `act.reason` is not kept.
///
/// # Errors
/// `ForeignDialog`, `SentOtherwise`; the database's own.
pub async fn publish(
    services: &Services,
    act: &Act,
    filled_in: [&str; 7],
    content: Content,
) -> Result<Done<NoticeId>, ActionError> {
    let now = services.clock.now();
    let sending = act.sending(StaffDeed::NoticeChanged, NOTHING, filled_in);
    let author = act.by.staff;
    let done = action::once(services, sending, move |tx| {
        async move {
            let id = write::publish_within(tx, author, content, now).await?;
            Ok((id.0.simple().to_string(), id))
        }
        .boxed()
    })
    .await?;
    services.board.forget().await;
    Ok(done)
}
