//! The matrix: kills the program at each step again and again, lays the books side by side, and prints the table.

use std::fmt::Write;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use naru::clock::Clock;

use super::books::{self, Books};
use super::shop::{Request, Shop};
use super::steps::{Fate, Step};
use crate::support::app::eventually;

/// Kills at each step, unless `NARU_KILL_REPEATS` says otherwise.
const REPEATS: usize = 20;
/// As many transfers are killed together as may be in hand at once.
pub(super) const AT_ONCE: usize = 20;
/// A payment that is refunded again and again; no refund of [`AT_ONCE`] is more than its part of it.
pub(super) const REFUNDED_WON: i64 = 600_000;
/// As often may something else come to a point first.
const TRIES: usize = 5;
/// A queued payment that expires soon, but not before it is accepted.
const SOON: TimeDelta = TimeDelta::milliseconds(1500);

pub struct Matrix {
    pub(super) shop: Shop,
    pub(super) rows: Vec<Row>,
    began: Instant,
}

/// What was done at one step.
pub(super) struct Row {
    step: &'static Step,
    killed: usize,
    /// Messages that were seen to come again, and what they led to was right.
    came_again: usize,
    /// The transfers that were in hand, each with the status that it must end in.
    hit: Vec<(String, &'static str)>,
}

impl Row {
    pub(super) const fn new(step: &'static Step) -> Self {
        Self {
            step,
            killed: 0,
            came_again: 0,
            hit: Vec::new(),
        }
    }

