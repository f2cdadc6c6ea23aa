//! What an operator runs by hand: `naru task <name>`.

mod verify;

use loco_rs::task::Tasks;

/// All tasks, for Loco's command line.
pub fn register(tasks: &mut Tasks) {
    tasks.register(verify::Verify);
}
