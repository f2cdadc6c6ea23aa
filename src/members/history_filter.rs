//! A member's payments and refunds by what they look for. Each look at the database goes by one index.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, Select};

use super::history::{HistoryPage, with_partner_names};
use crate::ids::{PartnerId, UserId};
use crate::models::kinds::{TransferKind, TransferState};
use crate::models::transfers::{Column, Entity};
use crate::transfers::find::{self, Place};

/// States that are one to a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// On its way.
    Moving,
    Done,
    /// Ended without money moved.
    Ended,
    /// The bank or a person is being asked.
    Checking,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Moving, Self::Done, Self::Ended, Self::Checking];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Done => "done",
            Self::Ended => "ended",
            Self::Checking => "checking",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.as_str() == word)
    }

    #[must_use]
    pub const fn states(self) -> &'static [TransferState] {
        use TransferState::{Canceled, Executing, Expired, Failed, NeedsReview, Queued, Succeeded, Unknown};
        match self {
            Self::Moving => &[Queued, Executing],
            Self::Done => &[Succeeded],
            Self::Ended => &[Failed, Canceled, Expired],
            Self::Checking => &[Unknown, NeedsReview],
        }
    }
}

/// What is looked for. Absent parts do not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub group: Option<Group>,
    pub kind: Option<TransferKind>,
    pub partner: Option<PartnerId>,
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub before: Option<DateTime<Utc>>,
}

/// One page of what the member looks for, newest first.
///
/// # Errors
/// The database's.
pub async fn page_owned_by(
    db: &impl ConnectionTrait,
    member: UserId,
    filter: &Filter,
    after: Option<Place>,
    limit: u64,
) -> Result<HistoryPage, DbErr> {
    let mut rows = Vec::new();
    for look in looks(member, filter) {
        rows.extend(find::page(look, after, limit).all(db).await?);
    }
    rows.sort_unstable_by_key(|row| Reverse((row.created_at, row.id)));
    let next = find::cut(&mut rows, limit, Place::of);
    Ok(HistoryPage {
        entries: with_partner_names(db, rows).await?,
        next,
    })
}

/// The looks whose newest rows together hold the newest of all.
///
/// One shop: index `(member_id, partner_id, created_at, id)`. Some states or one kind: one look for each state and kind
/// by `(member_id, kind, state, created_at, id)`, for a range over several would be sorted as a whole. Else `(member_id,
/// created_at, id)`.
fn looks(member: UserId, filter: &Filter) -> Vec<Select<Entity>> {
    let of_member = || {
        let mut query = Entity::find().filter(Column::MemberId.eq(member));
        if let Some(from) = filter.from {
            query = query.filter(Column::CreatedAt.gte(from));
        }
        if let Some(before) = filter.before {
            query = query.filter(Column::CreatedAt.lt(before));
        }
        query
    };
    if let Some(partner) = filter.partner {
        let mut query = of_member().filter(Column::PartnerId.eq(partner));
        if let Some(kind) = filter.kind {
            query = query.filter(Column::Kind.eq(kind));
        }
        if let Some(group) = filter.group {
            query = query.filter(Column::State.is_in(group.states().iter().copied()));
        }
        return vec![query];
    }
    if filter.group.is_none() && filter.kind.is_none() {
        return vec![of_member()];
    }
    let states = filter.group.map_or(TransferState::ALL, Group::states);
    let one_kind = filter.kind.as_slice();
    let kinds = if one_kind.is_empty() {
        TransferKind::ALL
    } else {
        one_kind
    };
    let cells = kinds
        .iter()
        .flat_map(|kind| states.iter().map(move |state| (*kind, *state)));
    cells
        .map(|(kind, state)| {
            of_member()
                .filter(Column::Kind.eq(kind))
                .filter(Column::State.eq(state))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_in_one_group() {
        for state in TransferState::ALL {
            let groups = Group::ALL.into_iter().filter(|group| group.states().contains(state));
            assert_eq!(groups.count(), 1, "{state:?}");
        }
    }

    #[test]
    fn a_word_of_a_group_is_read_back() {
        for group in Group::ALL {
            assert_eq!(Group::parse(group.as_str()), Some(group));
        }
        assert_eq!(Group::parse("lost"), None);
    }
}
