//! `/partner/keys/{id}`: one key, its successor, its end, and what was done with it.

use serde::Serialize;

use super::deeds::DeedRow;
use super::keys::{KeyRow, KeyState};
use crate::views::{example, page::Page};

/// `GET /partner/keys/{id}`, and the answer to its forms when they were refused. Its forms: `POST …/rotation` (`next`,
/// `overlap`), `POST …/end`.
#[derive(Clone, Debug, Serialize)]
pub struct KeyDetail {
    pub key: KeyRow,
    pub rotation: Rotation,
    /// `key_…` that a successor will have.
    pub next_id: String,
    /// Words for how long the old key may live on, the usual one first.
    pub overlaps: Vec<&'static str>,
    /// The key that it took over from, and the one that took over from it.
    pub before: Option<KeyRow>,
    pub after: Option<KeyRow>,
    pub history: Vec<DeedRow>,
    /// No other key lives.
    pub is_last: bool,
}

/// Whether it can be rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rotation {
    Possible,
    Ended,
    HasSuccessor,
    PredecessorLives,
    TooMany,
}

impl Page for KeyDetail {
    const TEMPLATE: &'static str = "partner/key.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let key = |state, rotation| Self {
            key: KeyRow {
                name: example::HOSTILE.to_owned(),
                ..KeyRow::example(state)
            },
            rotation,
            next_id: "key_019ac1f05d7a7b3e8c41f2a90b6d7e11".to_owned(),
            overlaps: vec!["24h", "7d", "0h"],
            before: None,
            after: None,
            history: DeedRow::examples().into_iter().take(2).collect(),
            is_last: true,
        };
        let with_after = Self {
            after: Some(KeyRow::example(KeyState::Active)),
            is_last: false,
            ..key(KeyState::Ending, Rotation::HasSuccessor)
        };
        let with_before = Self {
            before: Some(KeyRow::example(KeyState::Ending)),
            is_last: false,
            ..key(KeyState::Active, Rotation::PredecessorLives)
        };
        vec![
            ("active", key(KeyState::Active, Rotation::Possible)),
            ("has a successor", with_after),
            ("has a predecessor", with_before),
            ("too many", key(KeyState::Active, Rotation::TooMany)),
            ("ended", key(KeyState::Ended, Rotation::Ended)),
        ]
    }
}
