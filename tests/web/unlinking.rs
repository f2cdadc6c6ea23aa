//! Letting an account go: never while money of it is under way, and together with its mandates.

use futures::future::join_all;
use naru::ids::{AccountId, Prefix};
use naru::models::kinds::{MandateStatus, PartnerEventType, TransferState};
use naru::models::{bank_accounts, mandates, partner_events, transfers};
use naru::transfers::execute;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::json;

use crate::api::payments::payment;
use crate::support::app::{self, TestApp};
use crate::support::people::{ACCOUNT, Shop};
use crate::support::visitor::Browser;

use TransferState::{Executing, NeedsReview, Queued, Succeeded, Unknown};

struct Scene {
    app: TestApp,
    browser: Browser,
    account: AccountId,
    shop: Shop,
    mandate: String,
}

impl Scene {
    async fn begin() -> Self {
        let app = app::wish().without_workers().start().await;
        let (member, browser) = app.member_browser("minji@example.test").await;
        let account = app.account(member, ACCOUNT).await;
        let shop = app.shop("나루상점").await;
        let mandate = app.mandate(&shop, member, account).await;
        Self {
            app,
            browser,
            account,
            shop,
            mandate,
        }
    }

    fn path(&self) -> String {
        format!("/accounts/{}", Prefix::Account.show(self.account.0))
    }

    /// A payment of this amount, worked on once; answers with its row.
    async fn paid(&self, order: &str, amount_won: i64) -> transfers::Model {
        let body = payment(&self.mandate, order, amount_won);
        self.shop.api.post("/payments", order, &body).await.expect(202);
        let id = self.latest().await.id;
        execute::execute(&self.app.services, id).await.unwrap();
        self.latest().await
    }

    async fn latest(&self) -> transfers::Model {
        let query = transfers::Entity::find().order_by_desc(transfers::Column::Id);
        query.one(self.app.services.db.read()).await.unwrap().unwrap()
    }

    async fn mandate_status(&self) -> MandateStatus {
        let mandate = mandates::Entity::find().one(self.app.services.db.read()).await.unwrap();
        mandate.unwrap().status
    }

    async fn is_linked(&self) -> bool {
        let row = bank_accounts::Entity::find_by_id(self.account)
            .one(self.app.services.db.read())
            .await
            .unwrap();
        row.unwrap().unlinked_at.is_none()
    }

    /// Tries to unlink, in vain: told with a link to what stands against it, and nothing is changed.
    async fn refused_by(&self, transfer: &transfers::Model) {
        let refused = self
            .browser
            .post(&format!("{}/unlink", self.path()), &[])
            .await
            .expect(422)
            .text;
        let shown = naru::controllers::web::rows::shown_id(transfer);
        assert!(refused.contains("아직 끝나지 않은 결제나 환불"), "{refused}");
        assert!(refused.contains(&format!("href=\"/payments/{shown}\"")), "{refused}");
        assert!(!refused.contains("/unlink\""), "{refused}");
        assert_eq!(self.mandate_status().await, MandateStatus::Active);
        assert!(self.is_linked().await);
    }
}

#[tokio::test]
async fn an_account_stays_linked_while_a_payment_of_it_is_not_settled() {
    for (amount_won, state) in [(9_021, Unknown), (9_091, NeedsReview)] {
        let scene = Scene::begin().await;
        let transfer = scene.paid("order-1", amount_won).await;
        assert_eq!(transfer.state, state);
        scene.refused_by(&transfer).await;
    }
    let scene = Scene::begin().await;
    let body = payment(&scene.mandate, "order-1", 1_000);
    scene.shop.api.post("/payments", "key-1", &body).await.expect(202);
    let queued = scene.latest().await;
    assert_eq!(queued.state, Queued);
    scene.refused_by(&queued).await;
    // What a process leaves behind that died with the call in hand.
    scene.app.sql("UPDATE transfers SET state = 'executing'").await;
    assert_eq!(scene.latest().await.state, Executing);
    scene.refused_by(&queued).await;
}

#[tokio::test]
async fn an_account_stays_linked_while_a_refund_to_it_is_not_settled() {
    let scene = Scene::begin().await;
    let paid = scene.paid("order-1", 12_300).await;
    let refunds = format!("/payments/{}/refunds", Prefix::Payment.show(paid.id.0));
    let body = json!({ "reason": "환불" });
    scene.shop.api.post(&refunds, "key-2", &body).await.expect(202);
    let refund = scene.latest().await;
    assert_ne!(refund.id, paid.id);
    scene.refused_by(&refund).await;
}

#[tokio::test]
async fn a_settled_account_goes_with_its_mandates_and_a_later_refund_finds_its_way() {
    let scene = Scene::begin().await;
    let paid = scene.paid("order-1", 12_300).await;
    assert_eq!(paid.state, Succeeded);
    let unlinked = scene
        .browser
        .post(&format!("{}/unlink", scene.path()), &[])
        .await
        .expect(303);
    assert_eq!(unlinked.header("location"), "/accounts");
    assert_eq!(scene.mandate_status().await, MandateStatus::Revoked);
    let news = partner_events::Entity::find()
        .filter(partner_events::Column::EventType.eq(PartnerEventType::MandateRevoked))
        .count(scene.app.services.db.read())
        .await
        .unwrap();
    assert_eq!(news, 1, "the partner is told");
    let list = scene.browser.get("/accounts").await.expect(200).text;
    assert!(list.contains("더 이상 출금할 수 없어요"));
    scene.browser.get(&scene.path()).await.expect(404);
    let body = payment(&scene.mandate, "order-2", 1_000);
    let refused = scene.shop.api.post("/payments", "key-2", &body).await;
    refused.problem(409, "mandate_inactive");

    let refunds = format!("/payments/{}/refunds", Prefix::Payment.show(paid.id.0));
    let body = json!({ "reason": "환불" });
    scene.shop.api.post(&refunds, "key-3", &body).await.expect(202);
    let refund = scene.latest().await;
    execute::execute(&scene.app.services, refund.id).await.unwrap();
    assert_eq!(scene.latest().await.state, Succeeded);

    // Its history stays, and the number can be linked again.
    let payments = scene.browser.get("/payments").await.expect(200).text;
    assert!(payments.contains("나루상점"));
    scene.browser.link(ACCOUNT).await.expect(303);
}

#[tokio::test]
async fn of_a_payment_and_an_unlinking_at_once_exactly_one_happens() {
    const RACES: usize = 12;
    let scene = Scene::begin().await;
    let (app, shop) = (&scene.app, &scene.shop);
    let races = (0..RACES).map(async |number| {
        let email = format!("member{number}@example.test");
        let (member, browser) = app.member_browser(&email).await;
        let account = app.account(member, &format!("30200012222{number:02}")).await;
        let mandate = app.mandate(shop, member, account).await;
        let order = format!("order-{number}");
        let body = payment(&mandate, &order, 1_000);
        let path = format!("/accounts/{}/unlink", Prefix::Account.show(account.0));
        // Who is asked first differs, so that both win some.
        let (paid, unlinked) = if number % 2 == 0 {
            tokio::join!(shop.api.post("/payments", &order, &body), browser.post(&path, &[]))
        } else {
            let (unlinked, paid) = tokio::join!(browser.post(&path, &[]), shop.api.post("/payments", &order, &body));
            (paid, unlinked)
        };
        (paid.status.as_u16(), unlinked.status.as_u16())
    });
    for outcome in join_all(races).await {
        assert!(matches!(outcome, (202, 422) | (409, 303)), "{outcome:?}");
    }
}
