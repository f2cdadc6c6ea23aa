//! The gate before the bank at the moment of a scrape: what waits, what runs, what holds, and how the breaker stands.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::Word;
use super::register::PREFIX;
use crate::bank::gate::BreakerWord;
use crate::bank::gate::lane::Lane;
use crate::services::Services;

pub(super) fn registry(services: &Services) -> Registry {
    let (mut registry, sight) = (Registry::with_prefix(PREFIX), services.bank.sight());
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let calls: Family<[Word; 2], Gauge> = Family::default();
    let turned_away: Family<[Word; 1], Counter> = Family::default();
    for lane in Lane::BY_URGENCY {
        let (waiting, running) = *sight.calls.get(lane);
        for (state, count) in [("waiting", waiting), ("running", running)] {
            let labels = [("class", lane.as_str()), ("state", state)];
            calls.get_or_create(&labels).set(number(count));
        }
        let away = *sight.turned_away.get(lane);
        turned_away.get_or_create(&[("class", lane.as_str())]).inc_by(away);
    }
    registry.register("gate_calls", "Calls at the gate before the bank", calls);
    registry.register("gate_turned_away", "Calls that got no turn", turned_away);

    let limits: Family<[Word; 2], Gauge> = Family::default();
    let whole = services.shares.whole(services);
    for (of, known) in [("process", sight.limits), ("bank", whole)] {
        for (limit, number) in [("at_once", known.at_once), ("per_second", known.per_sec)] {
            limits
                .get_or_create(&[("of", of), ("limit", limit)])
                .set(i64::from(number));
        }
    }
    let help = "What may go on at the bank, and this process's share of it; 0 a second is no limit";
    registry.register("gate_limit", help, limits);

    let breaker: Family<[Word; 1], Gauge> = Family::default();
    for word in BreakerWord::ALL {
        let is_so = i64::from(word == sight.breaker);
        breaker.get_or_create(&[("state", word.as_str())]).set(is_so);
    }
    registry.register(
        "gate_breaker",
        "How the breaker of reads stands in this process",
        breaker,
    );
    let closed: Gauge = Gauge::default();
    closed.set(i64::from(services.bank.is_closed()));
    registry.register("bank_in_maintenance", "Whether the bank is in maintenance", closed);
    registry
}
