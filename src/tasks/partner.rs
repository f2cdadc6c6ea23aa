//! `naru task partner name:… email:… user_name:…`: a partner, if there is none of this name, and somebody who signs in for
//! it, with a password to hand over. For a user who is there already: a new such password.

use async_trait::async_trait;
use loco_rs::app::AppContext;
use loco_rs::task::{Task, TaskInfo, Vars};
use loco_rs::{Error, Result};
use secrecy::ExposeSecret;

use crate::partners::people::{self, Invitation};
use crate::services::Services;

pub struct Partner;

#[async_trait]
impl Task for Partner {
    fn task(&self) -> TaskInfo {
        TaskInfo {
            name: "partner".to_owned(),
            detail: "Makes a partner and who signs in for it, or gives them a new password: name:… email:… user_name:…"
                .to_owned(),
        }
    }

    #[expect(
        clippy::print_stdout,
        reason = "the password is for the person who asked for it, and nowhere else"
    )]
    async fn run(&self, ctx: &AppContext, vars: &Vars) -> Result<()> {
        let missing = || Error::Message("the application is not wired".to_owned());
        let services = ctx.shared_store.get::<Services>().ok_or_else(missing)?;
        let invited = people::invite(&services, invitation(vars)?)
            .await
            .map_err(Error::wrap)?;
        let partner = if invited.is_new_partner { "made" } else { "known" };
        let user = if invited.is_new_user { "made" } else { "known" };
        println!("partner    {partner}");
        println!("user       {user}");
        println!("password   {}", invited.password.expose_secret());
        println!("Hand it over on another way than the email address; the first sign-in asks for a new one.");
        Ok(())
    }
}

fn invitation(vars: &Vars) -> Result<Invitation> {
    let known = ["name", "email", "user_name"];
    if let Some(other) = vars.cli.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Error::Message(format!("there is no argument `{other}`")));
    }
    let argument = |name: &str| {
        let value = vars.cli.get(name).cloned();
        value.ok_or_else(|| Error::Message(format!("{name}:… is missing")))
    };
    Ok(Invitation {
        partner_name: argument("name")?,
        email: argument("email")?,
        user_name: argument("user_name")?,
    })
}
