//! `naru task keys`: which sealing key the sealed columns are under. `naru task keys rotate` brings all of them under the
//! one that seals; it may be stopped and begun again at any time, and runs while Naru runs.

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};

use super::Ended;
use crate::security::rotation::{self, RotationError, SEALED_COLUMNS, SealedColumn};
use crate::services::Services;

/// The argument's name; the command line may leave it out.
pub const ACTION: &str = "action";
const ROTATE: &str = "rotate";

pub struct Keys;

#[async_trait]
impl Task for Keys {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "keys".to_owned(),
            detail: "Tells which keys seal the columns; brings all under the present one: [rotate]".to_owned(),
        }
    }

    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        let rotates = match vars.cli.get(ACTION).map(String::as_str) {
            Some(ROTATE) => true,
            None if vars.cli.is_empty() => false,
            _ => return Err(Error::Message("the only argument is `rotate`".to_owned())),
        };
        if rotates {
            for column in SEALED_COLUMNS {
                rotate(&services, column).await.map_err(Error::wrap)?;
            }
        }
        let left = tell(&services).await.map_err(Error::wrap)?;
        if left == 0 {
            return Ok(());
        }
        Err(Error::wrap(Ended::Found(left)))
    }
}

#[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
async fn rotate(services: &Services, column: SealedColumn) -> std::result::Result<(), RotationError> {
    let name = name(column);
    let told = |progress: rotation::Progress| {
        println!(
            "{name}: {} looked at, {} sealed anew",
            progress.looked_at, progress.resealed
        );
    };
    rotation::rotate(services, column, told).await?;
    Ok(())
}

/// Prints what is under which key; answers with how many values are not under the one that seals.
#[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
async fn tell(services: &Services) -> std::result::Result<u64, sea_orm::DbErr> {
    let known: Vec<&str> = services.sealer.key_ids().collect();
    let mut left = 0;
    for column in SEALED_COLUMNS {
        for under in rotation::count(services, column).await? {
            let place = known.iter().position(|id| *id == under.key_id);
            let what = match place {
                Some(0) => "the key that seals",
                Some(_) => "another of our keys",
                None => "a key that is NOT among the settings",
            };
            left += if place == Some(0) { 0 } else { under.values };
            let (name, id) = (name(column), under.key_id);
            println!("{name}: {} under {id}, {what}", under.values);
        }
    }
    println!("{left} not under the key that seals");
    Ok(left)
}

fn name(column: SealedColumn) -> String {
    format!("{}.{}", column.table, column.column)
}
