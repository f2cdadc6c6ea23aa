//! Staff whose refund, whose approval of one, or whose cancellation is cut off: they send the same page again.

use reqwest::Method;
use serde_json::Value;

use super::matrix::{AT_ONCE, Matrix, REFUNDED_WON, Row, fates};
use super::shop::{Request, Shop};
use super::steps::Step;
use crate::support::visitor::Browser;

const AGENT: &str = "cs@naru.test";
const LEAD: &str = "lead@naru.test";
const PASSWORD: &str = "naru-demo-1!";

/// A page that is open, with what its form sends.
struct Page {
    path: String,
    fields: Vec<(&'static str, String)>,
}

impl Page {
    /// Opens it; what its form hides is sent along.
    async fn open(staff: &Browser, path: String, typed: &[(&'static str, &str)]) -> Self {
        let html = staff.get(&path).await.expect(200).text;
        let hidden = ["version", "dialog", "approval"].map(|name| (name, hidden(&html, name)));
        let typed = typed.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Self {
            path,
            fields: hidden.into_iter().chain(typed).collect(),
        }
    }

    fn fields(&self) -> Vec<(&str, &str)> {
        self.fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect()
    }

    /// Sends it to whoever dies over it.
    async fn send_in_vain(&self, staff: &Browser) {
        let sent = staff
            .request(Method::POST, &self.path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(serde_urlencoded::to_string(self.fields()).unwrap());
        assert!(sent.send().await.is_err(), "the answer is lost");
    }
}

fn hidden(html: &str, name: &str) -> String {
    let begin = format!(r#"name="{name}" value=""#);
    let rest = html.split(&begin).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

impl Matrix {
    /// Kills it while staff give money of a payment back, one refund a kill.
    pub async fn refund_at_the_desk(&mut self, steps: &'static [Step]) {
        let agent = self.shop.staff(AGENT).await;
        for step in steps {
            let mut row = Row::new(step);
            for some in fates(step).chunks(AT_ONCE) {
                let paid = self.paid().await;
                for (amount, end) in some {
                    let page = refund_page(&agent, &paid, *amount).await;
                    let id = self.kill_sending(step, &agent, &page, &paid).await;
                    row.hit(id, end);
                }
            }
            self.rows.push(row);
        }
    }

    /// Kills it while a lead approves what an agent asked for.
    pub async fn approve_at_the_desk(&mut self, steps: &'static [Step]) {
        let (agent, lead) = (self.shop.staff(AGENT).await, self.shop.staff(LEAD).await);
        for step in steps {
            let mut row = Row::new(step);
            for some in fates(step).chunks(AT_ONCE) {
                let paid = self.paid().await;
                for (amount, end) in some {
                    let ask = refund_page(&agent, &paid, *amount).await;
                    agent.post(&ask.path, &ask.fields()).await.expect(303);
                    let yes = [("decision", "approve"), ("reason", "중단 시험")];
                    let page = Page::open(&lead, format!("/cs/payments/{paid}/approval"), &yes).await;
                    let id = self.kill_sending(step, &lead, &page, &paid).await;
                    row.hit(id, end);
                }
            }
            self.rows.push(row);
        }
    }

    /// Kills it while staff cancel a queued payment, one payment a kill.
    pub async fn cancel_at_the_desk(&mut self, steps: &'static [Step]) {
        self.without_workers().await;
        let agent = self.shop.staff(AGENT).await;
        for step in steps {
            let mut row = Row::new(step);
            for (amount, end) in fates(step) {
                let queued = self.shop.insist(self.shop.payment(amount)).await;
                let path = format!("/cs/payments/{queued}/cancellation");
                let page = Page::open(&agent, path, &[("reason", "중단 시험")]).await;
                self.shop.program.arm(step.points);
                page.send_in_vain(&agent).await;
                self.shop.program.dies().await;
                self.shop.program.start_without_workers().await;
                for _ in 0..2 {
                    let answer = agent.post(&page.path, &page.fields()).await.expect(303);
                    assert_eq!(answer.header("location"), format!("/cs/payments/{queued}"));
                }
                assert_eq!(self.shop.ending(&queued).await, "canceled");
                row.hit(queued, end);
            }
            self.rows.push(row);
        }
        self.shop.program.kill();
        self.shop.program.start().await;
    }

    async fn paid(&mut self) -> String {
        let paid = self.shop.insist(self.shop.payment(REFUNDED_WON)).await;
        assert_eq!(self.shop.ending(&paid).await, "succeeded");
        paid
    }

    /// The program dies at the step that the page leads to, is started again, and staff send the page again.
    async fn kill_sending(&mut self, step: &Step, staff: &Browser, page: &Page, payment: &str) -> String {
        let before = self.shop.refunds(payment).await.len();
        self.shop.program.arm(step.points);
        page.send_in_vain(staff).await;
        self.shop.program.dies().await;
        self.shop.program.start().await;
        let found = self.shop.refunds(payment).await;
        let is_promised = found.len() > before;
        assert_eq!(
            Some(is_promised),
            step.is_promised(),
            "before {}: {found:?}",
            step.name()
        );
        let mut shown = Vec::new();
        for _ in 0..2 {
            let answer = staff.post(&page.path, &page.fields()).await.expect(303);
            shown.push(answer.header("location").trim_start_matches("/cs/payments/").to_owned());
        }
        assert_eq!(shown[0], shown[1], "the same page shows the same refund");
        let refund = shown.remove(0);
        let made = self.shop.refunds(payment).await;
        assert_eq!(made.len(), before + 1, "{made:?}");
        assert_eq!(made[0]["id"], refund.as_str());
        self.shop
            .promised
            .push(Request::confirmed(refund.clone(), refund.clone()));
        self.shop.ending(&refund).await;
        refund
    }
}

async fn refund_page(agent: &Browser, payment: &str, amount: i64) -> Page {
    let amount = amount.to_string();
    let typed = [
        ("amount", amount.as_str()),
        ("told", "중단 시험"),
        ("reason", "중단 시험"),
    ];
    Page::open(agent, format!("/cs/payments/{payment}/refund"), &typed).await
}

impl Shop {
    async fn staff(&self, email: &str) -> Browser {
        let browser = self.program.browser();
        let fields = [("email", email), ("password", PASSWORD)];
        browser.post("/sign-in", &fields).await.expect(303);
        browser
    }

    /// Of a payment, newest first.
    async fn refunds(&self, payment: &str) -> Vec<Value> {
        let path = format!("/payments/{payment}/refunds?limit=100");
        let list = self.program.api().get(&path).await.expect(200).json();
        list["data"].as_array().unwrap().clone()
    }
}
