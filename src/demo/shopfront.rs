//! What the demo's partner has set up, and what it sold at hosted checkouts, made by the verbs of the console and the pages.
//!
//! Nobody listens at its webhook endpoint: it is paused, so that nothing is called, and what happens is kept for whoever
//! starts a receiver and lets it go on. It hears of refunds, reviews and checkouts alone, which are few.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use tracing::Instrument;

use super::history::{self, Past};
use super::people::BEGAN_DAYS_AGO;
use crate::ids::{CheckoutId, PartnerId};
use crate::log;
use crate::models::kinds::{CheckoutStatus, EndpointStatus, Mode, PartnerEventType};
use crate::models::{checkouts as rows, mandates};
use crate::money::Won;
use crate::notifications::webhooks::Owner;
use crate::notifications::webhooks::endpoint_change;
use crate::notifications::webhooks::endpoints::{self, NewEndpoint};
use crate::partners::checkouts::{self, NewCheckout};
use crate::partners::{checkout_expiry, return_urls};
use crate::transfers::accept_checkout::{self, ConfirmError, Confirmation};
use crate::transfers::idempotency::IdempotencyKey;

const RETURN_URL: &str = "https://shop.example/orders/paid";
const ENDPOINT_URL: &str = "https://shop.example/webhooks/naru";
const TOLD: [PartnerEventType; 5] = [
    PartnerEventType::RefundSucceeded,
    PartnerEventType::RefundFailed,
    PartnerEventType::PaymentNeedsReview,
    PartnerEventType::CheckoutCompleted,
    PartnerEventType::CheckoutExpired,
];
/// The order of a checkout that the member confirmed, and of one that was left alone.
const CONFIRMED: (&str, i64, &str) = ("NR-H001", 27_500, "원두 선물 세트");
const LEFT: (&str, i64, &str) = ("NR-H002", 14_000, "머그컵 2개");

/// Where members return to and where the partner is told, before anything happens.
pub(super) async fn set_up(past: &Past, partner: PartnerId) -> Result<()> {
    let (services, db) = (&past.services, past.services.db.read());
    past.go_to(BEGAN_DAYS_AGO - 1, 11, 0);
    if return_urls::list(db, partner).await?.is_empty() {
        return_urls::add(services, partner, RETURN_URL)
            .await
            .map_err(Error::wrap)?;
    }
    let owner = Owner {
        partner_id: partner,
        mode: Mode::Test,
    };
    let mut known = endpoints::list(db, owner, None, 1).await?;
    if known.is_empty() {
        let new = NewEndpoint {
            url: ENDPOINT_URL.to_owned(),
            description: "주문 서버".to_owned(),
            event_types: TOLD.to_vec(),
        };
        let key = IdempotencyKey::new("demo-endpoint".to_owned(), &json!(ENDPOINT_URL));
        endpoints::create(services, owner, new, key)
            .await
            .map_err(Error::wrap)?;
        known = endpoints::list(db, owner, None, 1).await?;
    }
    // As it was made, and nobody's doing since: also after a start that ended in between.
    let as_made = known
        .iter()
        .find(|endpoint| endpoint.url == ENDPOINT_URL && endpoint.version == 1)
        .filter(|endpoint| endpoint.status == EndpointStatus::Active);
    if let Some(endpoint) = as_made {
        endpoint_change::pause(services, owner, endpoint.id)
            .await
            .map_err(Error::wrap)?;
    }
    Ok(())
}

/// A checkout that the member confirmed, and one whose time passed. A start that ended in between is completed: the same
/// keys open the same checkouts.
pub(super) async fn sell(past: &Past, partner: PartnerId) -> Result<()> {
    let over = rows::Entity::find()
        .filter(rows::Column::PartnerId.eq(partner))
        .filter(rows::Column::OrderId.is_in([CONFIRMED.0, LEFT.0]))
        .filter(rows::Column::Status.ne(CheckoutStatus::Open))
        .count(past.services.db.read())
        .await?;
    if over == 2 {
        return Ok(());
    }
    past.go_to(2, 15, 0);
    let checkout = open(past, partner, CONFIRMED).await?;
    past.advance(TimeDelta::minutes(2));
    let work = pay(past, partner, checkout).instrument(log::work("demo"));
    work.await?;

    past.go_to(1, 20, 0);
    open(past, partner, LEFT).await?;
    past.advance(TimeDelta::seconds(past.services.settings.limits.checkout_expires_secs));
    checkout_expiry::expire_due(&past.services).await?;
    Ok(())
}

async fn open(past: &Past, partner: PartnerId, (order, won, description): (&str, i64, &str)) -> Result<CheckoutId> {
    let asked = NewCheckout {
        partner_id: partner,
        mode: Mode::Test,
        order_id: order.to_owned(),
        amount: Won::new(won),
        description: description.to_owned(),
        return_url: RETURN_URL.to_owned(),
        metadata: BTreeMap::new(),
    };
    let key = IdempotencyKey::new(format!("demo-{order}"), &json!(order));
    let render = Box::new(|checkout: &rows::Model| serde_json::to_string(&checkout.id.0));
    let answered = checkouts::open(&past.services, asked, key, render)
        .await
        .map_err(Error::wrap)?;
    Ok(CheckoutId(serde_json::from_str(&answered.body)?))
}

/// The member of the partner's mandate confirms with the account that it is for.
async fn pay(past: &Past, partner: PartnerId, checkout: CheckoutId) -> Result<()> {
    let mandate = mandates::Model::of_partner((partner, Mode::Test))
        .filter(mandates::Column::AccountId.is_not_null())
        .one(past.services.db.read())
        .await?;
    let payer = mandate.and_then(|mandate| mandate.member_id.zip(mandate.account_id));
    let (member, account) = payer.ok_or_else(|| Error::Message("the demo partner has no mandate".to_owned()))?;
    let confirmation = Confirmation {
        checkout,
        member,
        account,
        request_id: None,
    };
    match accept_checkout::confirm(&past.services, confirmation).await {
        Ok(confirmed) => history::bring_to_an_end(past, confirmed.payment)
            .await
            .map_err(Error::wrap),
        // An earlier start opened it and ended, a day ago or more.
        Err(ConfirmError::Expired) => Ok(()),
        Err(other) => Err(Error::wrap(other)),
    }
}
