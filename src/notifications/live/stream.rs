//! One stream: what it says, one thing after another, from its beginning to the end of its session.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use sea_orm::{DatabaseConnection, DbErr};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::audience::{Audience, Owner};
use super::missed::{self, Missed};
use super::position::{self, Brought, Position};
use super::registry::Told;
use super::{NoRoom, Place, watch};
use crate::ids::EventId;
use crate::models::changes::TransferChange;
use crate::models::kinds::EndReason;
use crate::models::sessions;
use crate::services::Services;

/// A stream in brief says at most one thing in this time.
const BRIEF_EVERY: Duration = Duration::from_secs(1);
/// One of too many is not asked for again before: its session's newer ones may be closed by then.
const CROWDED: Duration = Duration::from_mins(1);
/// Members' streams do not all read the database at once.
const APART: Duration = Duration::from_secs(1);

/// Who wants to hear what, since when.
#[derive(Clone, Debug)]
pub struct Asked {
    pub owner: Owner,
    pub audience: Audience,
    /// When the session ends, as far as it is known.
    pub until: DateTime<Utc>,
    pub since: Since,
}

/// Where a client says that it stood.
#[derive(Clone, Debug)]
pub enum Since {
    Nowhere,
    Here(Brought),
    /// A page that was made then.
    Page(EventId),
    /// Brought something that is no position.
    Unreadable,
}

impl Since {
    /// What a client brings: a place, or else when its page was made.
    #[must_use]
    pub fn parse(last: Option<&str>, page: Option<&str>) -> Self {
        let of_page = || page.and_then(position::parse_page).map_or(Self::Nowhere, Self::Page);
        last.map_or_else(of_page, |text| {
            Brought::parse(text).map_or(Self::Unreadable, Self::Here)
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    #[error("there is no room for a stream")]
    NoRoom(NoRoom),
    #[error("the database did not answer")]
    Database(#[from] DbErr),
}

/// What a stream says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    Hello {
        resumed: bool,
        hears: bool,
    },
    Transfer(Arc<TransferChange>),
    /// What a page was made with, perhaps: it looks, and says nothing of it.
    Again(Arc<TransferChange>),
    Changed,
    Resync,
    Away,
    Back,
    Beat,
    End(End),
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// `None`: its time was over, or it is of somebody who may not hear this any more.
    Session(Option<EndReason>),
    TooMany,
}

impl End {
    /// When it is to be asked for again; `None`: not at all.
    #[must_use]
    pub const fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Session(_) => None,
            Self::TooMany => Some(CROWDED),
        }
    }
}

/// What is said, with where the stream then stands.
pub type SaidAt = (Said, Option<String>);

struct Stream {
    services: Services,
    asked: Asked,
    waiting: mpsc::Receiver<Told>,
    /// In brief: it is to say that something changed.
    is_told: Arc<AtomicBool>,
    is_to_catch_up: Arc<AtomicBool>,
    position: Position,
    saying: VecDeque<SaidAt>,
    /// Nothing is heard before.
    quiet_until: Option<Instant>,
    is_over: bool,
    /// Dropped with it.
    _place: Place,
}

/// Opens a stream: a place in the hub first, and then the look at what was missed, so that nothing falls between.
///
/// # Errors
/// [`NotOpened`].
pub async fn open(services: &Services, asked: Asked) -> Result<BoxStream<'static, SaidAt>, NotOpened> {
    let most = services.settings.live.clients_max;
    let (place, entry) = services
        .live
        .enter(asked.owner, asked.audience, most)
        .map_err(NotOpened::NoRoom)?;
    watch::begin(services);
    let db = services.db.read();
    let missed = read(db, &asked).await?;
    let mut stream = Stream {
        services: services.clone(),
        waiting: entry.waiting,
        is_told: entry.is_told,
        is_to_catch_up: entry.is_to_catch_up,
        position: match &missed {
            Some(Missed::These(_, position) | Missed::Unknown(position)) => position.clone(),
            None => missed::begin(db, asked.audience).await?,
        },
        asked,
        saying: VecDeque::new(),
        quiet_until: None,
        is_over: false,
        _place: place,
    };
    services.metrics.live_begun(match (&stream.asked.since, &missed) {
        (_, Some(Missed::Unknown(_))) => "resync",
        (Since::Here(_), _) => "resumed",
        _ => "fresh",
    });
    stream.say_hello(missed).await?;
    let said = stream::unfold(stream, |mut stream| async move {
        stream.next().await.map(|said| (said, stream))
    });
    Ok(said.boxed())
}

/// What was missed by who brings a place; `None` where none is brought, or all there is to say is that something changed.
async fn read(db: &DatabaseConnection, asked: &Asked) -> Result<Option<Missed>, DbErr> {
    if asked.audience == Audience::DeskInBrief {
        return Ok(None);
    }
    Ok(match &asked.since {
        Since::Nowhere => None,
        Since::Page(made) => Some(missed::since_page(db, asked.audience, *made).await?),
        Since::Here(brought) => Some(missed::since(db, asked.audience, Some(brought)).await?),
        Since::Unreadable => Some(missed::since(db, asked.audience, None).await?),
    })
}

