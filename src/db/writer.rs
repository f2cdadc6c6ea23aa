//! The one writer of SQLite: takes what waits, runs each piece in a savepoint of one transaction, commits once.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use futures::future::BoxFuture;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

use super::after_commit::{Hearer, noting};
use crate::fault;
use crate::models::changes::Change;

/// How many pieces of work may share one commit.
const BATCH: usize = 64;
/// How many may wait before a caller has to.
const QUEUE: usize = 1024;

#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<Box<dyn Work>>);

impl Writer {
    pub(super) fn start(connection: DatabaseConnection, hearer: Hearer) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        tokio::spawn(write_until_closed(connection, hearer, receiver));
        Self(sender)
    }

    pub(super) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbErr> + Send + 'static,
        F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let piece = Piece {
            work: Some(work),
            result: None,
            changes: Vec::new(),
            reply,
            span: Span::current(),
        };
        self.0.send(Box::new(piece)).await.map_err(|_| lost())?;
        answer.await.map_err(|_| lost())?
    }
}

/// The answer when the work panicked, or the process is ending around it.
pub(super) fn lost() -> DbErr {
    DbErr::Custom("it is not known whether the write was made".to_owned())
}

/// One piece of work, its types hidden, so that different ones can share a commit.
trait Work: Send {
    /// Runs the work; true when its writes are to be kept.
    fn run<'t>(&'t mut self, transaction: &'t DatabaseTransaction) -> BoxFuture<'t, bool>;
    /// Tells the caller, after the commit, and who hears of commits.
    fn finish(self: Box<Self>, commit: Result<(), String>, hearer: &Hearer);
}

struct Piece<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    /// What it noted of its changes.
    changes: Vec<Change>,
    reply: oneshot::Sender<Result<T, E>>,
    /// What is logged within belongs to who asked for it.
    span: Span,
}

impl<F, T, E> Work for Piece<F, T, E>
where
    T: Send + 'static,
    E: From<DbErr> + Send + 'static,
    F: for<'t> FnOnce(&'t DatabaseTransaction) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    fn run<'t>(&'t mut self, transaction: &'t DatabaseTransaction) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else { return false };
            // A panic ends this piece alone: its writes are undone, its caller is told, the others go on.
            let work = AssertUnwindSafe(noting(work(transaction))).catch_unwind();
            if let Ok((result, changes)) = work.instrument(self.span.clone()).await {
                (self.result, self.changes) = (Some(result), changes);
            }
            matches!(self.result, Some(Ok(_)))
        })
    }

    fn finish(self: Box<Self>, commit: Result<(), String>, hearer: &Hearer) {
        let Some(result) = self.result else { return };
        if result.is_ok() && commit.is_ok() {
            hearer.tell(self.changes);
        }
        let answer = match (result, commit) {
            (Ok(_), Err(reason)) => Err(E::from(DbErr::Custom(reason))),
            (result, _) => result,
        };
        // The caller may have gone away; the write stands either way.
        drop(self.reply.send(answer));
    }
}

async fn write_until_closed(connection: DatabaseConnection, hearer: Hearer, mut queue: mpsc::Receiver<Box<dyn Work>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let commit = write_batch(&connection, &mut batch)
            .await
            .map_err(|error| error.to_string());
        if let Err(reason) = &commit {
            tracing::error!(reason, pieces = batch.len(), "a commit failed; its callers were told");
        }
        for piece in batch.drain(..) {
            piece.finish(commit.clone(), &hearer);
        }
    }
}

async fn write_batch(connection: &DatabaseConnection, batch: &mut [Box<dyn Work>]) -> Result<(), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = connection.begin_with_options(options).await?;
    for piece in batch {
        let savepoint = transaction.begin().await?;
        if piece.run(&savepoint).await {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
    }
    fault::point("writer.before_commit");
    transaction.commit().await?;
    fault::point("writer.after_commit");
    Ok(())
}
