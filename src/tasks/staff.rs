//! `naru task staff email:… name:… role:…`: lets somebody work at the desk, with a password to hand over; for somebody who is
//! there already, a new such password, and the role and name that are named.
//! `naru task staff email:… reset:factor reason:…`: takes their second factor away.
//! `naru task staff email:… end:access reason:…`: takes the desk away from them.

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};
use secrecy::ExposeSecret;

use super::arguments::{arguments, given};
use crate::desk::factor::reset;
use crate::desk::let_out;
use crate::desk::people::{self, LetInError, NewStaff};
use crate::models::kinds::Role;
use crate::services::Services;

const FACTOR: &str = "factor";
const ACCESS: &str = "access";

pub struct Staff;

#[async_trait]
impl Task for Staff {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "staff".to_owned(),
            detail:
                "Lets somebody work at the desk: email:… name:… role:cs|cs_lead|operator|auditor. Or takes a second \
                     factor away: email:… reset:factor reason:…; or the desk: email:… end:access reason:…"
                    .to_owned(),
        }
    }

    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        let word = |name: &str| vars.cli.get(name).map(String::as_str);
        match (word("reset"), word("end")) {
            (None, None) => let_in(&services, vars).await,
            (Some(FACTOR), None) => reset_factor(&services, vars).await,
            (None, Some(ACCESS)) => end_access(&services, vars).await,
            (Some(other), _) => Err(Error::Message(format!("`{other}` cannot be reset; `{FACTOR}` can"))),
            (None, Some(other)) => Err(Error::Message(format!("`{other}` cannot be ended; `{ACCESS}` can"))),
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the password is for the person who asked for it, and nowhere else"
)]
async fn let_in(services: &Services, vars: &Vars) -> Result<()> {
    let [email, name, role] = arguments(vars, ["email", "name", "role"])?;
    let wanted = NewStaff {
        email,
        name,
        role: Role::parse(&role).ok_or_else(|| Error::wrap(LetInError::Role))?,
    };
    let let_in = people::let_in(services, wanted).await.map_err(Error::wrap)?;
    println!("user       {}", if let_in.is_new { "made" } else { "known" });
    println!("role       {role}");
    println!("password   {}", let_in.password.expose_secret());
    println!("Hand it over on another way than the email address; the first sign-in asks for a new one.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
async fn reset_factor(services: &Services, vars: &Vars) -> Result<()> {
    let [email, _, reason] = arguments(vars, ["email", "reset", "reason"])?;
    reset::reset_at_terminal(services, &email, given(&reason)?)
        .await
        .map_err(Error::wrap)?;
    println!("The second factor is gone, and their sessions have ended; the next sign-in enrols a new one.");
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the report is for the person who asked for it")]
async fn end_access(services: &Services, vars: &Vars) -> Result<()> {
    let [email, _, reason] = arguments(vars, ["email", "end", "reason"])?;
    let_out::let_out(services, &email, given(&reason)?)
        .await
        .map_err(Error::wrap)?;
    println!("They work at the desk no more: their sessions have ended, and their password opens nothing.");
    Ok(())
}
