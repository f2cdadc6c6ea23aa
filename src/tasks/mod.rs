//! What an operator runs by hand: `naru task <name>`. It ends as `diff` does: 0 for nothing to tell, 1 for findings, 2
//! for what could not be done.

mod dead_letters;
mod demo;
mod keys;
mod partner;
mod redrive;
mod staff;
mod verify;

use loco_rs::app::Hooks;
use loco_rs::environment::{Environment, resolve_from_env};
use loco_rs::task::{Tasks, Vars};
use loco_rs::{Result, boot, logger};

use crate::app::App;

/// The environment and the argument of `naru [-e <environment>] task keys <argument>`, which Loco's command line cannot read:
/// there every argument is `name:value`.
#[must_use]
pub fn keys_argument(arguments: &[String]) -> Option<(Option<&str>, &str)> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (environment, argument) = match words.as_slice() {
        ["task", "keys", argument] => (None, *argument),
        ["-e" | "--environment", environment, "task", "keys", argument] => (Some(*environment), *argument),
        _ => return None,
    };
    (!argument.contains(':') && !argument.starts_with('-')).then_some((environment, argument))
}

/// Runs `naru task keys <argument>`.
///
/// # Errors
/// The task's, or when the configuration or the database does not open.
pub async fn run_keys(environment: Option<&str>, argument: &str) -> Result<()> {
    let environment: Environment = environment.map_or_else(resolve_from_env, str::to_owned).into();
    let context = boot::create_context::<App>(&environment, App::load_config(&environment).await?).await?;
    logger::init::<App>(&context.config.logger)?;
    let vars = Vars::from_cli_args(vec![(keys::ACTION.to_owned(), argument.to_owned())]);
    boot::run_task::<App>(&context, Some(&"keys".to_owned()), &vars).await
}

/// The exit code of a task that could not be done.
pub const CANNOT: u8 = 2;

/// All tasks, for Loco's command line.
pub fn register(tasks: &mut Tasks) {
    tasks.register(dead_letters::DeadLetters);
    tasks.register(demo::Demo);
    tasks.register(keys::Keys);
    tasks.register(partner::Partner);
    tasks.register(redrive::Redrive);
    tasks.register(staff::Staff);
    tasks.register(verify::Verify);
}

/// How a task ended that has told everything itself.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    #[error("{0} findings")]
    Found(u64),
    #[error("a part of it could not be done")]
    Unfinished,
}

/// The exit code of a task that has told everything itself, `None` for any other error.
#[must_use]
pub fn exit_code(error: &loco_rs::Error) -> Option<u8> {
    let loco_rs::Error::Any(inner) = error else { return None };
    inner.downcast_ref().map(|ended| match ended {
        Ended::Found(_) => 1,
        Ended::Unfinished => CANNOT,
    })
}
