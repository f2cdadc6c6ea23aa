//! The states of a transfer as members tell them apart.

use crate::models::kinds::TransferState;

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
