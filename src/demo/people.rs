//! Who is in the demo: members with linked accounts, staff of every role, a partner with its key, developer and mandate.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::FutureExt;
use loco_rs::{Error, Result};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::history::Past;
use super::{PARTNER, PARTNER_KEY, PASSWORD};
use crate::accounts::consent::ConsentText;
use crate::accounts::holder::{self, NotConfirmed};
use crate::accounts::link::{self, LinkError, Linked, NewLink};
use crate::accounts::request::LinkRequest;
use crate::bank::{AccountNumber, BankCode};
use crate::ids::{AccountId, KeyId, MandateId, PartnerId, UserId};
use crate::members::phone::PhoneNumber;
use crate::members::sign_up::seal_birth_date;
use crate::models::kinds::{MandateStatus, Mode, Role};
use crate::models::{mandates, members, partner_keys, partner_users, partners, users};
use crate::partners::keys;
use crate::services::Services;
use crate::views::i18n::Language;

pub struct Person {
    pub email: &'static str,
    name: &'static str,
    role: Role,
    member: Option<Facts>,
}

/// What is known of a member besides.
struct Facts {
    birth_date: NaiveDate,
    phone: &'static str,
    nickname: Option<&'static str>,
}

const fn member(email: &'static str, name: &'static str, facts: Facts) -> Person {
    Person {
        email,
        name,
        role: Role::Member,
        member: Some(facts),
    }
}

const fn staff(email: &'static str, name: &'static str, role: Role) -> Person {
    Person {
        email,
        name,
        role,
        member: None,
    }
}

const MINJI: Facts = Facts {
    birth_date: NaiveDate::from_ymd_opt(1994, 3, 2).expect("a day of 1994"),
    phone: "010-1234-5678",
    nickname: Some("민지"),
};
const JUNHO: Facts = Facts {
    birth_date: NaiveDate::from_ymd_opt(1988, 11, 30).expect("a day of 1988"),
    phone: "010-9876-5432",
    nickname: None,
};

pub const PEOPLE: [Person; 7] = [
    member("minji@naru.test", "김민지", MINJI),
    member("junho@naru.test", "이준호", JUNHO),
    staff("cs@naru.test", "박상담", Role::Cs),
    staff("lead@naru.test", "최팀장", Role::CsLead),
    staff("ops@naru.test", "정운영", Role::Operator),
    staff("audit@naru.test", "한감사", Role::Auditor),
    Person {
        email: "dev@naru.test",
        name: "서개발",
        role: Role::Partner,
        member: None,
    },
];

/// Owner, bank, number, name. The last four digits of a number choose how the simulated bank links it.
const ACCOUNTS: [(&str, &str, &str, &str); 6] = [
    ("minji@naru.test", "011", "3020001234567", "생활비 통장"),
    ("minji@naru.test", "011", "3020007654321", "월급 통장"),
    ("minji@naru.test", "012", "3511112223345", "여행 적금"),
    ("junho@naru.test", "011", "3029988776655", "주거래 통장"),
    // Linked, and the bank then says that the consent to read its balance ended.
    ("junho@naru.test", "012", "3519000009003", "비상금"),
    // The bank's first answer says nothing: a link that stays pending.
    ("junho@naru.test", "011", "3029000009041", "여행 계좌"),
];

const MANDATE_PER_PAYMENT_WON: i64 = 10_000_000;
const MANDATE_DAILY_WON: i64 = 1_000_000_000;
/// How long before today the demo begins.
pub(super) const BEGAN_DAYS_AGO: i64 = 15;

pub(super) async fn seed(services: &Services) -> Result<()> {
    let began = services.clock.now() - TimeDelta::days(BEGAN_DAYS_AGO);
    // One hash for all: the password is the same, and hashing is slow on purpose.
    let hash = services
        .sign_ins
        .passwords
        .hash(PASSWORD.into())
        .await
        .map_err(Error::wrap)?;
    let mut user_rows = Vec::new();
    let mut member_rows = Vec::new();
    let mut partner_user_rows = Vec::new();
    let partner_id = PartnerId::new();
    for person in PEOPLE {
        let id = UserId::new();
        user_rows.push(users::ActiveModel {
            id: Set(id),
            email: Set(person.email.to_owned()),
            password_hash: Set(hash.clone()),
            role: Set(person.role),
            name: Set(person.name.to_owned()),
            created_at: Set(began),
            withdrawn_at: Set(None),
        });
        if let Some(facts) = person.member {
            member_rows.push(facts.row(services, id, began)?);
        }
        if person.role == Role::Partner {
            partner_user_rows.push(partner_users::ActiveModel {
                user_id: Set(id),
                partner_id: Set(partner_id),
                // Nobody handed it over: it is not asked to be changed.
                given_hash: Set(String::new()),
                created_at: Set(began),
            });
        }
    }
    let (partner, key) = partner_and_key(partner_id, began);
    services
        .db
        .write(move |tx| {
            async move {
                users::Entity::insert_many(user_rows).exec_without_returning(tx).await?;
                members::Entity::insert_many(member_rows)
                    .exec_without_returning(tx)
                    .await?;
                partners::Entity::insert(partner).exec_without_returning(tx).await?;
                partner_keys::Entity::insert(key).exec_without_returning(tx).await?;
                partner_users::Entity::insert_many(partner_user_rows)
                    .exec_without_returning(tx)
                    .await?;
                Ok::<(), DbErr>(())
            }
            .boxed()
        })
        .await?;
    Ok(())
}

