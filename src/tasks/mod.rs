//! What an operator runs by hand: `naru task <name>`. It ends as `diff` does: 0 for nothing to tell, 1 for findings, 2
//! for what could not be done.

mod dead_letters;
mod demo;
mod redrive;
mod verify;

use loco_rs::task::Tasks;

/// The exit code of a task that could not be done.
pub const CANNOT: u8 = 2;

/// All tasks, for Loco's command line.
pub fn register(tasks: &mut Tasks) {
    tasks.register(dead_letters::DeadLetters);
    tasks.register(demo::Demo);
    tasks.register(redrive::Redrive);
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
