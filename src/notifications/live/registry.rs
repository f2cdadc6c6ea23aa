//! The streams that are open in this process, and which of them a change is for.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::audience::{Audience, Owner};
use crate::ids::{SessionId, TransferId, UserId};
use crate::models::changes::{Sessions, TransferChange};

/// Waiting for one stream. One that has so many does not read.
pub const WAITING: usize = 64;
/// Streams of one session; with another one the oldest ends.
pub const OF_A_SESSION: usize = 16;

/// What a stream is told. A change is one allocation for all who hear it.
#[derive(Clone, Debug)]
pub enum Told {
    Change(Arc<TransferChange>),
    /// Other processes are not heard.
    Away,
    /// They are, and something may have been missed.
    Back,
    /// Something of the desk changed that is no transfer's.
    Desk,
    /// Nobody knows what changed.
    Look,
    /// Its session may have ended.
    LookAtSession,
    /// Its session has others, newer ones.
    TooMany,
    /// The process ends.
    Stopping,
}

pub type ClientId = u64;

struct Client {
    owner: Owner,
    audience: Audience,
    waiting: mpsc::Sender<Told>,
    /// In brief: it was told and has not said it yet.
    is_told: Arc<AtomicBool>,
    /// It was told to catch up and has not begun to.
    is_to_catch_up: Arc<AtomicBool>,
}

/// Files of clients, oldest first.
type File<K> = HashMap<K, BTreeSet<ClientId>>;

#[derive(Default)]
pub struct Registry {
    last: ClientId,
    clients: HashMap<ClientId, Client>,
    desk: BTreeSet<ClientId>,
    members: File<UserId>,
    payments: File<TransferId>,
    sessions: File<SessionId>,
    users: File<UserId>,
}

/// The hub's end of a new client.
pub struct Entry {
    pub id: ClientId,
    pub waiting: mpsc::Receiver<Told>,
    pub is_told: Arc<AtomicBool>,
    pub is_to_catch_up: Arc<AtomicBool>,
}

impl Registry {
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    pub fn enter(&mut self, owner: Owner, audience: Audience) -> Entry {
        if let Some(oldest) = self.oldest_of_too_many(owner.session) {
            self.tell(oldest, Told::TooMany);
            self.leave(oldest);
        }
        self.last += 1;
        let id = self.last;
        let (sender, receiver) = mpsc::channel(WAITING);
        let (is_told, is_to_catch_up) = <(Arc<AtomicBool>, Arc<AtomicBool>)>::default();
        match audience {
            Audience::Member(member) => file(&mut self.members, member, id),
            Audience::Payment(payment) => file(&mut self.payments, payment, id),
            Audience::Desk | Audience::DeskInBrief => {
                self.desk.insert(id);
            }
        }
        file(&mut self.sessions, owner.session, id);
        file(&mut self.users, owner.user, id);
        let client = Client {
            owner,
            audience,
            waiting: sender,
            is_told: Arc::clone(&is_told),
            is_to_catch_up: Arc::clone(&is_to_catch_up),
        };
        self.clients.insert(id, client);
        Entry {
            id,
            waiting: receiver,
            is_told,
            is_to_catch_up,
        }
    }

    fn oldest_of_too_many(&self, session: SessionId) -> Option<ClientId> {
        let of_session = self.sessions.get(&session)?;
        of_session.first().copied().filter(|_| of_session.len() >= OF_A_SESSION)
    }

    pub fn leave(&mut self, id: ClientId) {
        let Some(Client { owner, audience, .. }) = self.clients.remove(&id) else {
            return;
        };
        match audience {
            Audience::Member(member) => unfile(&mut self.members, &member, id),
            Audience::Payment(payment) => unfile(&mut self.payments, &payment, id),
            Audience::Desk | Audience::DeskInBrief => {
                self.desk.remove(&id);
            }
        }
        unfile(&mut self.sessions, &owner.session, id);
        unfile(&mut self.users, &owner.user, id);
    }

