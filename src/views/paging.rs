//! The way through a long list: on to older rows, or back to the newest.

use serde::Serialize;

/// Addresses for the foot of a list, with the filters kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paging {
    /// Where older rows are, if there are any.
    pub next: Option<String>,
    /// Where the newest rows are, when this page does not show them.
    pub first: Option<String>,
}

impl Paging {
    /// The addresses for the list at `path`. `kept` are the other parts of the query; empty values are left out.
    #[must_use]
    pub fn new(path: &str, kept: &[(&str, &str)], cursor: Option<&str>, next_cursor: Option<&str>) -> Self {
        Self {
            next: next_cursor.map(|next| address(path, kept, Some(next))),
            first: cursor.map(|_| address(path, kept, None)),
        }
    }
}

/// The address of a list with a query; empty values are left out.
#[must_use]
pub fn address(path: &str, kept: &[(&str, &str)], cursor: Option<&str>) -> String {
    let pairs: Vec<(&str, &str)> = kept
        .iter()
        .copied()
        .chain(cursor.map(|cursor| ("cursor", cursor)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    match serde_urlencoded::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Paging;

    #[test]
    fn the_filters_stay_in_the_address() {
        let kept = [("q", "minji@naru.test"), ("state", "")];
        let paging = Paging::new("/cs/payments", &kept, None, Some("abc"));
        assert_eq!(
            paging.next.as_deref(),
            Some("/cs/payments?q=minji%40naru.test&cursor=abc")
        );
        assert_eq!(paging.first, None);

        let last = Paging::new("/payments", &[], Some("abc"), None);
        assert_eq!(last.next, None);
        assert_eq!(last.first.as_deref(), Some("/payments"));
    }
}
