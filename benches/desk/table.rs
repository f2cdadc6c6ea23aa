//! What was measured, as a table: the middle and the slow end of each question at each size, how much more the largest costs
//! than the smallest, and what is over its budget.

use std::fmt;
use std::time::Duration;

/// How long the slow end may be: what the desk promises with a million payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    List,
    Detail,
    Overview,
    /// Measured to be known.
    None,
}

impl Budget {
    const fn most(self) -> Duration {
        match self {
            Self::List => Duration::from_millis(100),
            Self::Detail => Duration::from_millis(50),
            Self::Overview => Duration::from_millis(300),
            Self::None => Duration::MAX,
        }
    }
}

/// What one question took.
pub struct Took {
    name: &'static str,
    budget: Budget,
    /// Of the answer in the middle.
    rows: usize,
    p50: Duration,
    p95: Duration,
    rows_per_sec: u64,
}

impl Took {
    pub fn new(name: &'static str, budget: Budget, mut rows: Vec<usize>, mut took: Vec<Duration>) -> Self {
        let all: Duration = took.iter().sum();
        let read = rows.iter().sum::<usize>() as u64;
        took.sort_unstable();
        rows.sort_unstable();
        let at = |percent: usize| (took.len() * percent).div_ceil(100).saturating_sub(1);
        let time = |percent| took.get(at(percent)).copied().unwrap_or_default();
        Self {
            name,
            budget,
            rows: rows.get(at(50)).copied().unwrap_or_default(),
            p50: time(50),
            p95: time(95),
            rows_per_sec: read * 1_000 / u64::try_from(all.as_millis()).unwrap_or(u64::MAX).max(1),
        }
    }

    fn is_over(&self) -> bool {
        self.p95 > self.budget.most()
    }
}

/// All questions at one size.
#[derive(Default)]
pub struct Measured {
    pub answers: Vec<Took>,
    pub memory_kib: Option<u64>,
    pub disk_bytes: Option<u64>,
    /// Of the history, where all of it was made just now.
    pub fill: Option<Duration>,
}

pub struct Table {
    database: &'static str,
    sizes: Vec<(u64, Measured)>,
}

impl Table {
    pub fn new(server: Option<&str>) -> Self {
        Self {
            database: if server.is_some() { "MySQL or MariaDB" } else { "SQLite" },
            sizes: Vec::new(),
        }
    }

    pub const fn database(&self) -> &'static str {
        self.database
    }

    pub fn add(&mut self, size: u64, measured: Measured) {
        self.sizes.push((size, measured));
    }

    /// The questions whose slow end is over their budget, by name and size.
    pub fn over(&self) -> Vec<String> {
        let of = |(size, measured): &(u64, Measured)| {
            let over = measured.answers.iter().filter(|took| took.is_over());
            over.map(|took| format!("{} at {size}: {:.1} ms", took.name, millis(took.p95)))
                .collect::<Vec<_>>()
        };
        self.sizes.iter().flat_map(of).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((_, first)) = self.sizes.first() else {
            return Ok(());
        };
        write!(f, "{}, ms\n{:<20}", self.database, "payments")?;
        for (size, _) in &self.sizes {
            write!(f, "{:>10}{size:>17}", "")?;
        }
        write!(f, "\n{:<20}", "")?;
        for _ in &self.sizes {
            write!(f, "{:>8}{:>9}{:>10}", "rows", "p50", "p95 ")?;
        }
        writeln!(f, "{}", if self.sizes.len() > 1 { "   ratio of p50" } else { "" })?;
        for (place, answer) in first.answers.iter().enumerate() {
            self.line(f, place, answer)?;
        }
        for (size, measured) in &self.sizes {
            facts(f, *size, measured)?;
        }
        Ok(())
    }
}

impl Table {
    fn line(&self, f: &mut fmt::Formatter<'_>, place: usize, answer: &Took) -> fmt::Result {
        write!(f, "{:<20}", answer.name)?;
        let sizes = self.sizes.iter();
        let row: Vec<&Took> = sizes.filter_map(|(_, measured)| measured.answers.get(place)).collect();
        for took in &row {
            let mark = if took.is_over() { '!' } else { ' ' };
            write!(
                f,
                "{:>8}{:>9.1}{:>9.1}{mark}",
                took.rows,
                millis(took.p50),
                millis(took.p95)
            )?;
        }
        if let (true, Some(last)) = (row.len() > 1, row.last()) {
            write!(f, "{:>15.2}", millis(last.p50) / millis(answer.p50).max(0.001))?;
        }
        writeln!(f)
    }
}

fn facts(f: &mut fmt::Formatter<'_>, size: u64, measured: &Measured) -> fmt::Result {
    if let Some(took) = measured.fill {
        writeln!(f, "{size}: made in {} s", took.as_secs())?;
    }
    if let Some(kib) = measured.memory_kib {
        writeln!(f, "{size}: the program held {} MiB at most", kib / 1024)?;
    }
    if let Some(bytes) = measured.disk_bytes {
        writeln!(f, "{size}: its database has {} MiB", bytes / (1024 * 1024))?;
    }
    // A file is read to its end, so its rows are what a second brings.
    if let Some(file) = measured.answers.last() {
        writeln!(f, "{size}: {} rows a second of the file", file.rows_per_sec)?;
    }
    Ok(())
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}
