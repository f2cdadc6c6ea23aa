//! The chain of a transfer's history: each event's hash covers all that it says and the hash before it, the first one the
//! facts of the transfer that never change. What is changed, taken out, put in or moved shows from there on.
//!
//! A value is written as its length and its bytes, so that no two histories give the same bytes. Who can write the
//! database can also compute new hashes: only a head that was noted elsewhere tells of that, see `naru task verify`.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::models::kinds::TransferState;
use crate::models::{transfer_events, transfers};

/// Changes with the encoding, so that an old history is still read by its own.
const VERSION: &[u8] = b"naru transfer history 1";

/// The hash that the first event continues: who was to pay whom how much, of what.
#[must_use]
pub fn root(transfer: &transfers::Model) -> String {
    let mut hash = Encoder::new();
    hash.id(transfer.id.0);
    hash.text(transfer.kind.as_str());
    hash.id(transfer.partner_id.0);
    hash.id(transfer.member_id.0);
    hash.id(transfer.account_id.0);
    hash.option(transfer.mandate_id.map(|id| id.0), Encoder::id);
    hash.option(transfer.payment_id.map(|id| id.0), Encoder::id);
    hash.option(transfer.order_id.as_deref(), Encoder::text);
    hash.number(transfer.amount_won);
    hash.text(&transfer.description);
    hash.option(transfer.metadata.as_deref(), Encoder::text);
    hash.text(&transfer.short_code);
    hash.text(transfer.mode.as_str());
    hash.number(transfer.created_at.timestamp_micros());
    hash.option(transfer.expires_at.map(|at| at.timestamp_micros()), Encoder::number);
    hash.finish()
}

/// The hash of an event that follows `before`.
#[must_use]
pub fn next(before: &str, event: &transfer_events::Model) -> String {
    let mut hash = Encoder::new();
    hash.text(before);
    hash.id(event.id.0);
    hash.id(event.transfer_id.0);
    hash.number(event.version);
    hash.number(event.at.timestamp_micros());
    hash.text(event.event_type.as_str());
    hash.text(event.state.as_str());
    hash.option(event.previous_state.map(TransferState::as_str), Encoder::text);
    hash.text(event.actor.as_str());
    hash.option(event.detail.as_deref(), Encoder::text);
    hash.finish()
}

struct Encoder(Sha256);

impl Encoder {
    fn new() -> Self {
        let mut encoder = Self(Sha256::new());
        encoder.bytes(VERSION);
        encoder
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn id(&mut self, id: Uuid) {
        self.bytes(id.as_bytes());
    }

    fn number(&mut self, number: i64) {
        self.bytes(&number.to_be_bytes());
    }

    /// Nothing differs from an empty value.
    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.bytes(&[u8::from(value.is_some())]);
        if let Some(value) = value {
            write(self, value);
        }
    }

