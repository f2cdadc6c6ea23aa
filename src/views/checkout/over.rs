//! A hosted link that asks for nothing any more, or that is somebody else's by now: it says so, and nothing of a person.

use serde::Serialize;

use super::{Asked, CHECKOUT_PATH, MANDATE_PATH, hostile, sample};
use crate::views::page::Page;

/// In the place of what was asked for.
#[derive(Clone, Debug, Serialize)]
pub struct Over {
    pub asked: Asked,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    CheckoutExpired,
    /// By another member; or by somebody, to who is not signed in.
    CheckoutCompleted,
    ShopClosed,
    /// We stopped it.
    ShopStopped,
    MandateExpired,
    MandateAnswered,
    /// Nobody agreed: a member said no, or the shop took it back.
    MandateDeclined,
}

impl Why {
    pub const ALL: [Self; 7] = [
        Self::CheckoutExpired,
        Self::CheckoutCompleted,
        Self::ShopClosed,
        Self::ShopStopped,
        Self::MandateExpired,
        Self::MandateAnswered,
        Self::MandateDeclined,
    ];
}

impl Page for Over {
    const TEMPLATE: &'static str = "checkout/over.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let over = |why| {
            let asked = match why {
                Why::CheckoutExpired | Why::CheckoutCompleted => sample(CHECKOUT_PATH),
                Why::ShopClosed | Why::ShopStopped => Asked {
                    back: None,
                    ..hostile(CHECKOUT_PATH)
                },
                Why::MandateExpired | Why::MandateAnswered | Why::MandateDeclined => sample(MANDATE_PATH),
            };
            ("over", Self { asked, why })
        };
        Why::ALL.into_iter().map(over).collect()
    }
}
