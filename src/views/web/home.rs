//! `/` for somebody who is not signed in: what Naru is, and the two ways in.

use serde::Serialize;

use crate::views::page::Page;

/// `GET /`. It shows nothing of anybody.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Home {}

impl Page for Home {
    const TEMPLATE: &'static str = "web/home.html";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("signed out", Self {})]
    }
}
