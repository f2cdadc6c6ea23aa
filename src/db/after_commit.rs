//! What is to be told of a transaction: noted while it runs, told after its commit, forgotten with it when it is undone.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use crate::models::changes::Change;

tokio::task_local! {
    static NOTES: RefCell<Vec<Change>>;
}

/// Notes a change of the transaction that runs just now. Outside of [`super::Database::write`] nobody is told.
pub fn note(change: Change) {
    // An error says that this is no write of the program's own.
    NOTES.try_with(|notes| notes.borrow_mut().push(change)).ok();
}

/// Runs the work of a transaction, and answers with what it noted.
pub(super) async fn noting<F: Future>(work: F) -> (F::Output, Vec<Change>) {
    NOTES
        .scope(RefCell::default(), async {
            let output = work.await;
            (output, NOTES.with(RefCell::take))
        })
        .await
}

type Tell = Box<dyn Fn(Vec<Change>) + Send + Sync>;

/// Who hears of commits: nobody, until one is named. It must not wait for anything.
#[derive(Clone, Default)]
pub(super) struct Hearer(Arc<OnceLock<Tell>>);

impl Hearer {
    pub(super) fn name(&self, tell: impl Fn(Vec<Change>) + Send + Sync + 'static) {
        if self.0.set(Box::new(tell)).is_err() {
            tracing::error!("two want to hear of the same commits; the first one does");
        }
    }

    pub(super) fn tell(&self, changes: Vec<Change>) {
        if let Some(tell) = self.0.get().filter(|_| !changes.is_empty()) {
            tell(changes);
        }
    }
}
