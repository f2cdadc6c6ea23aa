//! Things that have an owner, for the routes that name them.

use chrono::TimeDelta;
use naru::ids::{NoticeId, PartnerId, Prefix, SessionId, TransferId, UserId, WindowId};
use naru::members::devices::Device;
use naru::members::sessions;
use naru::models::kinds::WindowKind;
use naru::models::{bank_windows, notices, partner_keys, transfers, users};
use naru::notifications::webhooks::sequence;
use naru::partners::return_urls;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::http::Api;
use crate::support::people::Shop;

impl TestApp {
    /// An endpoint, an event that it is to be told, and the delivery: their ids.
    pub(super) async fn told_things(&self, shop: &Shop) -> [String; 3] {
        let body = json!({ "url": "http://127.0.0.1:9/" });
        let endpoint = shop
            .api
            .post("/webhook-endpoints", "key-3", &body)
            .await
            .expect(201)
            .json();
        let endpoint = endpoint["id"].as_str().expect("an id").to_owned();
        let path = format!("/webhook-endpoints/{endpoint}");
        shop.api
            .post(&format!("{path}/test"), "key-4", &json!({}))
            .await
            .expect(202);
        sequence::sequence(&self.services).await.expect("it has a place");
        let deliveries = shop.api.get(&format!("{path}/deliveries")).await.expect(200).json();
        let shown = |name: &str| deliveries["data"][0][name].as_str().expect("an id").to_owned();
        [endpoint, shown("event_id"), shown("id")]
    }

    pub(super) async fn key_of(&self, partner: PartnerId) -> String {
        let keys = partner_keys::Entity::find().filter(partner_keys::Column::PartnerId.eq(partner));
        let key = keys.one(self.services.db.read()).await.expect("the database answers");
        Prefix::Key.show(key.expect("it has one").id.0)
    }

    pub(super) async fn return_url_of(&self, partner: PartnerId) -> String {
        let url = return_urls::add(&self.services, partner, "https://shop.example/done").await;
        Prefix::ReturnUrl.show(url.expect("it is registered").id.0)
    }

    pub(crate) async fn transfer(&self, id: TransferId) -> transfers::Model {
        let all = self.every_transfer().await;
        let found = all.into_iter().find(|transfer| transfer.id == id);
        found.expect("the transfer is there")
    }

    /// A session of theirs on another device.
    pub(super) async fn session_of(&self, user: UserId) -> SessionId {
        let user = users::Entity::find_by_id(user).one(self.services.db.read()).await;
        let user = user.expect("the database answers").expect("the user is there");
        let session = sessions::begin(&self.services, user, Device::default()).await;
        session.expect("a session").id
    }

    /// A maintenance of the bank that is far away.
    pub async fn bank_window(&self) -> String {
        let now = self.services.clock.now();
        let window = bank_windows::Model {
            id: WindowId::new(),
            bank_code: "011".to_owned(),
            kind: WindowKind::Once,
            starts_at: now + TimeDelta::days(300),
            ends_at: now + TimeDelta::days(301),
            reason: "점검".to_owned(),
            author_id: UserId::new(),
            version: 1,
            created_at: now,
            ended_at: None,
        };
        let id = window.id.0.simple().to_string();
        self.insert::<bank_windows::Entity>(window.into_active_model().reset_all())
            .await;
        id
    }

    /// An announcement that everybody may read.
    pub(super) async fn announcement(&self) -> String {
        let (id, now) = (NoticeId::new(), self.services.clock.now());
        let notice = notices::Model {
            id,
            title_ko: "점검".to_owned(),
            title_en: "Maintenance".to_owned(),
            body_ko: "새벽에 점검해요.".to_owned(),
            body_en: "At night.".to_owned(),
            is_important: false,
            visible_from: now,
            visible_until: None,
            author_id: UserId::new(),
            version: 1,
            created_at: now,
        };
        self.insert::<notices::Entity>(notice.into_active_model().reset_all())
            .await;
        Prefix::Notice.show(id.0)
    }
}

/// What a shop has asked for; answers with its id.
pub(super) async fn made(api: &Api, path: &str, body: &Value) -> String {
    let made = api.post(path, "made", body).await.expect(201).json();
    made["id"].as_str().expect("an id").to_owned()
}