    /// Tells a change to those whom it is for; answers with how many could not take it and are gone.
    pub fn change(&mut self, change: &Arc<TransferChange>) -> usize {
        let of_member = self.members.get(&change.member);
        let of_payment = self.payments.get(&change.group());
        let named: Vec<ClientId> = [of_member, of_payment, Some(&self.desk)]
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .collect();
        self.tell_all(named, &Told::Change(Arc::clone(change)))
    }

    /// Tells that staff did something: the lists, and the page of the payment that it was about.
    pub fn desk(&mut self, transfer: Option<TransferId>) -> usize {
        let of_payment = transfer.and_then(|transfer| self.payments.get(&transfer));
        let named: Vec<ClientId> = [of_payment, Some(&self.desk)]
            .into_iter()
            .flatten()
            .flatten()
            .copied()
            .collect();
        self.tell_all(named, &Told::Desk)
    }

    /// Those of sessions that may have ended look.
    pub fn ended(&mut self, sessions: Sessions) -> usize {
        let (named, but) = match sessions {
            Sessions::One(session) => (self.sessions.get(&session), None),
            Sessions::AllOf(user) => (self.users.get(&user), None),
            Sessions::AllButOne(user, kept) => (self.users.get(&user), Some(kept)),
        };
        let clients = &self.clients;
        let is_named = |id: &ClientId| but.is_none() || clients.get(id).map(|client| client.owner.session) != but;
        let named: Vec<ClientId> = named.into_iter().flatten().copied().filter(is_named).collect();
        self.tell_all(named, &Told::LookAtSession)
    }

    /// Tells all.
    pub fn all(&mut self, told: &Told) -> usize {
        let all: Vec<ClientId> = self.clients.keys().copied().collect();
        self.tell_all(all, told)
    }

    /// Sessions that have a stream, and whether it is staff's.
    pub fn sessions(&self) -> Vec<(SessionId, bool)> {
        let of = |(session, ids): (&SessionId, &BTreeSet<ClientId>)| {
            let client = ids.first().and_then(|id| self.clients.get(id))?;
            Some((*session, client.audience.is_of_staff()))
        };
        self.sessions.iter().filter_map(of).collect()
    }

    fn tell_all(&mut self, named: Vec<ClientId>, told: &Told) -> usize {
        let mut gone = 0;
        for id in named {
            if !self.tell(id, told.clone()) {
                self.leave(id);
                gone += 1;
            }
        }
        gone
    }

    /// Whether it took it, or it is not for them.
    fn tell(&self, id: ClientId, told: Told) -> bool {
        let Some(client) = self.clients.get(&id) else {
            return true;
        };
        let is_for_them = match &told {
            Told::Change(change) => client.audience.hears(change) && !client.knows_in_brief(),
            Told::Desk => !client.knows_in_brief(),
            // One is enough, however often they were lost.
            Told::Back => !client.is_to_catch_up.swap(true, Ordering::AcqRel),
            _ => true,
        };
        if !is_for_them {
            return true;
        }
        match client.waiting.try_send(told) {
            // Closed: it is about to leave by itself.
            Ok(()) | Err(TrySendError::Closed(_)) => true,
            Err(TrySendError::Full(_)) => false,
        }
    }
}

impl Client {
    /// Whether it is to say already that something changed.
    fn knows_in_brief(&self) -> bool {
        self.audience == Audience::DeskInBrief && self.is_told.swap(true, Ordering::AcqRel)
    }
}

fn file<K: std::hash::Hash + Eq>(file: &mut File<K>, key: K, id: ClientId) {
    file.entry(key).or_default().insert(id);
}

fn unfile<K: std::hash::Hash + Eq>(file: &mut File<K>, key: &K, id: ClientId) {
    if let Some(ids) = file.get_mut(key) {
        ids.remove(&id);
        if ids.is_empty() {
            file.remove(key);
        }
    }
}
