//! The hosted pages: what a shop asks a member for, by a link. Lean, with the shop's name above, and nothing to stray to.

pub mod approval;
pub mod balance;
pub mod outcome;
pub mod over;
pub mod pay;

use serde::Serialize;

use super::example;

/// What stands around every hosted page.
#[derive(Clone, Debug, Serialize)]
pub struct Asked {
    /// The page's own address, which is come back to: `/checkout/chk_…`.
    pub path: String,
    pub shop: String,
    /// Play money.
    pub is_test: bool,
    /// The way back to the shop, with ids and a word of how it stands.
    pub back: Option<String>,
}

/// A shop that asks, for samples. The way back is the one address of another host.
pub(super) fn sample(path: &str) -> Asked {
    Asked {
        path: path.to_owned(),
        shop: example::PARTNER.to_owned(),
        is_test: true,
        back: Some("https://shop.invalid/done?checkout_id=chk_1&status=canceled".to_owned()),
    }
}

/// A shop with a name that must be escaped, for real money.
pub(super) fn hostile(path: &str) -> Asked {
    Asked {
        shop: example::HOSTILE.to_owned(),
        is_test: false,
        ..sample(path)
    }
}

const CHECKOUT_PATH: &str = "/checkout/chk_019ac1f05d7a7b3e8c41f2a90b6d7e10";
const MANDATE_PATH: &str = "/checkout/mandates/man_019ac1f05d7a7b3e8c41f2a90b6d7e10";
