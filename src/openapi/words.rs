//! The document's texts in one language, from `openapi.ftl`.

use crate::views::i18n::{Language, TextArgs, text};

/// A language to write the document in.
#[derive(Clone, Copy, Debug)]
pub struct Words(pub Language);

impl Words {
    #[must_use]
    pub fn get(self, key: &str) -> String {
        text(self.0, key, &TextArgs::new())
    }

    #[must_use]
    pub fn summary(self, operation: &str) -> String {
        self.get(&format!("op-{operation}"))
    }

    #[must_use]
    pub fn description(self, operation: &str) -> String {
        self.get(&format!("op-{operation}-detail"))
    }

    #[must_use]
    pub fn field(self, says: &str) -> String {
        self.get(&format!("value-{says}"))
    }

    #[must_use]
    pub fn schema(self, name: &str) -> String {
        self.get(&format!("schema-{name}"))
    }

    #[must_use]
    pub fn group(self, name: &str) -> String {
        self.get(&format!("group-{name}"))
    }

    #[must_use]
    pub fn header(self, name: &str) -> String {
        self.get(&format!("header-{name}"))
    }
}
