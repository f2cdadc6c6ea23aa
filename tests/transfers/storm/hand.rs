//! Work in hand: a future that is polled so often and then left alone, taken up again, or dropped as by a crash.

use std::future::poll_fn;
use std::task::Poll;

use futures::future::BoxFuture;
use naru::models::kinds::TransferState;
use naru::services::Services;
use naru::transfers::{TransferError, abandoned, execute, expiry, inquire};

use super::model::Transfer;
use super::ops::What;

pub type Work = BoxFuture<'static, Result<(), TransferError>>;

/// A worker that is not heard of.
pub struct Held {
    pub of: usize,
    pub work: Work,
}

/// The verb of the relay, as a worker of these services calls it.
pub fn begin(services: &Services, transfer: &Transfer, what: What) -> Work {
    let (services, known) = (services.clone(), transfer.row.clone());
    match resolve(what, known.state) {
        What::Inquire => Box::pin(async move { inquire::inquire(&services, known.id).await }),
        What::Sweep => Box::pin(async move {
            expiry::expire_if_due(&services, &known).await?;
            abandoned::declare_unknown_if_due(&services, &known).await?;
            Ok(())
        }),
        What::Execute | What::Due => Box::pin(async move { execute::execute(&services, known.id).await }),
    }
}

const fn resolve(what: What, state: TransferState) -> What {
    match (what, state) {
        (What::Due, TransferState::Executing) => What::Sweep,
        (What::Due, TransferState::Unknown) => What::Inquire,
        _ => what,
    }
}

/// Polls at most so often. `None`: it was still waiting for something then.
pub async fn poll_times<T>(work: &mut BoxFuture<'_, T>, polls: usize) -> Option<T> {
    let mut left = polls;
    poll_fn(|context| {
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
