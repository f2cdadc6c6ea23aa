//! What is asked: the first page of every search that the desk's help names, each for another caller every time; then pages
//! of one payment and of people, the overview, a page far down, and a month as a file.

use std::time::{Duration, Instant};

use crate::Failed;
use crate::book::Facts;
use crate::table::{Budget, Took};
use crate::visitor::Visitor;

const LIST: &str = "/cs/payments";
/// Pages walked to one far down.
const PAGES_DOWN: usize = 40;
/// A file is taken so often.
const FILES: usize = 3;

pub struct Question {
    name: &'static str,
    budget: Budget,
    /// One for each caller, or one for all.
    paths: Vec<String>,
    is_file: bool,
}

type Fields<'a> = Vec<(&'static str, &'a str)>;

impl Question {
    fn page(name: &'static str, budget: Budget, paths: Vec<String>) -> Self {
        Self {
            name,
            budget,
            paths,
            is_file: false,
        }
    }

    /// Asks it, once before it counts; ends after so many times or so long.
    pub async fn ask(&self, visitor: &Visitor, runs: usize, patience: Duration) -> Result<Took, Failed> {
        let (runs, begun) = (if self.is_file { FILES } else { runs }, Instant::now());
        let (mut took, mut rows) = (Vec::new(), Vec::new());
        for path in self.paths.last().into_iter().take(1) {
            self.once(visitor, path).await?;
        }
        for path in self.paths.iter().cycle().take(runs) {
            if !took.is_empty() && begun.elapsed() > patience {
                break;
            }
            let (time, seen) = self.once(visitor, path).await?;
            took.push(time);
            rows.push(seen);
        }
        Ok(Took::new(self.name, self.budget, rows, took))
    }

    async fn once(&self, visitor: &Visitor, path: &str) -> Result<(Duration, usize), Failed> {
        if self.is_file {
            let file = visitor.post(path, &[("reason", "measured")]).await?;
            // Without the names of the columns and the last line.
            return Ok((file.took, file.text.lines().count().saturating_sub(2)));
        }
        let page = visitor.get(path).await?;
        Ok((page.took, rows_of(&page.text)))
    }
}

/// Links to payments and refunds.
fn rows_of(page: &str) -> usize {
    let link = |kind: &str| page.matches(&format!("href=\"{LIST}/{kind}_")).count();
    link("pay") + link("ref")
}

pub async fn all(visitor: &Visitor, facts: &[Facts]) -> Result<Vec<Question>, Failed> {
    let mut all = overviews(facts)?;
    all.extend(texts(facts)?);
    all.extend(filters(facts)?);
    all.extend(orders(facts)?);
    let far_down = far_down(visitor).await?;
    all.push(Question::page("page far down", Budget::List, vec![far_down]));
    all.extend(pages(facts));
    all.extend(files(facts)?);
    Ok(all)
}

/// A page with a query for each caller.
fn asked<'a>(path: &str, facts: &'a [Facts], fields: impl Fn(&'a Facts) -> Fields<'a>) -> Result<Vec<String>, Failed> {
    let one = |facts| Ok(format!("{path}?{}", serde_urlencoded::to_string(fields(facts))?));
    facts.iter().map(one).collect()
}

fn overviews(facts: &[Facts]) -> Result<Vec<Question>, Failed> {
    let of = |name, path: &str| Question::page(name, Budget::Overview, vec![path.to_owned()]);
    let quarter = asked("/cs", facts, |it| vec![("from", &it.quarter.0), ("to", &it.quarter.1)])?;
    // Hours are counted for half a year: older ones are of no overview.
    let quarter = quarter.into_iter().take(facts.len() / 4 + 1).collect();
    Ok(vec![
        of("overview, today", "/cs"),
        of("overview, 7 days", "/cs?range=week"),
        of("overview, 30 days", "/cs?range=month"),
        Question::page("overview, 92 days", Budget::Overview, quarter),
    ])
}

fn texts(facts: &[Facts]) -> Result<Vec<Question>, Failed> {
    let of = |name, text: fn(&Facts) -> &str| {
        let paths = asked(LIST, facts, |it| vec![("q", text(it))])?;
        Ok::<_, Failed>(Question::page(name, Budget::List, paths))
    };
    Ok(vec![
        of("payment id", |it| &it.payment)?,
        of("refund id", |it| &it.refund)?,
        of("end of an id", |it| &it.id_end)?,
        of("passbook code", |it| &it.short_code)?,
        of("order id", |it| &it.order)?,
        of("trace number", |it| &it.trace)?,
        of("request id", |it| &it.request)?,
        of("member id", |it| &it.member)?,
        of("member name", |it| &it.name)?,
        of("email", |it| &it.email)?,
        of("phone number", |it| &it.phone)?,
        of("phone tail", |it| &it.phone_tail)?,
        of("account number", |it| &it.account)?,
        of("amount", |it| &it.amount)?,
        of("day", |it| &it.day)?,
        of("nothing found", |_| "order-that-nobody-made")?,
        of("typed filters", |_| "status:failed amount:>10000 date:어제")?,
    ])
}

