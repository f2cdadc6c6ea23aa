//! A new sealing key: every sealed value comes under it while the old one still opens, and is worth nothing without either.

use std::collections::BTreeSet;
use std::path::Path;

use naru::accounts::numbers;
use naru::bank::AccountNumber;
use naru::ids::{AccountId, UserId};
use naru::members::sign_up::open_birth_date;
use naru::models::{bank_accounts, members};
use naru::relay::Doorbell;
use naru::security::rotation::{self, Progress, RotationError, SEALED_COLUMNS, SealedColumn};
use naru::security::sealed::SealError;
use naru::services::Services;
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter};
use tokio::sync::Notify;

use crate::support::app::{self, TestApp};
use crate::support::people::ACCOUNT;
use crate::support::program::Program;

const OLD_KEY: &str = "1111111111111111111111111111111111111111111111111111111111111111";
const NEW_KEY: &str = "3333333333333333333333333333333333333333333333333333333333333333";
/// More than two batches of accounts.
const ACCOUNTS: usize = 450;

const NUMBERS: SealedColumn = SEALED_COLUMNS[2];

/// The services of a process whose settings name these keys.
async fn process_with(app: &TestApp, sealing_key: &str, other_keys: &str) -> Services {
    let mut settings = app.services.settings.clone();
    settings.security.sealing_key = sealing_key.into();
    settings.security.other_sealing_keys = other_keys.into();
    let database = (app.services.db.read().clone(), app.database_uri());
    let (doorbell, _) = Doorbell::new();
    Services::open(settings, database, app.clock.clock(), doorbell)
        .await
        .expect("the services open")
}

/// A member with many accounts, all sealed with the old key.
async fn many_accounts(app: &TestApp) -> UserId {
    let member = app.member("minji@example.test").await;
    let first = app.account(member, ACCOUNT).await;
    let db = app.services.db.read();
    let first = bank_accounts::Entity::find_by_id(first).one(db).await.unwrap().unwrap();
    let sealer = &app.services.sealer;
    let fin = numbers::fin_account(sealer, &first).unwrap().unwrap();
    let copies: Vec<_> = (1..ACCOUNTS)
        .map(|n| {
            let id = AccountId::new();
            let number = AccountNumber::new(format!("3020002{n:06}"));
            let copy = bank_accounts::Model {
                id,
                number_sealed: numbers::seal_number(sealer, id, &number).unwrap(),
                fin_account_sealed: Some(numbers::seal_fin_account(sealer, id, &fin).unwrap()),
                live_number_key: None,
                ..first.clone()
            };
            copy.into_active_model().reset_all()
        })
        .collect();
    app.services
        .db
        .write(move |tx| {
            Box::pin(async move {
                bank_accounts::Entity::insert_many(copies).exec(tx).await?;
                Ok::<_, DbErr>(())
            })
        })
        .await
        .unwrap();
    member
}

/// The numbers of all accounts of a member, as a process opens them.
async fn numbers_of(services: &Services, member: UserId) -> Result<BTreeSet<String>, SealError> {
    let accounts = bank_accounts::Entity::find()
        .filter(bank_accounts::Column::MemberId.eq(member))
        .all(services.db.read())
        .await
        .unwrap();
    let opened = accounts.iter().map(|account| {
        let at_bank = numbers::at_bank(&services.sealer, account)?;
        numbers::fin_account(&services.sealer, account)?;
        Ok(at_bank.account.as_str().to_owned())
    });
    opened.collect()
}

async fn rotate_all(services: &Services) -> u64 {
    let mut resealed = 0;
    for column in SEALED_COLUMNS {
        resealed += rotation::rotate(services, column, |_| ()).await.unwrap().resealed;
    }
    resealed
}

#[tokio::test]
async fn after_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything() {
    let app = app::start().await;
    let member = many_accounts(&app).await;
    let before = numbers_of(&app.services, member).await.unwrap();
    assert_eq!(before.len(), ACCOUNTS);

    let both = process_with(&app, NEW_KEY, OLD_KEY).await;
    assert_eq!(numbers_of(&both, member).await.unwrap(), before);
    assert_eq!(rotate_all(&both).await, 2 * ACCOUNTS as u64 + 2);
    assert_eq!(rotate_all(&both).await, 0);

    let new_alone = process_with(&app, NEW_KEY, "").await;
    assert_eq!(numbers_of(&new_alone, member).await.unwrap(), before);
    let row = members::Entity::find_by_id(member).one(app.services.db.read()).await;
    let row = row.unwrap().unwrap();
    assert_eq!(open_birth_date(&new_alone.sealer, &row).unwrap().as_str(), "19940302");
    assert_eq!(numbers_of(&app.services, member).await, Err(SealError::UnknownKey));
    assert!(open_birth_date(&app.services.sealer, &row).is_err());
}

