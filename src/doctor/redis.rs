//! Redis: whether it answers, and how soon.

use std::time::Duration;

use super::Patient;
use super::finding::Finding;
use crate::cache::Cache;

pub(super) async fn examine(patient: &Patient) -> Vec<Finding> {
    let settings = &patient.settings.cache;
    let checked = match Cache::new(settings) {
        Ok(cache) => cache.check().await,
        // The settings would have been refused.
        Err(_) => return Vec::new(),
    };
    vec![match checked {
        Ok(None) => Finding::ok("redis", "doctor-redis-none"),
        Ok(Some(took)) if took < settings.deadline() => with_time(Finding::ok("redis", "doctor-redis-ok"), took),
        Ok(Some(took)) => {
            with_time(Finding::warn("redis", "doctor-redis-slow"), took).with("deadline", settings.deadline_ms)
        }
        Err(error) => Finding::fail("redis", "doctor-redis-silent").with("why", error),
    }]
}

fn with_time(finding: Finding, took: Duration) -> Finding {
    finding.with("ms", format!("{:.1}", took.as_secs_f64() * 1000.0))
}
