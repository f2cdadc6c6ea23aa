//! `/partner/keys`: the keys of a partner, and how each stands.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::Scope,
    views::{example, page::Page},
};

/// `GET /partner/keys`.
#[derive(Clone, Debug, Serialize)]
pub struct KeyList {
    pub living: Vec<KeyRow>,
    /// Those that ended last.
    pub ended: Vec<KeyRow>,
    pub most: usize,
    /// As many live as may.
    pub is_full: bool,
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    Active,
    /// Its end is set.
    Ending,
    Ended,
}

#[derive(Clone, Debug, Serialize)]
pub struct KeyRow {
    /// `key_…`.
    pub id: String,
    pub name: String,
    /// Its beginning and its last four letters.
    pub hint: String,
    pub scopes: Vec<Scope>,
    pub has_all_scopes: bool,
    pub state: KeyState,
    pub created_at: DateTime<Utc>,
    /// To the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    pub ends_at: Option<DateTime<Utc>>,
}

impl KeyRow {
    pub(in crate::views) fn example(state: KeyState) -> Self {
        Self {
            id: "key_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
            name: "주문 서버".to_owned(),
            hint: "naru_sk_test_…7e10".to_owned(),
            scopes: Scope::ALL.to_vec(),
            has_all_scopes: true,
            state,
            created_at: example::at(0),
            last_used_at: Some(example::at(600)),
            ends_at: (state != KeyState::Active).then(|| example::at(86_400)),
        }
    }
}

impl Page for KeyList {
    const TEMPLATE: &'static str = "partner/keys.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let never_used = KeyRow {
            name: example::HOSTILE.to_owned(),
            scopes: vec![Scope::PaymentsRead, Scope::EventsRead],
            has_all_scopes: false,
            last_used_at: None,
            ..KeyRow::example(KeyState::Active)
        };
        let living = vec![
            KeyRow::example(KeyState::Active),
            KeyRow::example(KeyState::Ending),
            never_used,
        ];
        let list = |living, ended, is_full| Self {
            living,
            ended,
            most: 20,
            is_full,
        };
        vec![
            ("none", list(Vec::new(), Vec::new(), false)),
            (
                "some",
                list(living.clone(), vec![KeyRow::example(KeyState::Ended)], false),
            ),
            ("full", list(living, Vec::new(), true)),
        ]
    }
}
