//! The connection to Redis: every question has a deadline, and one that failed leaves Redis alone for a while.
//!
//! ```text
//!   idle ── first question ──▶ connecting ──▶ up ── a question failed ──▶ down ──┐
//!                                   └── failed, or took too long ──▶ down        │
//!                              up ◀── a task of its own tries again ◀────────────┘  after 1 s, 2 s, 4 s, 5 s, 5 s …
//! ```
//!
//! So a page with ten cards waits once, and the next ones not at all. A server that takes a connection and then says
//! nothing counts as one that is dead.

use std::sync::{Arc, Weak};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};
use tokio::sync::watch;
use tokio::time::timeout;

/// A server that takes longer to be connected to is counted as down.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Why Redis gave no answer that can be used. Told to the log here; a caller goes on without.
#[derive(Debug, thiserror::Error)]
pub enum Miss {
    #[error("it is not asked for a moment")]
    Down,
    #[error("no answer within {0:?}")]
    Slow(Duration),
    #[error(transparent)]
    Failed(RedisError),
    /// It answers, with something else than we write.
    #[error("its answer is of another kind than ours: {0}")]
    Nonsense(RedisError),
}

impl From<RedisError> for Miss {
    fn from(error: RedisError) -> Self {
        let is_nonsense = error.code() == Some("WRONGTYPE")
            || matches!(error.kind(), ErrorKind::UnexpectedReturnType | ErrorKind::Parse);
        if is_nonsense {
            Self::Nonsense(error)
        } else {
            Self::Failed(error)
        }
    }
}

#[derive(Clone)]
enum State {
    Idle,
    /// Somebody's first question waits for it.
    Connecting,
    Up(MultiplexedConnection, Number),
    /// A task tries to connect.
    Down,
}

/// Tells one connection from the next.
type Number = u64;

/// Cheap to clone.
#[derive(Clone)]
pub struct Link(Arc<Shared>);

struct Shared {
    client: Client,
    deadline: Duration,
    state: watch::Sender<State>,
}

impl Link {
    /// Connects at the first question.
    pub fn new(client: Client, deadline: Duration) -> Self {
        Self(Arc::new(Shared {
            client,
            deadline,
            state: watch::Sender::new(State::Idle),
        }))
    }

    pub fn client(&self) -> &Client {
        &self.0.client
    }

    /// Redis' answer within the deadline, the wait for a first connection included.
    pub async fn ask<T, F>(&self, question: impl FnOnce(MultiplexedConnection) -> F) -> Result<T, Miss>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let mut used = None;
        let asking = async {
            let (connection, number) = self.connection().await?;
            used = Some(number);
            Ok(question(connection).await?)
        };
        let deadline = self.0.deadline;
        let answer = timeout(deadline, asking).await.unwrap_or(Err(Miss::Slow(deadline)));
        if let Err(miss @ (Miss::Slow(_) | Miss::Failed(_))) = &answer {
            self.leave_alone(used, miss);
        }
        answer
    }

    async fn connection(&self) -> Result<(MultiplexedConnection, Number), Miss> {
        let is_first = self.0.state.send_if_modified(|state| {
            let is_idle = matches!(state, State::Idle);
            if is_idle {
                *state = State::Connecting;
            }
            is_idle
        });
        if is_first {
            tokio::spawn(connect_until_up(Arc::downgrade(&self.0), Duration::ZERO, 1));
        }
        let mut state = self.0.state.subscribe();
        let state = state.wait_for(|state| !matches!(state, State::Connecting)).await;
        match state.as_deref() {
            Ok(State::Up(connection, number)) => Ok((connection.clone(), *number)),
            _ => Err(Miss::Down),
        }
    }

    /// After a question failed over this connection, or while there was none yet.
    fn leave_alone(&self, used: Option<Number>, why: &Miss) {
        let lost = self.0.state.send_if_modified(|state| {
            let is_this = match state {
                State::Up(_, number) => used == Some(*number),
                State::Connecting => used.is_none(),
                State::Idle | State::Down => false,
            };
            if is_this {
                *state = State::Down;
            }
            is_this
        });
        if lost {
            tracing::warn!(%why, "Redis is of no use; each process goes by what it knows itself");
        }
        if let Some(number) = used.filter(|_| lost) {
            tokio::spawn(connect_until_up(Arc::downgrade(&self.0), FIRST_PAUSE, number + 1));
        }
    }
}

impl Shared {
    async fn connect(&self) -> Result<MultiplexedConnection, Miss> {
        // The deadline of a question is ours, and so is this one.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let connecting = async {
            let mut connection = self
                .client
                .get_multiplexed_async_connection_with_config(&config)
                .await?;
            redis::cmd("PING").query_async::<()>(&mut connection).await?;
            Ok(connection)
        };
        timeout(PATIENCE, connecting).await.unwrap_or(Err(Miss::Slow(PATIENCE)))
    }
}

/// Ends when there is a connection, or nobody left to ask over it.
async fn connect_until_up(link: Weak<Shared>, first_pause: Duration, number: Number) {
    tokio::time::sleep(first_pause).await;
    let mut pauses = Pauses::default();
    loop {
        let Some(shared) = link.upgrade() else { return };
        match shared.connect().await {
            Ok(connection) => {
                let was = shared.state.send_replace(State::Up(connection, number));
                if matches!(was, State::Down) {
                    tracing::info!("Redis answers");
                }
                return;
            }
            Err(error) => {
                let was = shared.state.send_replace(State::Down);
                if matches!(was, State::Connecting) {
                    tracing::warn!(%error, "Redis is of no use; each process goes by what it knows itself");
                }
            }
        }
        drop(shared);
        tokio::time::sleep(pauses.next()).await;
    }
}

/// The pauses between tries: each twice as long, up to a limit.
pub(super) struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(FIRST_PAUSE)
    }
}

impl Pauses {
    pub fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(LONGEST_PAUSE);
        pause
    }
}
