//! The hosted pages, as a browser without scripts meets them.

mod mandate;
mod pay;
mod races;
mod ways;

use naru::ids::{AccountId, Prefix, UserId};

use crate::api::checkouts::opened;
use crate::support::app::TestApp;
use crate::support::people::{ACCOUNT, PASSWORD, Shop};
use crate::support::visitor::Browser;

/// A member with an account, and a shop whose link is before them.
struct Till {
    shop: Shop,
    member: Browser,
    member_id: UserId,
    account: String,
    /// `chk_…`
    id: String,
}

impl Till {
    async fn with(app: &TestApp, amount: i64) -> Self {
        let (member, browser) = app.member_browser("minji@example.test").await;
        let account = app.account(member, ACCOUNT).await;
        let shop = app.shop("나루상점").await;
        let id = opened(&shop, "order-1", amount).await;
        Self {
            shop,
            member: browser,
            member_id: member,
            account: shown(account),
            id,
        }
    }

    fn path(&self) -> String {
        format!("/checkout/{}", self.id)
    }

    fn yes(&self) -> [(&str, &str); 2] {
        [("account", self.account.as_str()), ("password", PASSWORD)]
    }

    async fn status(&self) -> serde_json::Value {
        self.shop
            .api
            .get(&format!("/checkouts/{}", self.id))
            .await
            .expect(200)
            .json()
    }
}

fn shown(account: AccountId) -> String {
    Prefix::Account.show(account.0)
}

/// Where the button back to the shop leads, as the page has it.
fn back(html: &str) -> String {
    let link = html.split("rel=\"noreferrer\"").next().unwrap();
    let href = link.rsplit("href=\"").next().unwrap();
    href.split('"').next().unwrap().replace("&amp;", "&")
}
