//! The rows of the cast: shops and where they are told, members with sealed numbers, linked accounts and mandates. All of
//! them or none, so that an earlier start that got this far is known by its first shop.

use futures::FutureExt;
use loco_rs::{Error, Result};
use sea_orm::DbErr;

use super::books::{Books, Holding};
use super::cast::{Cast, Endpoint, Member, Shop};
use super::plan::Plan;
use crate::accounts::numbers;
use crate::bank::{AccountAtBank, AccountNumber, BankCode, FinAccountNumber};
use crate::db::rows::insert;
use crate::members::phone::PhoneNumber;
use crate::members::sign_up::seal_birth_date;
use crate::models::kinds::{AccountState, EndpointStatus, MandateStatus, Mode, PausedReason, Role};
use crate::models::{bank_accounts, mandates, members, partners, users, webhook_endpoints};
use crate::notifications::webhooks::sign;
use crate::security::sealed::{SealError, Sealer};
use crate::services::Services;

/// Accounts that the bank is told of in one call.
const ACCOUNTS_AT_ONCE: usize = 500;
const PER_PAYMENT_WON: i64 = 5_000_000;
const DAILY_WON: i64 = 20_000_000;

/// Links all accounts at the bank, which answers with their fin accounts: the same ones however often it is told.
pub async fn link(books: &Books, cast: &mut Cast, plan: &Plan) -> Result<()> {
    for some in cast.members.chunks_mut(ACCOUNTS_AT_ONCE) {
        let holdings: Vec<Holding> = some
            .iter()
            .map(|member| Holding {
                bank_code: member.account.bank,
                number: member.account.number.clone(),
                holder: member.name.clone(),
                linked_at: plan.made_at(),
            })
            .collect();
        for (member, linked) in some.iter_mut().zip(books.tell(&holdings, &[]).await?) {
            if member.account.number != linked.number {
                return Err(Error::Message("the simulated bank linked another account".to_owned()));
            }
            member.account.fin_number = linked.fin_account;
            member.account.register_number = linked.register_number;
        }
    }
    Ok(())
}

pub async fn write(services: &Services, cast: &Cast, plan: &Plan) -> Result<()> {
    // One hash for all: they sign in as the demo's people do, and hashing is slow on purpose.
    let password = services.sign_ins.passwords.hash(crate::demo::PASSWORD.into());
    let hash = password.await.map_err(Error::wrap)?;
    let shops: Vec<partners::Model> = cast
        .shops
        .iter()
        .map(|shop| partners::Model {
            id: shop.id,
            name: shop.name.to_owned(),
            per_payment_limit_won: None,
            daily_limit_won: None,
            created_at: plan.made_at(),
            version: 1,
            stopped_at: None,
        })
        .collect();
    let mut people = Rows::default();
    for member in &cast.members {
        people.add(member, &hash, &services.sealer).map_err(Error::wrap)?;
    }
    let listening = cast
        .shops
        .iter()
        .filter_map(|shop| Some((shop, shop.endpoint.as_ref()?)));
    let endpoints = listening.map(|(shop, endpoint)| endpoint_of(shop, endpoint, plan, &services.sealer));
    let endpoints: core::result::Result<Vec<_>, _> = endpoints.collect();
    let endpoints = endpoints.map_err(Error::wrap)?;
    let work = services.db.write(move |tx| {
        async move {
            insert::<partners::Entity>(tx, shops).await?;
            insert::<webhook_endpoints::Entity>(tx, endpoints).await?;
            insert::<users::Entity>(tx, people.users).await?;
            insert::<members::Entity>(tx, people.members).await?;
            insert::<bank_accounts::Entity>(tx, people.accounts).await?;
            insert::<mandates::Entity>(tx, people.mandates).await?;
            Ok::<(), DbErr>(())
        }
        .boxed()
    });
    Ok(work.await?)
}

