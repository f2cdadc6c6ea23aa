//! The shapes of bodies and parameters, as values that the document and the reference are made of.

use crate::ids::Prefix;

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Id(Prefix),
    /// A text of 1 to so many visible characters.
    Text {
        most: u32,
    },
    /// As `Text`, or empty.
    TextOrEmpty {
        most: u32,
    },
    /// Whole won, from so many on.
    Won {
        least: i64,
    },
    Whole {
        least: i64,
        most: i64,
    },
    Time,
    Yes,
    Choice(&'static [&'static str]),
    /// Always this text.
    Only(&'static str),
    Url,
    /// A JSON pointer, or the name of a parameter or header; empty for the whole body.
    Pointer,
    /// Texts by name.
    Metadata,
    /// Members that depend on something.
    Open,
    /// Another schema of ours.
    Of(&'static str),
    /// A list of another schema of ours.
    Many(&'static str),
    /// A list of choices.
    Choices(&'static [&'static str]),
}

/// A member of a body, or a parameter. Its text is `value-{says}`.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub is_required: bool,
    pub is_nullable: bool,
    pub says: &'static str,
}

/// An object. Its text is `schema-{name}`.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    pub name: &'static str,
    pub fields: &'static [Field],
    /// A body that we read: what is not in it is refused.
    pub is_asked: bool,
    /// An example, in JSON.
    pub example: &'static str,
}

pub const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        is_required: true,
        is_nullable: false,
        says: name,
    }
}

pub const fn text(name: &'static str, most: u32) -> Field {
    field(name, Kind::Text { most })
}

pub const fn won(name: &'static str) -> Field {
    field(name, Kind::Won { least: 1 })
}

/// How often the thing has changed, from 1.
pub const fn version() -> Field {
    field(
        "version",
        Kind::Whole {
            least: 1,
            most: i64::MAX,
        },
    )
}

pub const fn time(name: &'static str) -> Field {
    field(name, Kind::Time)
}

pub const fn choice(name: &'static str, words: &'static [&'static str]) -> Field {
    field(name, Kind::Choice(words))
}

impl Field {
    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            is_required: false,
            ..self
        }
    }

    #[must_use]
    pub const fn nullable(self) -> Self {
        Self {
            is_nullable: true,
            ..self
        }
    }

    #[must_use]
    pub const fn from_zero(self) -> Self {
        Self {
            kind: Kind::Won { least: 0 },
            ..self
        }
    }

    /// With a text of its own, where the name means something else than usual.
    #[must_use]
    pub const fn says(self, key: &'static str) -> Self {
        Self { says: key, ..self }
    }
}

pub const LIMIT: Field = field("limit", Kind::Whole { least: 1, most: 100 }).optional();
pub const CURSOR: Field = text("cursor", 255).optional();

/// The words of an enum of ours, for a constant table.
macro_rules! words {
    ($all:expr) => {{
        const ALL: &[&str] = &{
            let mut words = [""; $all.len()];
            let mut at = 0;
            while at < words.len() {
                words[at] = $all[at].as_str();
                at += 1;
            }
            words
        };
        ALL
    }};
}
pub(super) use words;

use crate::models::kinds::TransferState;

pub const TRANSFER_STATES: &[&str] = words!(TransferState::ALL);
