//! A partner's endpoints: made, found, listed. What changes one is in `endpoint_change`, its secrets in `secrets`.
//!
//! If the process dies before the commit, there is no endpoint, and the partner's repeated request makes it; after it,
//! the repeated request gets the stored answer with the secret, which is read from the endpoint and stored in no answer.

use futures::FutureExt;
use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait,
    IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::sign::{self, living_secrets};
use super::{Asker, Owner, WebhookError, target};
use crate::ids::{EndpointId, PartnerId};
use crate::models::kinds::{Deed, EndpointStatus, PartnerEventType};
use crate::models::partners;
use crate::models::webhook_endpoints::{ActiveModel, Column, Entity, Model};
use crate::services::Services;
use crate::transfers::find::Place;
use crate::transfers::idempotency::{IdempotencyKey, Operation};
use crate::transfers::once::{Answered, once};
use crate::views::api::EndpointBody;

pub const DESCRIPTION_LENGTH: usize = 100;

/// An endpoint as a partner asks for it.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    pub url: String,
    /// May be empty.
    pub description: String,
    /// Empty: all.
    pub event_types: Vec<PartnerEventType>,
}

/// An answer that shows a secret, which is not in its stored body.
#[derive(Debug)]
pub struct Revealed {
    pub endpoint_id: EndpointId,
    /// The endpoint as it was then, as JSON without its secret.
    pub body: String,
    /// `None` on a replay, when the secret that it told of has ended.
    pub secret: Option<SecretString>,
    pub replayed: bool,
}

/// What is stored under the key instead of the answer.
#[derive(Serialize, Deserialize)]
struct Stored {
    endpoint_id: Uuid,
    secret_id: String,
    body: String,
}

/// Makes an endpoint, once for a key.
///
/// # Errors
/// `Refused` for its URL, `TooMany`, the key's.
pub async fn create(
    services: &Services,
    asker: impl Into<Asker>,
    new: NewEndpoint,
    key: IdempotencyKey,
) -> Result<Revealed, WebhookError> {
    let asker = asker.into();
    let owner = asker.owner;
    target::check(&new.url, services.settings.webhooks.allow_private)?;
    let (id, secret) = (EndpointId::new(), sign::new_secret());
    let now = services.clock.now();
    let row = Model {
        id,
        partner_id: owner.partner_id,
        mode: owner.mode,
        url: new.url,
        description: new.description,
        event_types: words(&new.event_types),
        status: EndpointStatus::Active,
        paused_reason: None,
        secret_sealed: sign::seal(&services.sealer, id, &secret)?,
        previous_secret_sealed: None,
        previous_ends_at: None,
        failures: 0,
        failing_since: None,
        backoff_until: None,
        version: 1,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    };
    let most = services.settings.webhooks.endpoints_max;
    let answered = once(
        services,
        (owner.partner_id, Operation::CreateEndpoint),
        key,
        move |tx| {
            async move {
                must_have_room(tx, owner, most).await?;
                let stored = stored(&row, &secret)?;
                asker.record(tx, Deed::EndpointMade, (id.0, &row.url), now).await?;
                let row: ActiveModel = row.into_active_model().reset_all();
                Entity::insert(row).exec_without_returning(tx).await?;
                Ok::<_, WebhookError>(stored)
            }
            .boxed()
        },
    );
    reveal(services, owner, answered.await?).await
}

/// The words of a list of types, as the column holds them.
pub(super) fn words(types: &[PartnerEventType]) -> String {
    let words: Vec<_> = types.iter().map(|one| one.as_str()).collect();
    words.join(",")
}

/// The partner's row is locked, so that two at once do not both find room.
async fn must_have_room(tx: &DatabaseTransaction, owner: Owner, most: u64) -> Result<(), WebhookError> {
    let partner: Option<PartnerId> = partners::Entity::find_by_id(owner.partner_id)
        .select_only()
        .column(partners::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .one(tx)
        .await?;
    partner.ok_or(WebhookError::NotFound)?;
    let there = owned(owner).count(tx).await?;
    if there >= most {
        return Err(WebhookError::TooMany { most });
    }
    Ok(())
}

/// What the key's row keeps of an answer that shows this secret.
pub(super) fn stored(endpoint: &Model, secret: &SecretString) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Stored {
        endpoint_id: endpoint.id.0,
        secret_id: sign::secret_id(secret),
        body: serde_json::to_string(&EndpointBody::new(endpoint))?,
    })
}

/// The stored answer with its secret, which is read from the endpoint.
pub(super) async fn reveal(services: &Services, owner: Owner, answered: Answered) -> Result<Revealed, WebhookError> {
    let stored: Stored = serde_json::from_str(&answered.body)?;
    let endpoint_id = EndpointId(stored.endpoint_id);
    let secret = match find(services.db.read(), owner, endpoint_id).await {
        Ok(endpoint) => {
            let living = living_secrets(&services.sealer, &endpoint, services.clock.now())?;
            living
                .into_iter()
                .find(|secret| sign::secret_id(secret) == stored.secret_id)
        }
        // It was deleted since.
        Err(WebhookError::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(Revealed {
        endpoint_id,
        body: stored.body,
        secret,
        replayed: answered.replayed,
    })
}

/// The owner's endpoints that are not deleted.
pub(super) fn owned(owner: Owner) -> sea_orm::Select<Entity> {
    Entity::find()
        .filter(Column::PartnerId.eq(owner.partner_id))
        .filter(Column::Mode.eq(owner.mode))
        .filter(Column::Status.ne(EndpointStatus::Deleted))
}

/// # Errors
/// `NotFound` when it is another owner's, or deleted.
pub async fn find<C: ConnectionTrait>(db: &C, owner: Owner, id: EndpointId) -> Result<Model, WebhookError> {
    let found = owned(owner).filter(Column::Id.eq(id)).one(db).await?;
    found.ok_or(WebhookError::NotFound)
}

/// As [`find`], its row locked for who changes it.
pub(super) async fn find_locked(tx: &DatabaseTransaction, owner: Owner, id: EndpointId) -> Result<Model, WebhookError> {
    let found = owned(owner).filter(Column::Id.eq(id)).lock_exclusive().one(tx).await?;
    found.ok_or(WebhookError::NotFound)
}

/// A page of the owner's endpoints, newest first, with one row more than `limit` when there are more. Index
/// `(partner_id, id)`.
///
/// # Errors
/// The database's own.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    owner: Owner,
    after: Option<Place>,
    limit: u64,
) -> Result<Vec<Model>, DbErr> {
    let rest = after.map(|place| Condition::all().add(Column::Id.lt(place.id)));
    owned(owner)
        .filter(rest.unwrap_or_else(Condition::all))
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .all(db)
        .await
}

/// Writes what changed of a row that is locked; its version goes on by one.
pub(super) async fn write(
    tx: &DatabaseTransaction,
    known: Model,
    now: chrono::DateTime<chrono::Utc>,
    change: impl FnOnce(&mut ActiveModel) + Send,
) -> Result<Model, WebhookError> {
    let version = known.version + 1;
    let mut row = known.into_active_model();
    change(&mut row);
    row.version = Set(version);
    row.updated_at = Set(now);
    Ok(Entity::update(row).exec(tx).await?)
}
