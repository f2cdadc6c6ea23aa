//! Whether a list of what waits is still the one that its reader has before them. A timer asks; the list itself stays as it
//! is until somebody wants the new one, so that nothing moves under a hand.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Serialize;

use super::reviews::{PATH, Reviews, Tab};
use crate::views::paging::address;

/// Of `GET /cs/reviews`: what its timer asks for, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ReviewNews {
    /// Where it asks; empty where nothing is asked for by itself.
    pub again: String,
    pub is_changed: bool,
}

impl ReviewNews {
    /// Of a page that is shown now. `seen` is the mark of the list that its reader has, where a timer asks.
    #[must_use]
    pub fn of(page: &Reviews, cursor: &str, seen: &str) -> Self {
        // A look at dead letters takes them from their queue for a moment: somebody's wish, and no timer's.
        if page.filter.tab == Tab::DeadLetters {
            return Self::default();
        }
        let mark = mark(page);
        let seen = if seen.is_empty() { mark.as_str() } else { seen };
        let pairs = page.filter.pairs().into_iter().chain([("seen", seen)]);
        Self {
            again: address(PATH, &pairs.collect::<Vec<_>>(), Some(cursor)),
            is_changed: seen != mark,
        }
    }
}

/// The same as long as the same things wait in the same hands; not of how old they are.
fn mark(page: &Reviews) -> String {
    let mut hasher = DefaultHasher::new();
    for row in &page.rows {
        let holder = row.holder.as_ref().map(|holder| &holder.name);
        (&row.transfer.id, row.transfer.status.as_str(), holder).hash(&mut hasher);
    }
    for row in &page.approvals {
        (&row.payment_id, row.asked_at).hash(&mut hasher);
    }
    for row in &page.mismatches {
        (&row.id, &row.detail).hash(&mut hasher);
    }
    for endpoint in &page.endpoints {
        (&endpoint.partner_name, &endpoint.url).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::page::Page;

    fn some() -> Reviews {
        let samples = Reviews::samples().into_iter();
        samples.map(|(_, page)| page).find(|page| page.rows.len() > 1).unwrap()
    }

    #[test]
    fn another_list_is_told_until_it_is_shown_and_its_age_is_no_news() {
        let page = some();
        let seen = mark(&page);
        assert!(!ReviewNews::of(&page, "", "").is_changed);
        assert!(!ReviewNews::of(&page, "", &seen).is_changed);
        let mut older = page.clone();
        older.as_of += chrono::TimeDelta::hours(1);
        assert_eq!(mark(&older), seen);
        let mut shorter = page.clone();
        shorter.rows.pop();
        let told = ReviewNews::of(&shorter, "c", &seen);
        assert!(
            told.is_changed && told.again.contains(&format!("seen={seen}&cursor=c")),
            "{told:?}"
        );
        let mut taken = page;
        taken.rows[0].holder = None;
        taken.rows[1].holder = None;
        assert!(ReviewNews::of(&taken, "", &seen).is_changed);
    }

    #[test]
    fn dead_letters_are_not_looked_at_by_a_timer() {
        let mut page = some();
        page.filter.tab = Tab::DeadLetters;
        assert_eq!(ReviewNews::of(&page, "", "x"), ReviewNews::default());
    }
}
