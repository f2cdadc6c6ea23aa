//! The arguments of a task, `name:value` each: those that it takes, all of them, and no other.

use loco_rs::task::Vars;
use loco_rs::{Error, Result};

/// A reason that says something.
pub(super) fn given(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::Message("reason:… is empty".to_owned()));
    }
    Ok(reason.to_owned())
}

/// The values of exactly these arguments.
pub(super) fn arguments<const COUNT: usize>(vars: &Vars, names: [&str; COUNT]) -> Result<[String; COUNT]> {
    if let Some(other) = vars.cli.keys().find(|name| !names.contains(&name.as_str())) {
        return Err(Error::Message(format!("there is no argument `{other}` beside these")));
    }
    if let Some(missing) = names.iter().find(|name| !vars.cli.contains_key(**name)) {
        return Err(Error::Message(format!("{missing}:… is missing")));
    }
    Ok(names.map(|name| vars.cli.get(name).cloned().unwrap_or_default()))
}
