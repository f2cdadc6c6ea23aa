//! What the address of the payments list asks for, as it came, and the addresses beside it.

use serde::Serialize;

use crate::views::paging;

pub const PATH: &str = "/payments";

/// The words of the filters; an empty one is all.
pub const GROUPS: [&str; 5] = ["", "moving", "done", "ended", "checking"];
pub const PERIODS: [&str; 4] = ["", "7d", "1m", "3m"];

/// The query as it came; empty where nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PaymentFilter {
    /// One of [`GROUPS`].
    pub group: String,
    /// `payment` or `refund`.
    pub kind: String,
    /// The value of a [`ShopChoice`].
    pub shop: String,
    /// One of [`PERIODS`], up to today.
    pub period: String,
    /// First day in Korea, `2026-11-25`.
    pub from: String,
    /// Last day in Korea, inclusive.
    pub to: String,
}

impl PaymentFilter {
    /// The pairs of the query.
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 6] {
        [
            ("group", &self.group),
            ("kind", &self.kind),
            ("shop", &self.shop),
            ("period", &self.period),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    pub(super) fn address(&self) -> String {
        paging::address(PATH, &self.pairs(), None)
    }

    pub(super) fn without(&self, field: &str) -> Self {
        let mut filter = self.clone();
        match field {
            "group" => filter.group.clear(),
            "kind" => filter.kind.clear(),
            "shop" => filter.shop.clear(),
            "period" => filter.period.clear(),
            "from" => filter.from.clear(),
            _ => filter.to.clear(),
        }
        filter
    }

    pub(super) fn over_all_time(&self) -> Self {
        self.without("period").without("from").without("to")
    }
}