fn partner_and_key(id: PartnerId, began: DateTime<Utc>) -> (partners::ActiveModel, partner_keys::ActiveModel) {
    let partner = partners::ActiveModel {
        id: Set(id),
        name: Set(PARTNER.to_owned()),
        per_payment_limit_won: Set(None),
        daily_limit_won: Set(None),
        version: Set(1),
        created_at: Set(began),
        stopped_at: Set(None),
    };
    let key = partner_keys::ActiveModel {
        id: Set(KeyId::new()),
        partner_id: Set(id),
        key_hash: Set(keys::hash(PARTNER_KEY)),
        hint: Set(keys::hint(PARTNER_KEY)),
        mode: Set(Mode::Test),
        name: Set("체험용".to_owned()),
        scopes: Set(keys::all_scopes()),
        api_version: Set(keys::API_VERSION.to_owned()),
        replaces_id: Set(None),
        created_at: Set(began),
        last_used_at: Set(None),
        ends_at: Set(None),
    };
    (partner, key)
}

impl Facts {
    fn row(&self, services: &Services, id: UserId, began: DateTime<Utc>) -> Result<members::ActiveModel> {
        let sealer = &services.sealer;
        let phone =
            PhoneNumber::parse(self.phone).ok_or_else(|| Error::Message(format!("{} is no number", self.phone)))?;
        Ok(members::ActiveModel {
            id: Set(id),
            per_payment_limit_won: Set(None),
            daily_limit_won: Set(None),
            birth_date_sealed: Set(seal_birth_date(sealer, id, self.birth_date).map_err(Error::wrap)?),
            phone_sealed: Set(Some(phone.seal(sealer, id).map_err(Error::wrap)?)),
            phone_index: Set(Some(phone.index(sealer).map_err(Error::wrap)?)),
            phone_tail_index: Set(Some(phone.tail_index(sealer).map_err(Error::wrap)?)),
            nickname: Set(self.nickname.map(str::to_owned)),
            created_at: Set(began),
        })
    }
}

async fn link_as_owner(
    services: &Services,
    owner: UserId,
    request: LinkRequest,
) -> Result<core::result::Result<Linked, LinkError>> {
    let confirmed = match holder::confirm(services, owner, request).await {
        Ok(confirmed) => confirmed,
        // An earlier start linked it and ended before its mandate was written.
        Err(NotConfirmed::Known(id)) => return Ok(link::resume(services, owner, id).await),
        Err(other) => return Err(Error::wrap(other)),
    };
    let new = NewLink {
        confirmed,
        agreed: ConsentText::today(Language::Ko),
        replaces: None,
    };
    Ok(match link::begin(services, owner, new).await {
        Ok(running) => running.end().await,
        Err(error) => Err(error),
    })
}

/// Links every account at the bank, as its owner would, and gives the partner a mandate on the first.
pub(super) async fn link_accounts(past: &Past, partner: PartnerId) -> Result<()> {
    let mut first: Option<(UserId, AccountId)> = None;
    for (minute, (email, bank, number, nickname)) in (0..).zip(ACCOUNTS) {
        past.go_to(BEGAN_DAYS_AGO - 1, 10, minute);
        let owner = users::Entity::find()
            .filter(users::Column::Email.eq(email))
            .one(past.services.db.read())
            .await?
            .ok_or_else(|| Error::Message(format!("{email} is missing")))?;
        let request = LinkRequest {
            bank: BankCode::new(bank),
            number: AccountNumber::new(number),
            nickname: nickname.to_owned(),
        };
        let linked = match link_as_owner(&past.services, owner.id, request).await? {
            // It ended with this very link in hand: the member goes on with it, as with any other.
            Err(LinkError::InHand) => continue,
            other => other,
        };
        if let (Linked::Active(account), None) = (linked.map_err(Error::wrap)?, first) {
            first = Some((owner.id, account.id));
        }
    }
    let (member_id, account_id) =
        first.ok_or_else(|| Error::Message("the simulated bank linked no demo account".to_owned()))?;
    let at = past.services.clock.now();
    let mandate = mandates::ActiveModel {
        id: Set(MandateId::new()),
        partner_id: Set(partner),
        mode: Set(Mode::Test),
        member_id: Set(Some(member_id)),
        account_id: Set(Some(account_id)),
        status: Set(MandateStatus::Active),
        per_payment_limit_won: Set(MANDATE_PER_PAYMENT_WON),
        daily_limit_won: Set(MANDATE_DAILY_WON),
        own_per_payment_limit_won: Set(None),
        own_daily_limit_won: Set(None),
        reference: Set(Some("customer-1".to_owned())),
        return_url: Set(None),
        version: Set(1),
        created_at: Set(at),
        expires_at: Set(None),
        activated_at: Set(Some(at)),
        revoked_at: Set(None),
    };
    past.services
        .db
        .write(move |tx| {
            async move {
                mandates::Entity::insert(mandate).exec_without_returning(tx).await?;
                Ok::<(), DbErr>(())
            }
            .boxed()
        })
        .await?;
    Ok(())
}
