//! What an operator runs by hand: `naru task <name>`. It ends as `diff` does: 0 for nothing to tell, 1 for findings, 2
//! for what could not be done.

mod arguments;
mod dead_letters;
mod demo;
mod hours;
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

/// A task in a spelling that Loco's command line cannot read: there every argument is `name:value`.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    environment: Option<String>,
    task: &'static str,
    arguments: Vec<(String, String)>,
}

/// `naru [-e <environment>] task keys <argument>` and `naru [-e <environment>] task demo --payments <N> [--seed <S>]`.
#[must_use]
pub fn own_spelling(arguments: &[String]) -> Option<Asked> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (environment, words) = match words.as_slice() {
        ["-e" | "--environment", environment, rest @ ..] => (Some((*environment).to_owned()), rest),
        words => (None, words),
    };
    let (task, arguments) = match words {
        ["task", "keys", argument] if !argument.contains(':') && !argument.starts_with('-') => {
            ("keys", vec![(keys::ACTION.to_owned(), (*argument).to_owned())])
        }
        ["task", "demo", options @ ..] if options.iter().any(|option| option.starts_with("--")) => {
            ("demo", pairs(options)?)
        }
        _ => return None,
    };
    Some(Asked {
        environment,
        task,
        arguments,
    })
}

/// `--name value` and `--name=value`.
fn pairs(options: &[&str]) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = options.iter();
    while let Some(option) = rest.next() {
        let name = option.strip_prefix("--").filter(|name| *name != "help")?;
        let (name, value) = match name.split_once('=') {
            Some(pair) => pair,
            None => (name, *rest.next()?),
        };
        pairs.push((name.to_owned(), value.to_owned()));
    }
    Some(pairs)
}

/// Runs a task that was asked for in its own spelling.
///
/// # Errors
/// The task's, or when the configuration or the database does not open.
pub async fn run(asked: Asked) -> Result<()> {
    let environment: Environment = asked.environment.unwrap_or_else(resolve_from_env).into();
    let context = boot::create_context::<App>(&environment, App::load_config(&environment).await?).await?;
    logger::init::<App>(&context.config.logger)?;
    let vars = Vars::from_cli_args(asked.arguments);
    boot::run_task::<App>(&context, Some(&asked.task.to_owned()), &vars).await
}

/// The exit code of a task that could not be done.
pub const CANNOT: u8 = 2;

/// All tasks, for Loco's command line.
pub fn register(tasks: &mut Tasks) {
    tasks.register(dead_letters::DeadLetters);
    tasks.register(demo::Demo);
    tasks.register(hours::Hours);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Option<Asked> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        own_spelling(&words)
    }

    #[test]
    fn a_task_is_asked_for_as_people_write_it_and_the_rest_is_left_to_the_command_line() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let asked = read("-e test task demo --payments 1000 --seed=7").unwrap();
        assert_eq!((asked.environment.as_deref(), asked.task), (Some("test"), "demo"));
        assert_eq!(asked.arguments, [pair("payments", "1000"), pair("seed", "7")]);
        let keys = read("task keys reseal").unwrap();
        assert_eq!(
            (keys.task, keys.arguments),
            ("keys", vec![pair(keys::ACTION, "reseal")])
        );
        for left in [
            "task demo",
            "task demo payments:1000",
            "task keys a:b",
            "task verify --x 1",
            "start",
            "task demo --help",
        ] {
            assert_eq!(read(left), None, "{left}");
        }
    }
}