    /// 64 hex digits.
    fn finish(self) -> String {
        hex::encode(self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::ids::{AccountId, EventId, MandateId, PartnerId, TransferId, UserId};
    use crate::models::kinds::{Actor, EventType, TransferKind};
    use crate::money::Won;
    use crate::transfers::policy::{Parties, queued};

    fn transfer() -> transfers::Model {
        let parties = Parties {
            partner_id: PartnerId(Uuid::from_u128(2)),
            member_id: UserId(Uuid::from_u128(3)),
            account_id: AccountId(Uuid::from_u128(4)),
        };
        let at = DateTime::from_timestamp_micros(1_764_115_200_123_456).unwrap();
        transfers::Model {
            id: TransferId(Uuid::from_u128(1)),
            short_code: "NR7K2M9QX4AB".to_owned(),
            order_id: Some("order-1".to_owned()),
            expires_at: Some(at + TimeDelta::minutes(30)),
            ..queued(TransferKind::Payment, Won::new(12_300), at, parties)
        }
    }

    fn event() -> transfer_events::Model {
        transfer_events::Model {
            id: EventId(Uuid::from_u128(5)),
            transfer_id: TransferId(Uuid::from_u128(1)),
            member_id: UserId(Uuid::from_u128(3)),
            version: 1,
            at: DateTime::from_timestamp_micros(1_764_115_200_123_456).unwrap(),
            event_type: EventType::Created,
            state: TransferState::Queued,
            previous_state: None,
            actor: Actor::Partner,
            detail: None,
            hash: String::new(),
        }
    }

    /// Computed by another program, in another language, from the words of this file.
    #[test]
    fn the_encoding_is_fixed_for_ever() {
        let root = root(&transfer());
        assert_eq!(root, "ce8691eba0e3c90e7bb43b0bfae68a9eb3ce3486d77649cf3b92fdb4c232ae0d");
        assert_eq!(
            next(&root, &event()),
            "7f77f1103a1ce6406b022416becfdfe1ce6243c8218fba6cc0c77637e60a886b"
        );
    }

    #[test]
    fn every_fact_of_a_transfer_is_covered() {
        type Change = fn(&mut transfers::Model);
        let changes: [Change; 16] = [
            |it| it.id = TransferId(Uuid::from_u128(9)),
            |it| it.kind = TransferKind::Refund,
            |it| it.partner_id = PartnerId(Uuid::from_u128(9)),
            |it| it.member_id = UserId(Uuid::from_u128(9)),
            |it| it.account_id = AccountId(Uuid::from_u128(9)),
            |it| it.mandate_id = Some(MandateId(Uuid::from_u128(9))),
            |it| it.payment_id = Some(TransferId(Uuid::from_u128(9))),
            |it| it.order_id = None,
            |it| it.amount_won += 1,
            |it| it.description.push('x'),
            |it| it.metadata = Some(String::new()),
            |it| it.short_code.push('x'),
            |it| it.mode = crate::models::kinds::Mode::Live,
            |it| it.created_at += TimeDelta::microseconds(1),
            |it| it.expires_at = None,
            |it| it.expires_at = it.expires_at.map(|at| at + TimeDelta::microseconds(1)),
        ];
        let mut seen = std::collections::BTreeSet::from([root(&transfer())]);
        for change in changes {
            let mut changed = transfer();
            change(&mut changed);
            assert!(seen.insert(root(&changed)), "{changed:?}");
        }
    }

    #[test]
    fn no_field_can_lend_to_its_neighbour() {
        type Change = fn(&mut transfers::Model);
        // The same bytes in the same order, cut at another place, or with the gap at another place.
        let cuts: [Change; 4] = [
            |it| (it.description, it.metadata) = ("ab".to_owned(), Some("c".to_owned())),
            |it| (it.description, it.metadata) = ("a".to_owned(), Some("bc".to_owned())),
            |it| (it.description, it.metadata) = ("abc".to_owned(), Some(String::new())),
            |it| (it.description, it.metadata) = ("abc".to_owned(), None),
        ];
        let gaps: [Change; 2] = [
            |it| (it.mandate_id, it.payment_id) = (Some(MandateId(Uuid::from_u128(9))), None),
            |it| (it.mandate_id, it.payment_id) = (None, Some(TransferId(Uuid::from_u128(9)))),
        ];
        let mut seen = std::collections::BTreeSet::new();
        for change in cuts.into_iter().chain(gaps) {
            let mut changed = transfer();
            change(&mut changed);
            assert!(seen.insert(root(&changed)), "{changed:?}");
        }
    }

    #[test]
    fn every_field_of_an_event_is_covered() {
        type Change = fn(&mut transfer_events::Model);
        let changes: [Change; 10] = [
            |it| it.id = EventId(Uuid::from_u128(9)),
            |it| it.transfer_id = TransferId(Uuid::from_u128(9)),
            |it| it.version = 2,
            |it| it.at += TimeDelta::microseconds(1),
            |it| it.event_type = EventType::Note,
            |it| it.state = TransferState::Failed,
            |it| it.previous_state = Some(TransferState::Queued),
            |it| it.actor = Actor::Staff,
            |it| it.detail = Some(String::new()),
            |it| it.detail = Some("partner".to_owned()),
        ];
        let mut seen = std::collections::BTreeSet::from([next("a", &event()), next("b", &event())]);
        assert_eq!(seen.len(), 2, "the event before is covered");
        for change in changes {
            let mut changed = event();
            change(&mut changed);
            assert!(seen.insert(next("a", &changed)), "{changed:?}");
        }
    }
}
