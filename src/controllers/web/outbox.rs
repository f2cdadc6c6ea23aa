//! `/dev/outbox`: the messages that were kept instead of being sent. There is no such page where they are sent, and
//! production refuses to start with a sender that keeps them.

use axum::response::Response;
use loco_rs::controller::Routes;

use super::context::Visit;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::views::web::outbox::{Outbox, OutboxMessage};

pub fn routes() -> Routes {
    Routes::new().add("/dev/outbox", get(show))
}

async fn show(visit: Visit) -> Result<Response, PageError> {
    let outbox = visit.services.sms.outbox().ok_or(PageError::not_found())?;
    let messages = outbox.messages().into_iter().map(|kept| OutboxMessage {
        at: kept.at,
        to: kept.to.masked(),
        text: kept.text,
    });
    visit.show(&Outbox {
        messages: messages.collect(),
    })
}