impl Stream {
    async fn say_hello(&mut self, missed: Option<Missed>) -> Result<(), DbErr> {
        let of_page = match self.asked.since {
            Since::Page(made) if self.asked.audience == Audience::DeskInBrief => Some(made),
            _ => None,
        };
        let hello = Said::Hello {
            resumed: of_page.is_some() || matches!(missed, Some(Missed::These(..))),
            hears: self.services.live.hears(),
        };
        self.say(hello);
        self.say_missed(missed, !matches!(self.asked.since, Since::Page(_)));
        if let Some(made) = of_page
            && missed::any_since_page(self.services.db.read(), made).await?
        {
            self.say(Said::Changed);
        }
        Ok(())
    }

    /// `None`: nothing was asked for. What a page of just now may show already is no news.
    fn say_missed(&mut self, missed: Option<Missed>, is_news: bool) {
        match missed {
            None => {}
            Some(Missed::Unknown(position)) => {
                self.position = position;
                self.say(Said::Resync);
            }
            Some(Missed::These(changes, position)) => {
                self.position = position;
                for change in changes {
                    self.say_change(Arc::new(change), is_news);
                }
            }
        }
    }

    /// Puts something behind what is said already. What a page may stand at says so.
    fn say(&mut self, said: Said) {
        let has_place = matches!(
            said,
            Said::Hello { .. } | Said::Transfer(_) | Said::Again(_) | Said::Resync
        ) && self.asked.audience != Audience::DeskInBrief;
        let at = has_place.then(|| self.position.show());
        self.saying.push_back((said, at));
    }

    fn say_change(&mut self, change: Arc<TransferChange>, is_news: bool) {
        if !self.position.has_told(change.event) {
            self.position.tell(change.event);
            self.say(if is_news {
                Said::Transfer(change)
            } else {
                Said::Again(change)
            });
        }
    }

    fn end(&mut self, why: End) {
        self.is_over = true;
        self.say(Said::End(why));
    }

    /// The next thing said; `None` at its end.
    async fn next(&mut self) -> Option<SaidAt> {
        loop {
            if let Some(said) = self.saying.pop_front() {
                return Some(said);
            }
            if self.is_over {
                return None;
            }
            if let Some(until) = self.quiet_until.take() {
                sleep_until(until).await;
            }
            match timeout(self.services.settings.live.beat(), self.waiting.recv()).await {
                Ok(Some(told)) => self.take(told).await,
                // The hub let go of it: it did not read. It comes back by its position.
                Ok(None) => return None,
                Err(_nothing_was_told) => {
                    if self.is_within_its_time().await {
                        self.say(Said::Beat);
                    }
                }
            }
        }
    }

    async fn take(&mut self, told: Told) {
        match told {
            // It ends as a connection does, and is asked for again elsewhere.
            Told::Stopping => self.is_over = true,
            Told::TooMany => self.end(End::TooMany),
            Told::LookAtSession => {
                self.look_at_session().await;
            }
            Told::Away => self.say(Said::Away),
            Told::Back => self.catch_up().await,
            Told::Look => self.say(Said::Resync),
            Told::Change(change) => {
                if self.is_within_its_time().await {
                    self.take_change(change);
                }
            }
            Told::Desk => {
                if self.is_within_its_time().await {
                    self.say_changed();
                }
            }
        }
    }

    fn take_change(&mut self, change: Arc<TransferChange>) {
        if self.asked.audience == Audience::DeskInBrief {
            self.say_changed();
        } else {
            self.say_change(change, true);
        }
    }

    fn say_changed(&mut self) {
        if self.asked.audience == Audience::DeskInBrief {
            // From here on the next one is told again, and waits.
            self.is_told.store(false, Ordering::Release);
            self.quiet_until = Some(Instant::now() + BRIEF_EVERY);
        }
        self.say(Said::Changed);
    }

    /// Other processes are heard again: what they told meanwhile is read.
    async fn catch_up(&mut self) {
        // Whatever is lost from here on is caught up with once more.
        self.is_to_catch_up.store(false, Ordering::Release);
        if self.asked.audience == Audience::DeskInBrief {
            self.say(Said::Back);
            self.say(Said::Changed);
            return;
        }
        if matches!(self.asked.audience, Audience::Member(_)) {
            tokio::time::sleep(rand::random_range(Duration::ZERO..APART)).await;
        }
        let brought = Brought::parse(&self.position.show());
        let read = missed::since(self.services.db.read(), self.asked.audience, brought.as_ref()).await;
        self.say(Said::Back);
        match read {
            Ok(missed) => self.say_missed(Some(missed), true),
            Err(error) => {
                tracing::warn!(%error, "what a stream missed cannot be read; its page looks");
                self.say(Said::Resync);
            }
        }
    }

    /// Whether it may tell: nothing is told past the end of a session before it was looked at.
    async fn is_within_its_time(&mut self) -> bool {
        self.services.clock.now() < self.asked.until || self.look_at_session().await
    }

    /// Looks at the session's row: it may have been used, and its end have moved. Where it cannot be read nothing is told,
    /// and the stream breaks.
    async fn look_at_session(&mut self) -> bool {
        let found = sessions::Model::find_with_user(self.services.db.read(), self.asked.owner.session).await;
        let now = self.services.clock.now();
        match found {
            Ok(Some((session, user))) => {
                let may_hear = user.role.is_staff() == self.asked.audience.is_of_staff() && user.withdrawn_at.is_none();
                if session.is_alive(now) && may_hear {
                    self.asked.until = session.expires_at.min(session.ends_at);
                    return true;
                }
                self.end(End::Session(session.ended_reason));
            }
            Ok(None) => self.end(End::Session(None)),
            Err(error) => {
                tracing::warn!(%error, "a stream's session cannot be looked at, and it breaks off");
                self.is_over = true;
            }
        }
        false
    }
}
