//! The verdict as the desk's page shows it: the same words as the domain's, with names and rows in the place of ids.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    desk::verdict::{
        back::Giving,
        next::Next,
        said::{Said, Source},
        story::Story,
        twice::{Likeness, Pair},
    },
    models::kinds::MoneyMoved,
    money::Won,
    views::transfer::TransferRow,
};

/// Whether money moved, why we think so, what happens next, and what a caller asks about.
#[derive(Clone, Debug, Serialize)]
pub struct CsVerdict {
    pub moved: MoneyMoved,
    /// Its texts are `verdict-story-{kind}-{word}` for staff and `verdict-say-{kind}-{word}` for the caller.
    pub story: Story,
    pub when: DateTime<Utc>,
    pub until: Option<DateTime<Utc>>,
    /// Newest first.
    pub evidence: Vec<EvidenceLine>,
    /// Soonest first.
    pub next: Vec<Next>,
    pub twice: Option<TwiceAnswer>,
    pub back: Option<BackAnswer>,
}

/// One thing that was said: `verdict-said-{word}`, by `verdict-source-{word}`.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceLine {
    pub said: Said,
    pub source: Source,
    pub at: DateTime<Utc>,
    pub times: u32,
    pub proves: MoneyMoved,
    pub decides: bool,
    /// Of a decision by staff; empty where nobody wrote it.
    pub staff_name: String,
    pub reason: String,
    pub grounds: String,
}

/// "I was charged twice."
#[derive(Clone, Debug, Serialize)]
pub struct TwiceAnswer {
    pub pair: Pair,
    pub likeness: Likeness,
    /// For how many of them money moved, this one included.
    pub moved: usize,
    pub other: TransferRow,
}

/// "My refund has not arrived."
#[derive(Clone, Debug, Serialize)]
pub struct BackAnswer {
    pub giving: Giving,
    pub amount: Won,
    pub is_all: bool,
    pub at: DateTime<Utc>,
    pub by: Option<DateTime<Utc>>,
    /// `ref_…`.
    pub refund_id: String,
    /// By which the caller finds it in the passbook.
    pub short_code: String,
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;
    use serde::Serialize;

    use crate::desk::verdict::{
        back::Giving,
        next::Step,
        said::{Said, Source},
        story::Story,
        twice::{Likeness, Pair},
    };
    use crate::models::kinds::TransferKind;
    use crate::views::i18n::{Language, TextArgs, try_text};

    fn word(value: impl Serialize) -> String {
        let word = serde_json::to_value(value).unwrap();
        word.as_str().unwrap().to_owned()
    }

    fn keys() -> Vec<String> {
        let mut keys: Vec<String> = Vec::new();
        for kind in [TransferKind::Payment, TransferKind::Refund].map(word) {
            for story in Story::iter().map(word) {
                keys.push(format!("verdict-story-{kind}-{story}"));
                keys.push(format!("verdict-say-{kind}-{story}"));
            }
        }
        for likeness in Likeness::iter().map(word) {
            for pair in Pair::iter().map(word) {
                keys.push(format!("verdict-twice-{likeness}-{pair}"));
                keys.push(format!("verdict-say-twice-{likeness}-{pair}"));
            }
        }
        for giving in Giving::iter().map(word) {
            keys.push(format!("verdict-back-{giving}"));
            keys.push(format!("verdict-say-back-{giving}"));
        }
        keys.extend(Said::iter().map(|said| format!("verdict-said-{}", word(said))));
        keys.extend(Source::iter().map(|source| format!("verdict-source-{}", word(source))));
        keys.extend(Step::iter().map(|step| format!("verdict-next-{}", word(step))));
        keys
    }

    #[test]
    fn every_word_of_a_verdict_has_its_text_in_both_languages() {
        let mut args = TextArgs::new();
        for name in ["amount", "shop", "when", "until", "by"] {
            args.insert(name.into(), "x".into());
        }
        args.insert("count".into(), 2.into());
        for language in Language::ALL {
            for key in keys() {
                let text = try_text(language, &key, &args).unwrap();
                assert!(!text.contains('{'), "{key} asks for more than a page knows: {text}");
            }
        }
    }
}
