//! What was measured, as a table: the middle and the slow end of each question at each size, and how much more the largest
//! costs than the smallest.

use std::fmt;
use std::time::Duration;

/// What one question took.
pub struct Took {
    name: &'static str,
    rows: usize,
    p50: Duration,
    p95: Duration,
}

impl Took {
    pub fn new(name: &'static str, rows: usize, mut took: Vec<Duration>) -> Self {
        took.sort_unstable();
        let at = |percent: usize| {
            let place = (took.len() * percent).div_ceil(100).saturating_sub(1);
            took.get(place).copied().unwrap_or_default()
        };
        Self {
            name,
            rows,
            p50: at(50),
            p95: at(95),
        }
    }
}

/// All questions at one size.
#[derive(Default)]
pub struct Measured {
    pub answers: Vec<Took>,
    pub memory_kib: Option<u64>,
    pub disk_bytes: Option<u64>,
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

    pub fn add(&mut self, size: u64, measured: Measured) {
        self.sizes.push((size, measured));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((_, first)) = self.sizes.first() else {
            return Ok(());
        };
        write!(f, "{}, ms\n{:<20}", self.database, "payments")?;
        for (size, _) in &self.sizes {
            write!(f, "{:>9}{size:>16}", "")?;
        }
        write!(f, "\n{:<20}", "")?;
        for _ in &self.sizes {
            write!(f, "{:>8}{:>8}{:>9}", "rows", "p50", "p95")?;
        }
        writeln!(f, "{}", if self.sizes.len() > 1 { "   ratio of p50" } else { "" })?;
        for (place, answer) in first.answers.iter().enumerate() {
            write!(f, "{:<20}", answer.name)?;
            let row: Vec<&Took> = self
                .sizes
                .iter()
                .filter_map(|(_, measured)| measured.answers.get(place))
                .collect();
            for took in &row {
                write!(f, "{:>8}{:>8.1}{:>9.1}", took.rows, millis(took.p50), millis(took.p95))?;
            }
            if let (true, Some(last)) = (row.len() > 1, row.last()) {
                write!(f, "{:>15.2}", millis(last.p50) / millis(answer.p50).max(0.001))?;
            }
            writeln!(f)?;
        }
        for (size, measured) in &self.sizes {
            if let Some(kib) = measured.memory_kib {
                writeln!(f, "{size}: the program held {} MiB at most", kib / 1024)?;
            }
            if let Some(bytes) = measured.disk_bytes {
                writeln!(f, "{size}: its database has {} MiB", bytes / (1024 * 1024))?;
            }
        }
        Ok(())
    }
}

fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}
