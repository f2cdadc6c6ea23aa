//! JSON bodies of the partner API. Their names are a contract: `docs/api.md`.

mod delivery;
mod endpoint;
mod event;
mod mandate;
mod timeline;
mod transfer;

pub use delivery::{DeliveryBody, DeliveryDetailBody};
pub use endpoint::EndpointBody;
pub use event::EventBody;
pub use mandate::MandateBody;
pub use timeline::TimelineEntry;
pub use transfer::{PaymentBody, RefundBody};

use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;

use crate::bank::BankCode;
use crate::clock::kst;

/// A page of a list, newest first.
#[derive(Serialize)]
pub struct ListBody<T> {
    pub data: Vec<T>,
    pub has_more: bool,
    pub next_cursor: Option<String>,
}

/// The bank of an account.
#[derive(Serialize)]
pub struct BankBody {
    pub code: String,
    pub name: &'static str,
}

impl BankBody {
    fn new(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            name: BankCode::new(code).name(),
        }
    }
}

/// Times leave with Korea's offset, as everybody here reads them.
fn shown(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&kst())
}

fn shown_if(at: Option<DateTime<Utc>>) -> Option<DateTime<FixedOffset>> {
    at.map(shown)
}
