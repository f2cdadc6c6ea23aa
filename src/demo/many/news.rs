//! What shops were told of a payment and its refunds: nearly always at once, sometimes at a second try, a few never.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use loco_rs::{Error, Result};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use secrecy::SecretString;

use super::dice::Dice;
use crate::ids::{AttemptId, DeliveryId, PartnerId};
use crate::models::kinds::DeliveryStatus;
use crate::models::{partner_events, webhook_attempts, webhook_deliveries, webhook_endpoints};
use crate::notifications::webhooks::past::{Delivery, Told};
use crate::notifications::webhooks::sequence::is_told;
use crate::notifications::webhooks::sign::{Headers, living_secrets};
use crate::notifications::webhooks::{Failure, schedule};
use crate::services::Services;
use crate::transfers::TransferError;
use crate::views::api::EventBody;

/// Attempts that fail before one does not, and how often of a thousand.
const FAILURES: [(u64, i64); 4] = [(980, 0), (15, 1), (3, 2), (2, schedule::ATTEMPTS)];

/// The endpoints of the shops, with what signs there.
pub struct Listeners(HashMap<PartnerId, Vec<Listener>>);

struct Listener {
    row: webhook_endpoints::Model,
    secrets: Vec<SecretString>,
}

impl Listeners {
    pub async fn of(services: &Services, shops: Vec<PartnerId>) -> Result<Self> {
        let endpoints = webhook_endpoints::Entity::find()
            .filter(webhook_endpoints::Column::PartnerId.is_in(shops))
            .all(services.db.read())
            .await?;
        let mut all: HashMap<PartnerId, Vec<Listener>> = HashMap::new();
        for row in endpoints {
            let secrets = living_secrets(&services.sealer, &row, row.created_at).map_err(Error::wrap)?;
            all.entry(row.partner_id).or_default().push(Listener { row, secrets });
        }
        Ok(Self(all))
    }

    /// What was told of one payment and its refunds until a moment; what was not waits.
    pub fn tell(
        &self,
        news: Vec<partner_events::Model>,
        until: DateTime<Utc>,
        dice: &mut Dice,
    ) -> Result<Vec<Told>, TransferError> {
        let partner = news.first().map(|event| event.partner_id);
        let told = news.into_iter().map(|event| Told {
            event,
            deliveries: Vec::new(),
        });
        let mut told: Vec<Told> = told.collect();
        for listener in partner.and_then(|partner| self.0.get(&partner)).into_iter().flatten() {
            // Nothing of a payment is told before what came before it has ended.
            let mut turn = DateTime::<Utc>::MIN_UTC;
            for one in told.iter_mut().filter(|one| is_told(&listener.row, &one.event)) {
                let delivery = listener.tell(&one.event, (turn, until), dice)?;
                turn = delivery.row.ended_at.or(delivery.row.next_attempt_at).unwrap_or(until);
                one.deliveries.push(delivery);
            }
        }
        Ok(told)
    }
}

impl Listener {
    fn tell(
        &self,
        event: &partner_events::Model,
        (turn, until): (DateTime<Utc>, DateTime<Utc>),
        dice: &mut Dice,
    ) -> Result<Delivery, TransferError> {
        let made_at = (event.created_at + dice.millis(5, 400)).min(until);
        let mut row = webhook_deliveries::Model {
            id: DeliveryId(dice.id(made_at)),
            endpoint_id: self.row.id,
            event_id: event.id,
            event_type: event.event_type,
            group_id: event.group_id,
            // It comes with the event's place.
            seq: 0,
            repeats_id: None,
            status: DeliveryStatus::Pending,
            attempts: 0,
            next_attempt_at: Some((made_at + dice.millis(1, 200)).max(turn)),
            lease_until: None,
            created_at: made_at,
            ended_at: None,
        };
        let failures = dice.weighted(&FAILURES).unwrap_or_default();
        let mut attempts = Vec::new();
        while let Some(at) = row.next_attempt_at.filter(|at| *at < until) {
            row.attempts += 1;
            let is_failed = row.attempts <= failures;
            let attempt = self.attempt((event, &row), at, is_failed, dice)?;
            let ended_at = at + chrono::TimeDelta::milliseconds(attempt.took_ms.unwrap_or_default());
            attempts.push(attempt);
            let wait = schedule::wait(row.attempts, dice.between(-1_000, 1_000)).filter(|_| is_failed);
            row.next_attempt_at = wait.map(|wait| ended_at + wait);
            if wait.is_none() {
                let ended = if is_failed {
                    DeliveryStatus::Failed
                } else {
                    DeliveryStatus::Delivered
                };
                (row.status, row.ended_at) = (ended, Some(ended_at));
            }
        }
        Ok(Delivery { row, attempts })
    }

    fn attempt(
        &self,
        (event, delivery): (&partner_events::Model, &webhook_deliveries::Model),
        at: DateTime<Utc>,
        is_failed: bool,
        dice: &mut Dice,
    ) -> Result<webhook_attempts::Model, TransferError> {
        let body = serde_json::to_string(&EventBody::new(event)?)?;
        let headers = Headers::new(&self.secrets, EventBody::shown_id(event), at, &body);
        let (took_ms, answer, failure) = match is_failed {
            false => (dice.between(20, 400), Some((200, "ok")), None),
            true if dice.once_in(3) => (15_000, None, Some(Failure::Timeout)),
            true => {
                let answer = Some((503, "Service Unavailable"));
                (dice.between(20, 900), answer, Some(Failure::NotAccepted))
            }
        };
        Ok(webhook_attempts::Model {
            id: AttemptId(dice.id(at)),
            delivery_id: delivery.id,
            endpoint_id: delivery.endpoint_id,
            number: delivery.attempts,
            started_at: at,
            took_ms: Some(took_ms),
            response_status: answer.map(|(status, _)| status),
            failure: failure.map(|failure| failure.as_str().to_owned()),
            request_headers: serde_json::to_string(&headers)?,
            response_body: answer.map(|(_, text)| text.to_owned()),
        })
    }
}
