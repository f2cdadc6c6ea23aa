//! `naru task demo`: the demo's people, partner and payments in an empty database, as a first `naru` alone makes them.
//! `naru task demo --payments N [--seed S]` adds a year with N payments of many people, for trials and measurements; in
//! the spelling of the other tasks, `payments:N seed:S`. Stopped, the same command goes on.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};
use migration::{Migrator, MigratorTrait};

use crate::demo;
use crate::demo::many::{self, MOST_PAYMENTS, Wish};
use crate::run;
use crate::services::Services;

/// How often the person at the terminal is told.
const TOLD_EVERY: Duration = Duration::from_secs(2);

pub struct Demo;

#[async_trait]
impl Task for Demo {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "demo".to_owned(),
            detail: "Seeds an empty database with people, a partner and payments at the simulated bank: \
                     [payments:<a year with so many more>] [seed:<another year>]"
                .to_owned(),
        }
    }

    #[expect(clippy::print_stdout, reason = "the logins are for the person who asked for them")]
    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        let wish = wish(vars)?;
        if !services.settings.demo_data {
            return Err(Error::Message("`settings.demo_data` is false here".to_owned()));
        }
        // Its first start may be this one.
        if ctx.config.database.auto_migrate {
            Migrator::up(&ctx.db, None).await?;
        }
        let Some(wish) = wish else {
            demo::seed_if_empty(&services).await?;
            println!("{}", demo::logins());
            return Ok(());
        };
        // Where nobody runs the bank that this installation has of its own, it runs as long as this takes.
        let bank = run::own_bank_if_down(&services.settings).await?;
        let mut progress = Progress::new();
        let made = many::make(&services, wish, |there, all| progress.tell(there, all)).await;
        if let Some(bank) = bank {
            bank.stop().await;
        }
        made?;
        println!("{}", demo::logins());
        Ok(())
    }
}

fn wish(vars: &Vars) -> Result<Option<Wish>> {
    let (mut payments, mut seed) = (None, 1);
    for (name, value) in &vars.cli {
        let unreadable = || Error::Message(format!("{name}:{value} cannot be read: it is a whole number"));
        match name.as_str() {
            "payments" => payments = Some(value.replace([',', '_'], "").parse().map_err(|_| unreadable())?),
            "seed" => seed = value.parse().map_err(|_| unreadable())?,
            _ => return Err(Error::Message(format!("there is no argument {name}:"))),
        }
    }
    match payments {
        Some(payments) if !(1..=MOST_PAYMENTS).contains(&payments) => {
            let why = format!("payments: is between 1 and {MOST_PAYMENTS}");
            Err(Error::Message(why))
        }
        Some(payments) => Ok(Some(Wish {
            payments,
            seed,
            batches: None,
        })),
        None => Ok(None),
    }
}

/// What the person at the terminal reads meanwhile.
struct Progress {
    begun: Instant,
    told: Option<Instant>,
    first: u64,
}

impl Progress {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            told: None,
            first: 0,
        }
    }

    #[expect(clippy::print_stdout, reason = "the progress is for the person who waits for it")]
    fn tell(&mut self, there: u64, all: u64) {
        if self.told.is_none() {
            (self.begun, self.first) = (Instant::now(), there);
        }
        let is_due = self.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY);
        if !is_due && there < all {
            return;
        }
        self.told = Some(Instant::now());
        let millis = u64::try_from(self.begun.elapsed().as_millis())
            .unwrap_or(u64::MAX)
            .max(1);
        let made = there - self.first;
        let left_secs = (all - there) * millis / made.max(1) / 1_000;
        println!(
            "{there:>9} of {all} payments, {} a second, {left_secs} s left",
            made * 1_000 / millis
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wished(arguments: &[(&str, &str)]) -> Result<Option<Wish>> {
        let arguments = arguments
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        wish(&Vars::from_cli_args(arguments.collect()))
    }

    #[test]
    fn a_year_of_payments_is_asked_for_in_numbers_and_nothing_else() {
        assert!(wished(&[]).unwrap().is_none());
        let wish = wished(&[("payments", "1,000,000"), ("seed", "7")]).unwrap().unwrap();
        assert_eq!((wish.payments, wish.seed), (1_000_000, 7));
        for wrong in [
            [("payments", "many")],
            [("payments", "0")],
            [("payments", "99999999")],
            [("payment", "1")],
        ] {
            assert!(wished(&wrong).is_err(), "{wrong:?}");
        }
    }
}