fn filters(facts: &[Facts]) -> Result<Vec<Question>, Failed> {
    let of = |name, fields: fn(&Facts) -> Fields<'_>| {
        let paths = asked(LIST, facts, fields)?;
        Ok::<_, Failed>(Question::page(name, Budget::List, paths))
    };
    Ok(vec![
        of("list, newest", |_| vec![])?,
        of("today", |_| vec![("period", "today")])?,
        of("7 days", |_| vec![("period", "7d")])?,
        of("last month", |_| vec![("period", "last_month")])?,
        of("a month", |it| vec![("from", &it.month.0), ("to", &it.month.1)])?,
        of("failed", |_| vec![("state", "failed")])?,
        of("unknown", |_| vec![("state", "unknown")])?,
        of("needs review", |_| vec![("state", "needs_review")])?,
        of("all but succeeded", |_| vec![("state", "-succeeded")])?,
        of("refunds", |_| vec![("kind", "refund")])?,
        of("partner", |it| vec![("partner", &it.partner)])?,
        of("all but a partner", |_| vec![("partner", "-한빛서점")])?,
        of("partner, failed", |it| {
            vec![("partner", &it.partner), ("state", "failed")]
        })?,
        of("partner, a name", |it| vec![("partner", &it.partner), ("q", &it.name)])?,
        of("a bank, nearly all", |_| vec![("bank", "011")])?,
        of("a bank, few", |_| vec![("bank", "012")])?,
        of("a bank, failed", |_| vec![("bank", "011"), ("state", "failed")])?,
        of("a bank, unknown", |_| vec![("bank", "011"), ("state", "unknown")])?,
        of("a reason", |_| vec![("failure", "insufficient_balance")])?,
        of("all but a reason", |_| vec![("failure", "-insufficient_balance")])?,
        of("a reason, partner", |it| {
            vec![("failure", "insufficient_balance"), ("partner", &it.partner)]
        })?,
        of("a tag", |_| vec![("tag", "이중결제")])?,
        of("a tag, failed", |_| vec![("tag", "이중결제"), ("state", "failed")])?,
        of("amounts", |_| vec![("amount", "10000..12000")])?,
        of("amounts, few", |_| vec![("amount", "1450000..")])?,
        of("amounts, failed", |_| vec![("amount", "10000.."), ("state", "failed")])?,
        of("amounts, a month", |it| {
            vec![("amount", "10000..12000"), ("from", &it.month.0), ("to", &it.month.1)]
        })?,
        of("refunds, a month", |it| {
            vec![("kind", "refund"), ("from", &it.month.0), ("to", &it.month.1)]
        })?,
    ])
}

fn orders(facts: &[Facts]) -> Result<Vec<Question>, Failed> {
    let of = |name, fields: fn(&Facts) -> Fields<'_>| {
        let paths = asked(LIST, facts, fields)?;
        Ok::<_, Failed>(Question::page(name, Budget::List, paths))
    };
    Ok(vec![
        of("oldest first", |_| vec![("sort", "oldest")])?,
        of("largest first", |_| vec![("sort", "largest")])?,
        of("smallest first", |_| vec![("sort", "smallest")])?,
        of("largest, failed", |_| vec![("sort", "largest"), ("state", "failed")])?,
        of("largest, a month", |it| {
            vec![("sort", "largest"), ("from", &it.month.0), ("to", &it.month.1)]
        })?,
        of("largest, partner", |it| {
            vec![("sort", "largest"), ("partner", &it.partner)]
        })?,
        of("largest, a name", |it| vec![("sort", "largest"), ("q", &it.name)])?,
    ])
}

fn pages(facts: &[Facts]) -> Vec<Question> {
    let of = |name, budget, path: fn(&Facts) -> String| Question::page(name, budget, facts.iter().map(path).collect());
    vec![
        of("payment", Budget::Detail, |it| format!("{LIST}/{}", it.payment)),
        of("refund", Budget::Detail, |it| format!("{LIST}/{}", it.refund)),
        of("member", Budget::None, |it| format!("/cs/members/{}", it.member)),
        of("partner's page", Budget::None, |it| {
            format!("/cs/partners/{}", it.partner_id)
        }),
        of("reviews", Budget::None, |_| "/cs/reviews".to_owned()),
        of("audit", Budget::None, |_| "/cs/audit".to_owned()),
    ]
}

fn files(facts: &[Facts]) -> Result<Vec<Question>, Failed> {
    let month = asked(&format!("{LIST}/export"), facts, |it| {
        vec![("from", &it.month.0), ("to", &it.month.1)]
    })?;
    Ok(vec![
        Question::page("export, before", Budget::None, month.clone()),
        Question {
            name: "export, a month",
            budget: Budget::None,
            paths: month,
            is_file: true,
        },
    ])
}

/// The address of a page far down the list, walked to by its links.
async fn far_down(visitor: &Visitor) -> Result<String, Failed> {
    let mut path = LIST.to_owned();
    for _ in 0..PAGES_DOWN {
        let page = visitor.get(&path).await?.text;
        let mut links = page
            .split('"')
            .filter(|part| part.starts_with(LIST) && part.contains("cursor="));
        let Some(next) = links.next_back() else { break };
        path = next.replace("&amp;", "&").replace("&#x2F;", "/");
    }
    Ok(path)
}