/// It heard of all until the history ends; from then on nobody is called.
fn endpoint_of(
    shop: &Shop,
    endpoint: &Endpoint,
    plan: &Plan,
    sealer: &Sealer,
) -> core::result::Result<webhook_endpoints::Model, SealError> {
    let types: Vec<&str> = endpoint.types.iter().map(|one| one.as_str()).collect();
    Ok(webhook_endpoints::Model {
        id: endpoint.id,
        partner_id: shop.id,
        mode: Mode::Test,
        url: endpoint.url.clone(),
        description: "주문 서버".to_owned(),
        event_types: types.join(","),
        status: EndpointStatus::Paused,
        paused_reason: Some(PausedReason::ByPartner),
        secret_sealed: sign::seal(sealer, endpoint.id, &sign::new_secret())?,
        previous_secret_sealed: None,
        previous_ends_at: None,
        failures: 0,
        failing_since: None,
        backoff_until: None,
        version: 2,
        created_at: plan.made_at(),
        updated_at: plan.until,
        deleted_at: None,
    })
}

#[derive(Default)]
struct Rows {
    users: Vec<users::Model>,
    members: Vec<members::Model>,
    accounts: Vec<bank_accounts::Model>,
    mandates: Vec<mandates::Model>,
}

impl Rows {
    fn add(&mut self, member: &Member, hash: &str, sealer: &Sealer) -> core::result::Result<(), SealError> {
        let phone = PhoneNumber::parse(&member.phone).ok_or(SealError::NotSealed)?;
        self.users.push(users::Model {
            id: member.id,
            email: member.email.clone(),
            password_hash: hash.to_owned(),
            role: Role::Member,
            name: member.name.clone(),
            created_at: member.made_at,
            withdrawn_at: None,
        });
        self.members.push(members::Model {
            id: member.id,
            birth_date_sealed: seal_birth_date(sealer, member.id, member.birth_date)?,
            phone_sealed: Some(phone.seal(sealer, member.id)?),
            phone_index: Some(phone.index(sealer)?),
            phone_tail_index: Some(phone.tail_index(sealer)?),
            nickname: None,
            per_payment_limit_won: None,
            daily_limit_won: None,
            created_at: member.made_at,
        });
        self.accounts.push(account(member, sealer)?);
        self.mandates.extend(given(member));
        Ok(())
    }
}

fn account(member: &Member, sealer: &Sealer) -> core::result::Result<bank_accounts::Model, SealError> {
    let account = &member.account;
    let at_bank = AccountAtBank {
        bank: BankCode::new(account.bank),
        account: AccountNumber::new(account.number.as_str()),
    };
    let fin_account = FinAccountNumber::new(account.fin_number.as_str());
    Ok(bank_accounts::Model {
        id: account.id,
        member_id: member.id,
        bank_code: account.bank.to_owned(),
        number_sealed: numbers::seal_number(sealer, account.id, &at_bank.account)?,
        number_masked: account.number_masked(),
        number_index: numbers::number_index(sealer, &at_bank.account)?,
        nickname: account.nickname.to_owned(),
        state: AccountState::Active,
        register_number: Some(account.register_number.clone()),
        fin_account_sealed: Some(numbers::seal_fin_account(sealer, account.id, &fin_account)?),
        open_trace_number: None,
        open_trace_at: None,
        failure: None,
        linking_until: None,
        live_number_key: Some(numbers::active_key(sealer, &at_bank)?),
        version: 2,
        created_at: member.made_at,
        updated_at: member.made_at,
        unlinked_at: None,
    })
}

fn given(member: &Member) -> Vec<mandates::Model> {
    let given = |mandate: &super::cast::Mandate| mandates::Model {
        id: mandate.id,
        partner_id: mandate.shop,
        mode: Mode::Test,
        member_id: Some(member.id),
        account_id: Some(member.account.id),
        status: MandateStatus::Active,
        per_payment_limit_won: PER_PAYMENT_WON,
        daily_limit_won: DAILY_WON,
        own_per_payment_limit_won: None,
        own_daily_limit_won: None,
        reference: Some(format!("c-{}", member.id.0.simple())),
        return_url: None,
        version: 1,
        created_at: member.made_at,
        expires_at: None,
        activated_at: Some(member.made_at),
        revoked_at: None,
    };
    member.mandates.iter().map(given).collect()
}
