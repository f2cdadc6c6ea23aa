//! The trait that ties a typed context to its template and to samples of every state it can be in.

use serde::Serialize;

/// A page or fragment: its fields are the template's variables.
pub trait Page: Serialize + Sized {
    /// The path of the template under `views/`.
    const TEMPLATE: &'static str;

    /// One context for each state that looks different, for tests and for looking at the page.
    fn samples() -> Vec<(&'static str, Self)>;
}