    pub(super) fn hit(&mut self, id: String, end: &'static str) {
        self.killed += 1;
        self.came_again += usize::from(self.step.found.is_some());
        self.hit.push((id, end));
    }
}

pub fn repeats() -> usize {
    std::env::var("NARU_KILL_REPEATS").map_or(REPEATS, |text| text.parse().expect("NARU_KILL_REPEATS is a number"))
}

/// The fates of a step, one for each repeat.
pub(super) fn fates(step: &'static Step) -> Vec<Fate> {
    step.fates.iter().copied().cycle().take(repeats()).collect()
}

impl Matrix {
    pub async fn open(settings: &[(&'static str, &str)]) -> Self {
        Self {
            shop: Shop::open(settings).await,
            rows: Vec::new(),
            began: Instant::now(),
        }
    }

    /// Kills it while a payment is asked for and carried out, one payment a kill.
    pub async fn pay(&mut self, steps: &'static [Step]) {
        for step in steps {
            let mut row = Row::new(step);
            for (amount, end) in fates(step) {
                let id = self.kill_during(step, |shop| shop.payment(amount)).await;
                row.hit(id, end);
            }
            self.rows.push(row);
        }
    }

    /// Kills it while a refund is asked for and carried out; some refunds share a payment.
    pub async fn refund(&mut self, steps: &'static [Step]) {
        for step in steps {
            let mut row = Row::new(step);
            for some in fates(step).chunks(AT_ONCE) {
                let paid = self.shop.insist(self.shop.payment(REFUNDED_WON)).await;
                assert_eq!(self.shop.ending(&paid).await, "succeeded");
                if step.points.iter().any(|point| point.starts_with("consumer.")) {
                    // Else the payment's message, settled and not acknowledged yet, comes to the point first.
                    self.is_acknowledged(&paid, &[]).await;
                }
                for (amount, end) in some {
                    let id = self.kill_during(step, |_| Request::refund(&paid, *amount)).await;
                    row.hit(id, end);
                }
            }
            self.rows.push(row);
        }
    }

    /// Kills it at the step that a request leads to. Where something else came to the point first, that is no kill of this
    /// step: the next request is killed, and the one before is in the books as any other.
    async fn kill_during(&mut self, step: &Step, request: impl Fn(&Shop) -> Request) -> String {
        for _ in 0..TRIES {
            let request = request(&self.shop);
            if let Some(id) = self.kill_once(step, request).await {
                return id;
            }
        }
        panic!("something else came to {} first, {TRIES} times in a row", step.name());
    }

    /// The program dies, is started again, and the partner has its answer. `None` when the run that died did not have the
    /// transfer at the step.
    async fn kill_once(&mut self, step: &Step, mut request: Request) -> Option<String> {
        if step.points.is_empty() {
            let before = self.shop.received_by_bank().await.len();
            self.shop.send(&mut request).await;
            self.received(before + 1).await;
            self.shop.program.kill();
        } else {
            self.shop.program.arm(step.points);
            self.shop.send(&mut request).await;
            self.shop.program.dies().await;
        }
        let died_with = self.shop.program.said_by_this_run();
        self.shop.program.start().await;
        let id = self.shop.insist(request).await;
        if let Some(said) = step.said_before()
            && !says(&died_with, &id, &[said])
        {
            self.shop.ending(&id).await;
            // Else its message comes to the point of the next request.
            self.is_acknowledged(&id, &[]).await;
            return None;
        }
        let is_replay = self.shop.promised.last().map(|request| request.is_replay);
        if let Some(is_promised) = step.is_promised() {
            assert_eq!(is_replay, Some(is_promised), "promised before {}: {id}", step.name());
        }
        if step.alone {
            self.shop.ending(&id).await;
        }
        if let Some(found) = step.found {
            self.comes_again(&id, found).await;
        }
        Some(id)
    }

    /// Waits until the message of a transfer was delivered again in this run and is acknowledged, and fails unless the
    /// worker said that it found this.
    async fn comes_again(&self, id: &str, found: &str) {
        self.is_acknowledged(id, &["redelivered=true"]).await;
        let log = || self.shop.program.said_by_this_run();
        assert!(
            says(&log(), id, &[found]),
            "{id} was not found with {found:?}:\n{}",
            log()
        );
    }

    /// Waits until a message of a transfer is acknowledged in this run.
    async fn is_acknowledged(&self, id: &str, how: &[&str]) {
        let words = [&["acknowledged"], how].concat();
        let log = || self.shop.program.said_by_this_run();
        eventually("the message is acknowledged", || async { says(&log(), id, &words) }).await;
    }

    async fn received(&self, calls: usize) {
        eventually("the bank has the calls", || async {
            self.shop.received_by_bank().await.len() >= calls
        })
        .await;
    }

    /// Kills it with calls in hand, then at the step of every next start.
    pub async fn abandon(&mut self, steps: &'static [Step]) {
        for step in steps {
            let mut row = Row::new(step);
            for some in fates(step).chunks(AT_ONCE) {
                self.without_workers().await;
                self.promise(&mut row, some, Shop::payment).await;
                self.shop.program.kill();
                let before = self.shop.received_by_bank().await.len();
                self.shop.program.launch();
                self.received(before + some.len()).await;
                self.shop.program.kill();
                self.kill_starts(&mut row, some.len()).await;
            }
            self.rows.push(row);
        }
    }

    /// Lets queued payments run out of time, and kills it at the step of every next start.
    pub async fn expire(&mut self, steps: &'static [Step]) {
        for step in steps {
            let mut row = Row::new(step);
            for some in fates(step).chunks(AT_ONCE) {
                self.without_workers().await;
                let expiring = |shop: &Shop, amount| shop.expiring_payment(amount, Clock::system().now() + SOON);
                self.promise(&mut row, some, expiring).await;
                let over = Clock::system().now() + SOON;
                eventually("they are over", || async { Clock::system().now() > over }).await;
                self.shop.program.kill();
                self.kill_starts(&mut row, some.len()).await;
            }
            self.rows.push(row);
        }
    }

    /// Kills it while a queued payment is canceled; the partner cancels again.
    pub async fn cancel(&mut self, steps: &'static [Step]) {
        self.without_workers().await;
        for step in steps {
            let mut row = Row::new(step);
            for fate in fates(step) {
                self.promise(&mut row, &[fate], Shop::payment).await;
                let id = row.hit.last().map(|(id, _)| id.clone()).unwrap();
                self.shop.program.arm(step.points);
                assert_eq!(self.shop.cancel(&id).await, None, "the answer is lost");
                self.shop.program.dies().await;
                row.killed += 1;
                self.shop.program.start_without_workers().await;
                let canceled = self.shop.cancel(&id).await.expect("a running program answers");
                assert_eq!(canceled["status"], "canceled");
            }
            self.rows.push(row);
        }
        self.shop.program.kill();
        self.shop.program.start().await;
    }

    pub(super) async fn without_workers(&mut self) {
        self.shop.program.kill();
        self.shop.program.start_without_workers().await;
    }

    /// Has payments accepted that wait for a worker.
    async fn promise(&mut self, row: &mut Row, fates: &[Fate], request: impl Fn(&Shop, i64) -> Request) {
        for (amount, end) in fates {
            let id = self.shop.insist(request(&self.shop, *amount)).await;
            row.hit.push((id, end));
        }
    }

    /// Starts it `times` times with the step armed, and once more to live.
    async fn kill_starts(&mut self, row: &mut Row, times: usize) {
        for _ in 0..times {
            self.shop.program.arm(row.step.points);
            self.shop.program.launch();
            self.shop.program.dies().await;
            row.killed += 1;
        }
        self.shop.program.start().await;
    }

    /// Waits until all is final, prints the table, and fails when the books disagree or a transfer went another way
    /// than its step and its amount lead.
    pub async fn finish(self, title: &str) {
        let mut ended = Vec::new();
        for (id, ..) in self.hit() {
            ended.push(self.shop.ending(id).await);
        }
        self.shop.repeat_all().await;
        let books = books::read(&self.shop).await;
        print(title, self.began.elapsed(), &self.rows, &books);
        books::check(&self.shop, &books).await;
        for ((id, end, step), ended) in self.hit().zip(ended) {
            let (name, abandoned) = (step.name(), books[id].was_abandoned());
            if step.at_large && abandoned {
                // The books were compared: which of the two it is is right.
                assert!(
                    ["succeeded", "failed"].contains(&ended.as_str()),
                    "{name}: {id} is {ended}"
                );
                continue;
            }
            assert_eq!(ended, end, "{name}: {id}");
            assert_eq!(abandoned, step.abandoned, "abandoned, {name}: {id}");
        }
    }

    fn hit(&self) -> impl Iterator<Item = (&str, &'static str, &'static Step)> {
        self.rows
            .iter()
            .flat_map(|row| row.hit.iter().map(|(id, end)| (id.as_str(), *end, row.step)))
    }
}

/// Whether a log has a line about a transfer with all these words. A message that was not looked at yet is told of by the
/// bare number of its transfer.
fn says(log: &str, id: &str, words: &[&str]) -> bool {
    let number = id.split('_').next_back().unwrap_or(id);
    log.lines()
        .any(|line| line.contains(number) && words.iter().all(|word| line.contains(word)))
}

fn print(title: &str, took: Duration, rows: &[Row], books: &Books) {
    let columns = [
        "killed",
        "came again",
        "succeeded",
        "failed",
        "canceled",
        "expired",
        "calls/trace",
        "duplicates",
    ];
    let mut table = format!(
        "kill matrix: {title}, {} kills a step, {} s\n",
        repeats(),
        took.as_secs()
    );
    let mut line = |step: &str, cells: [String; 8]| {
        write!(table, "{step:<46}").unwrap();
        for (column, cell) in columns.iter().zip(cells) {
            write!(table, "  {cell:>width$}", width = column.len()).unwrap();
        }
        table.push('\n');
    };
    line("step", columns.map(str::to_owned));
    for row in rows {
        let entries: Vec<_> = row.hit.iter().map(|(id, _)| &books[id]).collect();
        let ended = |state| entries.iter().filter(|it| it.transfer.state.as_str() == state).count();
        let calls = entries
            .iter()
            .map(|entry| entry.calls_per_trace)
            .max()
            .unwrap_or_default();
        let duplicates: usize = entries.iter().map(|entry| entry.moved.len().saturating_sub(1)).sum();
        let [succeeded, failed] = ["succeeded", "failed"].map(ended);
        let [canceled, expired] = ["canceled", "expired"].map(ended);
        let counts = [
            row.killed,
            row.came_again,
            succeeded,
            failed,
            canceled,
            expired,
            calls,
            duplicates,
        ];
        line(&row.step.name(), counts.map(|count| count.to_string()));
    }
    println!("{table}");
}
