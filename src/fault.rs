//! Fault points: named steps at which a test kills this very process, as a power cut would.
//!
//! Only the builds of tests have them: the feature `fault-points` is switched on by the package's dependency on itself
//! in `[dev-dependencies]`. Without the feature a point is nothing at all, and a release refuses the feature.

#[cfg(all(feature = "fault-points", not(debug_assertions)))]
compile_error!("the feature `fault-points` is for tests: a release must not be able to kill itself");

/// Marks a step. With the feature, and when the step is armed, the process ends here by SIGKILL.
#[cfg(not(feature = "fault-points"))]
#[inline]
pub const fn point(_step: &str) {}

#[cfg(feature = "fault-points")]
pub use armed::point;

#[cfg(feature = "fault-points")]
mod armed {
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, OnceLock, PoisonError};
    use std::{env, fs, thread};

    use rustix::process::{Signal, getpid, kill_process};
    use tokio::task;

    /// Names the file that arms: the steps to pass, one a line. Each is crossed out when one task passes them in this
    /// order, and at the last the process dies. So `claim.before_commit`, `writer.before_commit` is the COMMIT of a
    /// claim, and of nothing else.
    const FILE: &str = "NARU_FAULT_FILE";

    /// The task that passed the steps which are crossed out.
    static PASSING: Mutex<Option<task::Id>> = Mutex::new(None);

    /// As without the feature; reads the file on every pass, so that a running process can be armed.
    pub fn point(step: &str) {
        static ARMED: OnceLock<Option<PathBuf>> = OnceLock::new();
        let Some(file) = ARMED.get_or_init(|| env::var_os(FILE).map(PathBuf::from)) else {
            return;
        };
        let mut passing = PASSING.lock().unwrap_or_else(PoisonError::into_inner);
        let this = task::try_id();
        if passing.is_some() && *passing != this {
            return;
        }
        match pass(file, step) {
            Some(Next::Die) => die(),
            Some(Next::GoOn) => *passing = this,
            None => {}
        }
    }

    enum Next {
        GoOn,
        Die,
    }

    /// Crosses the step out, if it is the next. The file goes with the last one, so that the next start is not armed.
    fn pass(file: &Path, step: &str) -> Option<Next> {
        let steps = fs::read_to_string(file).ok()?;
        let rest = steps.strip_prefix(step)?.strip_prefix('\n')?;
        if rest.is_empty() {
            fs::remove_file(file).ok()?;
            return Some(Next::Die);
        }
        fs::write(file, rest).ok()?;
        Some(Next::GoOn)
    }

    fn die() -> ! {
        // Whatever it answers, nothing goes on from here.
        let _ = kill_process(getpid(), Signal::KILL);
        loop {
            thread::park();
        }
    }
}
