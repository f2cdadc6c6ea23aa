//! What is asked: the first page of every search that the desk's help names, one payment, the overview, a page far down,
//! and a month as a file.

use std::time::{Duration, Instant};

use crate::Failed;
use crate::book::Facts;
use crate::table::Took;
use crate::visitor::Visitor;

const LIST: &str = "/cs/payments";
/// Pages walked to one far down.
const PAGES_DOWN: usize = 40;
/// A file is taken so often.
const FILES: usize = 3;

pub struct Question {
    name: &'static str,
    path: String,
    is_file: bool,
}

impl Question {
    fn page(name: &'static str, path: impl Into<String>) -> Self {
        Self {
            name,
            path: path.into(),
            is_file: false,
        }
    }

    fn search(name: &'static str, fields: &[(&str, &str)]) -> Result<Self, Failed> {
        Ok(Self::page(
            name,
            format!("{LIST}?{}", serde_urlencoded::to_string(fields)?),
        ))
    }

    /// Asks it, once before it counts; ends after so many times or so long.
    pub async fn ask(&self, visitor: &Visitor, runs: usize, patience: Duration) -> Result<Took, Failed> {
        let (runs, begun) = (if self.is_file { FILES } else { runs }, Instant::now());
        let mut took = Vec::new();
        let mut rows = self.once(visitor).await?.1;
        while took.len() < runs && (took.is_empty() || begun.elapsed() < patience) {
            let (time, seen) = self.once(visitor).await?;
            took.push(time);
            rows = seen;
        }
        Ok(Took::new(self.name, rows, took))
    }

    async fn once(&self, visitor: &Visitor) -> Result<(Duration, usize), Failed> {
        if self.is_file {
            let file = visitor.post(&self.path, &[("reason", "measured")]).await?;
            // Without the names of the columns and the last line.
            return Ok((file.took, file.text.lines().count().saturating_sub(2)));
        }
        let page = visitor.get(&self.path).await?;
        Ok((page.took, rows_of(&page.text)))
    }
}

/// Links to payments and refunds.
fn rows_of(page: &str) -> usize {
    let link = |kind: &str| page.matches(&format!("href=\"{LIST}/{kind}_")).count();
    link("pay") + link("ref")
}

pub async fn all(visitor: &Visitor, facts: &Facts) -> Result<Vec<Question>, Failed> {
    let q = |name, text: &str| Question::search(name, &[("q", text)]);
    let typed = "status:failed amount:>10000 date:어제";
    let month = [("from", facts.month.0.as_str()), ("to", facts.month.1.as_str())];
    Ok(vec![
        Question::page("overview", "/cs"),
        Question::page("list, newest", LIST),
        q("payment id", &facts.payment)?,
        q("refund id", &facts.refund)?,
        q("order id", &facts.order)?,
        q("trace number", &facts.trace)?,
        q("request id", &facts.request)?,
        q("member name", &facts.name)?,
        q("email", &facts.email)?,
        q("phone tail", &facts.phone_tail)?,
        q("account number", &facts.account)?,
        q("amount", &facts.amount)?,
        q("day", &facts.day)?,
        q("typed filters", typed)?,
        q("nothing found", "order-that-nobody-made")?,
        Question::search("failed", &[("state", "failed")])?,
        Question::search("needs review", &[("state", "needs_review")])?,
        Question::search("partner", &[("partner", &facts.partner)])?,
        Question::search("partner, failed", &[("partner", &facts.partner), ("state", "failed")])?,
        Question::search("refunds of a month", &[("kind", "refund"), month[0], month[1]])?,
        Question::search("largest first", &[("sort", "largest")])?,
        Question::page("page far down", far_down(visitor).await?),
        Question::page("payment", format!("{LIST}/{}", facts.payment)),
        Question::page("refund", format!("{LIST}/{}", facts.refund)),
        Question::page(
            "export, before",
            format!("{LIST}/export?{}", serde_urlencoded::to_string(month)?),
        ),
        Question {
            name: "export, a month",
            path: format!("{LIST}/export?{}", serde_urlencoded::to_string(month)?),
            is_file: true,
        },
    ])
}

/// The address of a page far down the list, walked to by its links.
async fn far_down(visitor: &Visitor) -> Result<String, Failed> {
    let mut path = LIST.to_owned();
    for _ in 0..PAGES_DOWN {
        let page = visitor.get(&path).await?.text;
        let links = page
            .split('"')
            .filter(|part| part.starts_with(LIST) && part.contains("cursor="));
        let Some(next) = links.last() else { break };
        path = next.replace("&amp;", "&").replace("&#x2F;", "/");
    }
    Ok(path)
}
