//! A hosted checkout, as a partner reads it.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;

use super::{shown, shown_if};
use crate::ids::Prefix;
use crate::models::checkouts;
use crate::models::kinds::{CheckoutStatus, Mode};

#[derive(Serialize)]
pub struct CheckoutBody {
    id: String,
    object: &'static str,
    status: CheckoutStatus,
    version: i64,
    order_id: String,
    amount: i64,
    currency: &'static str,
    description: String,
    return_url: String,
    /// Where the member confirms it; null in what is told of it, and once it is over.
    url: Option<String>,
    /// Null until a member confirms it.
    payment_id: Option<String>,
    metadata: BTreeMap<String, String>,
    created_at: DateTime<FixedOffset>,
    expires_at: DateTime<FixedOffset>,
    completed_at: Option<DateTime<FixedOffset>>,
    livemode: bool,
}

impl CheckoutBody {
    /// # Errors
    /// When the stored metadata is not what we stored.
    pub fn new(checkout: &checkouts::Model) -> Result<Self, serde_json::Error> {
        Ok(Self {
            id: Prefix::Checkout.show(checkout.id.0),
            object: "checkout",
            status: checkout.status,
            version: checkout.version,
            order_id: checkout.order_id.clone(),
            amount: checkout.amount_won,
            currency: "KRW",
            description: checkout.description.clone(),
            return_url: checkout.return_url.clone(),
            url: None,
            payment_id: checkout.payment_id.map(|id| Prefix::Payment.show(id.0)),
            metadata: checkout
                .metadata
                .as_deref()
                .map_or(Ok(BTreeMap::new()), serde_json::from_str)?,
            created_at: shown(checkout.created_at),
            expires_at: shown(checkout.expires_at),
            completed_at: shown_if(checkout.completed_at),
            livemode: checkout.mode == Mode::Live,
        })
    }

    /// With the link for the member, while it leads anywhere. `base` is our own address.
    #[must_use]
    pub fn with_link(self, base: &str) -> Self {
        let url = (self.status == CheckoutStatus::Open).then(|| format!("{base}/checkout/{}", self.id));
        Self { url, ..self }
    }
}
