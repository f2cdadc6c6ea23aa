//! Members, partners and mandates for a test, made by the program's own verbs where it has them.

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use futures::FutureExt;
use naru::accounts::consent::ConsentText;
use naru::accounts::holder;
use naru::accounts::link::{self, Linked, NewLink};
use naru::accounts::request::LinkRequest;
use naru::bank::{AccountNumber, BankCode};
use naru::ids::{AccountId, KeyId, MandateId, PartnerId, Prefix, UserId};
use naru::members::phone::PhoneNumber;
use naru::members::sign_up::{self, SignUpForm};
use naru::models::kinds::{MandateStatus, Mode, Role};
use naru::models::{mandates, partner_keys, partner_users, partners, users};
use naru::partners::keys;
use naru::views::i18n::Language;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};

use super::app::TestApp;
use super::http::Api;
use super::visitor::Browser;

pub const PASSWORD: &str = "a-good-password-1";
/// [`PASSWORD`]'s. A hash says what it costs, and this one nearly nothing: a test signs in many times.
static QUICK_HASH: LazyLock<String> = LazyLock::new(|| {
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).expect("the least that there is");
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt = SaltString::encode_b64(&[7; 16]).expect("a salt");
    let hash = hasher.hash_password(PASSWORD.as_bytes(), &salt);
    hash.expect("a hash").to_string()
});

pub const ACCOUNT: &str = "3020001234567";

/// The phone of a member whom a test makes: another one for each email.
pub fn phone_of(email: &str) -> PhoneNumber {
    let hash = email.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    PhoneNumber::parse(&format!("010{:08}", hash % 100_000_000)).expect("a number")
}

/// A partner with a key of its own.
pub struct Shop {
    pub id: PartnerId,
    pub api: Api,
}

impl TestApp {
    pub async fn member(&self, email: &str) -> UserId {
        let form = SignUpForm {
            email: email.to_owned(),
            password: PASSWORD.into(),
            name: "김민지".to_owned(),
            nickname: String::new(),
            birth_date: "1994-03-02".to_owned(),
        };
        let member = sign_up::sign_up(&self.services, form, &phone_of(email)).await;
        let id = member.expect("the member signs up").id;
        let quick = users::ActiveModel {
            id: Set(id),
            password_hash: Set(QUICK_HASH.clone()),
            ..Default::default()
        };
        let update = self.services.db.write(move |tx| quick.update(tx).boxed());
        let changed: Result<_, DbErr> = update.await;
        changed.expect("the row is changed");
        id
    }

    pub async fn staff(&self, email: &str, role: Role) -> UserId {
        let id = UserId::new();
        let row = users::Model {
            id,
            email: email.to_owned(),
            password_hash: QUICK_HASH.clone(),
            role,
            name: "상담 담당".to_owned(),
            created_at: self.services.clock.now(),
            withdrawn_at: None,
        };
        self.insert::<users::Entity>(row.into_active_model().reset_all()).await;
        id
    }

    /// An account of the member, linked at the simulated bank.
    pub async fn account(&self, member: UserId, number: &str) -> AccountId {
        let request = LinkRequest {
            bank: BankCode::new("011"),
            number: AccountNumber::new(number),
            nickname: "생활비 통장".to_owned(),
        };
        let confirmed = holder::confirm(&self.services, member, request)
            .await
            .expect("the account is the member's");
        let new = NewLink {
            confirmed,
            agreed: ConsentText::today(Language::Ko),
            replaces: None,
        };
        let running = link::begin(&self.services, member, new).await.expect("the link begins");
        match running.end().await.expect("linking answers") {
            Linked::Active(account) => account.id,
            Linked::Pending { .. } => panic!("{number} was not linked"),
        }
    }

    pub async fn shop(&self, name: &str) -> Shop {
        let id = PartnerId::new();
        let now = self.services.clock.now();
        let key = format!("naru_sk_test_{}", id.0.simple());
        let partner = partners::ActiveModel {
            id: Set(id),
            name: Set(name.to_owned()),
            per_payment_limit_won: Set(None),
            daily_limit_won: Set(None),
            version: Set(1),
            created_at: Set(now),
            stopped_at: Set(None),
        };
        self.insert::<partners::Entity>(partner).await;
        let row = partner_keys::ActiveModel {
            id: Set(KeyId::new()),
            partner_id: Set(id),
            key_hash: Set(keys::hash(&key)),
            hint: Set(keys::hint(&key)),
            mode: Set(Mode::Test),
            name: Set("서버".to_owned()),
            scopes: Set(keys::all_scopes()),
            api_version: Set(keys::API_VERSION.to_owned()),
            replaces_id: Set(None),
            created_at: Set(now),
            last_used_at: Set(None),
            ends_at: Set(None),
        };
        self.insert::<partner_keys::Entity>(row).await;
        Shop {
            id,
            api: self.api(&key),
        }
    }

    /// Somebody who signs in for a shop, with the password of all people of tests.
    pub async fn partner_user(&self, shop: &Shop, email: &str) -> UserId {
        let id = self.staff(email, Role::Partner).await;
        let row = partner_users::ActiveModel {
            user_id: Set(id),
            partner_id: Set(shop.id),
            given_hash: Set(String::new()),
            created_at: Set(self.services.clock.now()),
        };
        self.insert::<partner_users::Entity>(row).await;
        id
    }

    /// A browser at the shop's console.
    pub async fn console(&self, shop: &Shop, email: &str) -> Browser {
        self.partner_user(shop, email).await;
        let browser = self.browser();
        browser.sign_in(email).await.expect(303);
        browser
    }

    /// An active mandate; answers with its `man_…` id.
    pub async fn mandate(&self, shop: &Shop, member: UserId, account: AccountId) -> String {
        let (id, now) = (MandateId::new(), self.services.clock.now());
        let row = mandates::ActiveModel {
            id: Set(id),
            partner_id: Set(shop.id),
            mode: Set(Mode::Test),
            member_id: Set(Some(member)),
            account_id: Set(Some(account)),
            status: Set(MandateStatus::Active),
            per_payment_limit_won: Set(1_000_000),
            daily_limit_won: Set(5_000_000),
            own_per_payment_limit_won: Set(None),
            own_daily_limit_won: Set(None),
            reference: Set(Some("customer-1".to_owned())),
            return_url: Set(None),
            version: Set(1),
            created_at: Set(now),
            expires_at: Set(None),
            activated_at: Set(Some(now)),
            revoked_at: Set(None),
        };
        self.insert::<mandates::Entity>(row).await;
        Prefix::Mandate.show(id.0)
    }

    /// A shop with a mandate on a linked account of a new member: where most tests begin.
    pub async fn shop_with_mandate(&self) -> (Shop, String) {
        let member = self.member("minji@example.test").await;
        let account = self.account(member, ACCOUNT).await;
        let shop = self.shop("나루상점").await;
        let mandate = self.mandate(&shop, member, account).await;
        (shop, mandate)
    }

    pub async fn insert<E: EntityTrait>(&self, row: E::ActiveModel)
    where
        E::ActiveModel: Send + 'static,
    {
        self.services
            .db
            .write(move |tx| {
                async move {
                    E::insert(row).exec_without_returning(tx).await?;
                    Ok::<(), DbErr>(())
                }
                .boxed()
            })
            .await
            .expect("the row is written");
    }
}