#[tokio::test]
async fn a_rotation_that_is_stopped_keeps_what_it_did_and_the_next_one_does_the_rest() {
    let app = app::start().await;
    let member = many_accounts(&app).await;
    let before = numbers_of(&app.services, member).await.unwrap();
    let both = process_with(&app, NEW_KEY, OLD_KEY).await;
    let batch_done = Notify::new();
    tokio::select! {
        biased;
        () = batch_done.notified() => {}
        done = rotation::rotate(&both, NUMBERS, |_| batch_done.notify_one()) => panic!("not stopped: {done:?}"),
    }
    // A batch that was being written when it was stopped is written all the same.
    both.db.idle().await.unwrap();
    let under: Vec<u64> = values_under_each_key(&both).await;
    assert_eq!(under.len(), 2, "{under:?}");
    assert_eq!(numbers_of(&both, member).await.unwrap(), before);

    // What is done is whole batches.
    let left = under
        .into_iter()
        .find(|values| values % 200 != 0)
        .expect("not all is done");
    assert_eq!(rotation::rotate(&both, NUMBERS, |_| ()).await.unwrap().resealed, left);
    assert_eq!(values_under_each_key(&both).await, [ACCOUNTS as u64]);
    assert_eq!(numbers_of(&both, member).await.unwrap(), before);
}

async fn values_under_each_key(services: &Services) -> Vec<u64> {
    let under = rotation::count(services, NUMBERS).await.unwrap();
    under.iter().map(|under| under.values).collect()
}

#[tokio::test]
async fn of_two_rotations_at_once_each_value_is_changed_by_one() {
    let app = app::start().await;
    let member = many_accounts(&app).await;
    let before = numbers_of(&app.services, member).await.unwrap();
    let both = process_with(&app, NEW_KEY, OLD_KEY).await;
    let rotate = || rotation::rotate(&both, NUMBERS, |_| ());
    let (one, other) = tokio::join!(rotate(), rotate());
    let resealed = |done: Result<Progress, RotationError>| done.unwrap().resealed;
    assert_eq!(resealed(one) + resealed(other), ACCOUNTS as u64);
    assert_eq!(numbers_of(&both, member).await.unwrap(), before);
}

#[tokio::test]
async fn a_value_that_no_key_opens_stops_the_rotation_and_is_named() {
    let app = app::start().await;
    let member = app.member("minji@example.test").await;
    app.account(member, ACCOUNT).await;
    let unrelated = process_with(&app, NEW_KEY, "").await;
    let refused = rotation::rotate(&unrelated, NUMBERS, |_| ()).await.unwrap_err();
    let shown = refused.to_string();
    assert!(
        shown.starts_with("the value of bank_accounts.number_sealed in row "),
        "{shown}"
    );
    assert_eq!(numbers_of(&app.services, member).await.unwrap().len(), 1);
}

/// The columns are told by their names, as the tables' files spell them.
#[test]
fn every_sealed_column_is_rotated() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/models/_entities");
    let mut columns = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let table = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let field = line.trim().strip_prefix("pub ").and_then(|rest| rest.split_once(':'));
            if let Some((field, _)) = field.filter(|(field, _)| field.ends_with("_sealed")) {
                columns.insert((table.clone(), field.to_owned()));
            }
        }
    }
    let rotated = SEALED_COLUMNS.map(|column| (column.table.to_owned(), column.column.to_owned()));
    assert_eq!(columns, BTreeSet::from(rotated));
}

#[tokio::test]
async fn the_operator_is_told_what_is_left_and_by_the_end_of_a_rotation_that_nothing_is() {
    let settings = [("NARU_SEALING_KEY", NEW_KEY), ("NARU_OTHER_SEALING_KEYS", OLD_KEY)];
    let mut program = Program::new(&[("NARU_SEALING_KEY", OLD_KEY)]);
    program.start().await;
    program.set(&settings);
    let told = program.task(&["keys"]).await;
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert_eq!(told.status.code(), Some(1), "{said}");
    assert!(said.contains("another of our keys"), "{said}");

    let rotated = program.task(&["keys", "rotate"]).await;
    let said = String::from_utf8_lossy(&rotated.stdout).into_owned();
    assert_eq!(rotated.status.code(), Some(0), "{said}");
    assert!(said.ends_with("0 not under the key that seals\n"), "{said}");
    assert_eq!(program.task(&["keys"]).await.status.code(), Some(0));
    assert_eq!(program.task(&["keys", "remove"]).await.status.code(), Some(2));
}
