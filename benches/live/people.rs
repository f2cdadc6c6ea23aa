//! Members with a session each, some of whom a shop may charge.

use naru::accounts::consent::ConsentText;
use naru::accounts::holder;
use naru::accounts::link::{self, Linked, NewLink};
use naru::accounts::request::LinkRequest;
use naru::bank::{AccountNumber, BankCode};
use naru::ids::{KeyId, MandateId, PartnerId, Prefix, UserId};
use naru::members::devices::Device;
use naru::members::phone::PhoneNumber;
use naru::members::sessions;
use naru::members::sign_up::{self, SignUpForm};
use naru::models::kinds::{MandateStatus, Mode, Role};
use naru::models::{mandates, partner_keys, partners, sessions as session_rows, users};
use naru::partners::keys;
use naru::services::Services;
use naru::views::i18n::Language;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait, IntoActiveModel};
use secrecy::ExposeSecret;

use crate::Failed;
use crate::arguments::Arguments;

/// Rows of one statement.
const ROWS_AT_ONCE: usize = 500;

pub struct People {
    /// The access token of each member's session; of those who pay first.
    pub sessions: Vec<String>,
    /// Further sessions of members who pay.
    pub deaf: Vec<String>,
    pub mandates: Vec<String>,
    pub shop: PartnerId,
    pub key: String,
}

impl People {
    pub async fn make(services: &Services, arguments: &Arguments) -> Result<Self, Failed> {
        let (shop, key) = shop(services).await?;
        let mut members = Vec::new();
        let mut mandates = Vec::new();
        for number in 0..arguments.paying {
            let (member, mandate) = paying(services, shop, number).await?;
            members.push(member);
            mandates.push(mandate);
        }
        let paying = members.clone();
        members.extend(others(services, arguments.streams - arguments.paying).await?);
        let deaf = paying.iter().cycle().take(arguments.deaf).cloned().collect();
        Ok(Self {
            sessions: signed_in(services, members).await?,
            deaf: signed_in(services, deaf).await?,
            mandates,
            shop,
            key,
        })
    }
}

async fn insert<E: EntityTrait>(services: &Services, rows: Vec<E::ActiveModel>) -> Result<(), DbErr>
where
    E::ActiveModel: Send + 'static,
{
    let work = services.db.write(move |tx| {
        Box::pin(async move {
            let mut rows = rows.into_iter().peekable();
            while rows.peek().is_some() {
                let some: Vec<_> = rows.by_ref().take(ROWS_AT_ONCE).collect();
                E::insert_many(some).exec_without_returning(tx).await?;
            }
            Ok::<(), DbErr>(())
        })
    });
    work.await
}

async fn shop(services: &Services) -> Result<(PartnerId, String), Failed> {
    let (id, now) = (PartnerId::new(), services.clock.now());
    let key = format!("naru_sk_test_{}", id.0.simple());
    let partner = partners::ActiveModel {
        id: Set(id),
        name: Set("붐비는 상점".to_owned()),
        per_payment_limit_won: Set(None),
        daily_limit_won: Set(None),
        version: Set(1),
        created_at: Set(now),
        stopped_at: Set(None),
    };
    insert::<partners::Entity>(services, vec![partner]).await?;
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
    insert::<partner_keys::Entity>(services, vec![row]).await?;
    Ok((id, key))
}

/// A member whose account the shop may charge.
async fn paying(services: &Services, shop: PartnerId, number: usize) -> Result<(users::Model, String), Failed> {
    let form = SignUpForm {
        email: format!("payer{number}@example.test"),
        password: "a-good-password-1".into(),
        name: "김민지".to_owned(),
        nickname: String::new(),
        birth_date: "1994-03-02".to_owned(),
    };
    let phone = PhoneNumber::parse(&format!("010{:08}", 40_000_000 + number)).ok_or("no number of a phone")?;
    let member = sign_up::sign_up(services, form, &phone).await?.id;
    let request = LinkRequest {
        bank: BankCode::new("011"),
        number: AccountNumber::new(format!("30210{number:08}")),
        nickname: String::new(),
    };
    let confirmed = holder::confirm(services, member, request).await?;
    let new = NewLink {
        confirmed,
        agreed: ConsentText::today(Language::Ko),
        replaces: None,
    };
    let account = match link::begin(services, member, new).await?.end().await? {
        Linked::Active(account) => account.id,
        Linked::Pending { .. } => return Err("an account was not linked".into()),
    };
    let (id, now) = (MandateId::new(), services.clock.now());
    let row = mandates::ActiveModel {
        id: Set(id),
        partner_id: Set(shop),
        mode: Set(Mode::Test),
        member_id: Set(Some(member)),
        account_id: Set(Some(account)),
        status: Set(MandateStatus::Active),
        per_payment_limit_won: Set(1_000_000),
        daily_limit_won: Set(1_000_000_000),
        own_per_payment_limit_won: Set(None),
        own_daily_limit_won: Set(None),
        reference: Set(None),
        return_url: Set(None),
        version: Set(1),
        created_at: Set(now),
        expires_at: Set(None),
        activated_at: Set(Some(now)),
        revoked_at: Set(None),
    };
    insert::<mandates::Entity>(services, vec![row]).await?;
    let user = users::Entity::find_by_id(member).one(services.db.read()).await?;
    Ok((user.ok_or("a member is gone")?, Prefix::Mandate.show(id.0)))
}

/// Members who only look.
async fn others(services: &Services, count: usize) -> Result<Vec<users::Model>, Failed> {
    let now = services.clock.now();
    let members: Vec<users::Model> = (0..count)
        .map(|number| users::Model {
            id: UserId::new(),
            email: format!("looker{number}@example.test"),
            password_hash: String::new(),
            role: Role::Member,
            name: "김민지".to_owned(),
            created_at: now,
            withdrawn_at: None,
        })
        .collect();
    let rows = members
        .iter()
        .cloned()
        .map(|member| member.into_active_model().reset_all());
    insert::<users::Entity>(services, rows.collect()).await?;
    Ok(members)
}

/// A session for each; answers with their access tokens.
async fn signed_in(services: &Services, members: Vec<users::Model>) -> Result<Vec<String>, Failed> {
    let mut tokens = Vec::with_capacity(members.len());
    let mut rows = Vec::with_capacity(members.len());
    for member in members {
        let (row, session) = sessions::new(services, member, Device::default())?;
        rows.push(row.into_active_model().reset_all());
        tokens.push(session.tokens.access.expose_secret().to_owned());
    }
    insert::<session_rows::Entity>(services, rows).await?;
    Ok(tokens)
}
