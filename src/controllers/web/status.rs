//! `/status`: how things are now, for everybody. It answers also when the database does not, and says so.

use axum::extract::{FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::Response;
use chrono::{DateTime, Days, TimeDelta, Utc};
use loco_rs::controller::Routes;

use crate::bank::gate::BreakerWord;
use crate::bank::maintenance::Windows;
use crate::clock::{kst_date, kst_midnight};
use crate::controllers::extractors::frame::frame_of;
use crate::controllers::extractors::session::Visitor;
use crate::controllers::pages::{self, PageError};
use crate::controllers::routing::get;
use crate::ids::PartnerId;
use crate::services::Services;
use crate::status::{BankHealth, Look};
use crate::transfers::backlog::Expected;
use crate::views::templates::Templates;
use crate::views::web::status::{BankWord, Overall, RecordsWord, RelayWord, StatusPage, WaitingFacts, WindowFacts};

/// The next window is looked for this far: the rarest comes once a month.
const NEXT_WITHIN: TimeDelta = TimeDelta::days(40);
const RETRY_SECS: u64 = 10;

pub fn routes() -> Routes {
    Routes::new().add("/status", get(show))
}

async fn show(request: Request) -> Result<Response, PageError> {
    let (mut parts, _) = request.into_parts();
    let services = Services::from_request_parts(&mut parts, &()).await?;
    let templates = Templates::from_request_parts(&mut parts, &()).await?;
    // Who looks changes the frame alone, and with the database away it cannot be told.
    let visitor = Visitor::from_request_parts(&mut parts, &())
        .await
        .unwrap_or(Visitor::Nobody);
    let frame = frame_of(&parts, &services, &visitor);
    let look = services.looks.fresh(&services).await;
    // Of a partner who has nothing waiting; where the database does not tell, nothing is said of it.
    let expected = services.backlog.expected(&services, PartnerId::new()).await.ok();
    let is_known = services.shares.whole(&services).money_per_sec().is_some();
    let page = page(&services, look, expected.filter(|_| is_known).map(Expected::secs));
    let mut response = pages::render(&templates, &frame, &page)?;
    if page.records == RecordsWord::Down {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(RETRY_AFTER, RETRY_SECS.into());
    }
    Ok(response)
}

/// How the bank is. In its maintenance nothing else is of interest.
pub fn bank_word(look: Option<Look>, is_closed: bool) -> BankWord {
    match (look, is_closed) {
        (_, true) => BankWord::Maintenance,
        (None, false) => BankWord::Unclear,
        (Some(look), false) => match look.bank {
            BankHealth::Quiet => BankWord::Quiet,
            BankHealth::Good => BankWord::Good,
            BankHealth::Slow => BankWord::Slow,
            BankHealth::Failing => BankWord::Failing,
        },
    }
}

/// The bank's next maintenance after a moment, if one is near enough to be known.
pub fn next_window(windows: &Windows, now: DateTime<Utc>) -> Option<WindowFacts> {
    let coming = windows.between(now, now + NEXT_WITHIN);
    let next = coming.into_iter().find(|(from, _)| now < *from);
    next.map(|window| window_facts(window, now))
}

pub fn window_facts((from, to): (DateTime<Utc>, DateTime<Utc>), now: DateTime<Utc>) -> WindowFacts {
    WindowFacts {
        from,
        to,
        is_now: from <= now && now < to,
        is_over: to <= now,
    }
}

fn page(services: &Services, look: Option<Look>, expected_secs: Option<u64>) -> StatusPage {
    let now = services.clock.now();
    let windows = services.calendar.windows();
    let maintenance_until = windows.ends(now);
    let is_closed = maintenance_until.is_some();
    let bank = bank_word(look, is_closed);
    let relay = match look {
        None => RelayWord::Unclear,
        Some(_) if is_closed => RelayWord::Holding,
        Some(look) if look.waiting.is_late(now) => RelayWord::Late,
        Some(_) => RelayWord::Good,
    };
    let records = look.map_or(RecordsWord::Down, |_| RecordsWord::Good);
    let today = kst_date(now);
    let midnight = kst_midnight(today.checked_add_days(Days::new(1)).unwrap_or(today));
    let of_today = windows.between(kst_midnight(today), midnight);
    StatusPage {
        overall: Overall::of(bank, relay, records),
        bank,
        relay,
        records,
        maintenance_until,
        waiting: look.map(|look| WaitingFacts {
            count: look.waiting.count,
            more: look.waiting.more,
            oldest_minutes: look
                .waiting
                .oldest
                .map_or(0, |oldest| (now - oldest).num_minutes().max(0)),
        }),
        pauses: look.is_some_and(|look| look.breaker != BreakerWord::Closed),
        expected_secs,
        today: of_today.into_iter().map(|window| window_facts(window, now)).collect(),
        next: next_window(&windows, now),
        as_of: now,
    }
}
