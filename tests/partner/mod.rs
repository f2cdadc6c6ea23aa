//! A partner's console: who comes in, what they see, and what they do to keys, addresses and webhooks.

mod keys;
mod people;
mod plans;
mod see;
mod settings;
mod webhooks;

use naru::models::kinds::Deed;
use naru::models::{partner_audit, partner_keys};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::support::app::TestApp;
use crate::support::http::Answer;
use crate::support::people::Shop;

impl TestApp {
    /// What was done for the shop, oldest first.
    async fn deeds(&self, shop: &Shop) -> Vec<Deed> {
        let rows = partner_audit::Entity::find()
            .filter(partner_audit::Column::PartnerId.eq(shop.id))
            .order_by_asc(partner_audit::Column::At)
            .order_by_asc(partner_audit::Column::Id);
        let rows = rows.all(self.services.db.read()).await.unwrap();
        rows.into_iter().map(|row| row.deed).collect()
    }

    async fn keys_of(&self, shop: &Shop) -> Vec<partner_keys::Model> {
        let rows = partner_keys::Entity::find()
            .filter(partner_keys::Column::PartnerId.eq(shop.id))
            .order_by_asc(partner_keys::Column::CreatedAt)
            .order_by_asc(partner_keys::Column::Id);
        rows.all(self.services.db.read()).await.unwrap()
    }
}

/// The value of a hidden field of a page.
fn hidden(page: &Answer, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page
        .text
        .split(&mark)
        .nth(1)
        .unwrap_or_else(|| panic!("no `{name}` in {}", page.text));
    rest.split('"').next().unwrap().to_owned()
}

/// Every text of a page that begins so, each once, up to the next sign that is none of it.
fn words_with(page: &Answer, begin: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_+/=".contains(letter);
    let mut words: Vec<String> = Vec::new();
    for (at, _) in page.text.match_indices(begin) {
        let word: String = page.text[at..].chars().take_while(|letter| is_part(*letter)).collect();
        // An address may go on after an id.
        let word = if begin.starts_with("whsec_") {
            word
        } else {
            word.split('/').next().unwrap().to_owned()
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}
