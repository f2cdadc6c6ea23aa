//! Reading the query of a list: every wrong parameter is told, and unknown ones are refused, for a filter that is
//! overlooked shows too much.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::cursor::Signer;
use super::partner::Partner;
use super::problem::{FieldError, FieldReason, Problem};
use crate::models::kinds::{MandateStatus, TransferState};
use crate::money::MOST_EXACT;
use crate::plain_text::is_plain;
use crate::services::Services;
use crate::transfers::find::Place;
use crate::views::api::ListBody;

const DEFAULT_LIMIT: u64 = 20;
const MOST_LIMIT: u64 = 100;
/// Characters of a text to look for.
const TEXT: usize = 100;

/// The first and the last second that every database keeps.
const KEPT_SECS: RangeInclusive<i64> = -30_610_224_000..=253_402_300_799;

/// RFC 3339 with an offset. Before the year 1000 nothing was, and after 9999 nothing will be: there the nearest moment that
/// can be asked for is meant.
pub fn moment(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.to_utc();
    if KEPT_SECS.contains(&at.timestamp()) {
        return Some(at);
    }
    DateTime::from_timestamp(at.timestamp().clamp(*KEPT_SECS.start(), *KEPT_SECS.end()), 0)
}

/// The parameters of a query, taken one by one. What is left at [`Parameters::finish`] is unknown.
pub struct Parameters {
    values: BTreeMap<String, String>,
    errors: Vec<FieldError>,
    pages: Pages,
}

/// The pages of a list whose query was read.
pub struct Pages {
    /// `None` where nobody is known by a key.
    signer: Option<Signer>,
    path: String,
    /// The query but for its cursor.
    kept: Vec<(String, String)>,
    /// How the cursor is called.
    cursor: &'static str,
}

impl Pages {
    /// A page, with the place where the rest begins; the next page's address is in `Link` as well.
    #[must_use]
    pub fn answer<T: Serialize>(self, data: Vec<T>, next: Option<Place>) -> Response {
        let next_cursor = next.zip(self.signer.as_ref()).map(|(place, signer)| signer.show(place));
        self.write(data, next_cursor.is_some(), next_cursor)
    }

    /// A page of a numbered list, which can always be gone on with from its last number.
    #[must_use]
    pub fn answer_from<T: Serialize>(self, data: Vec<T>, has_more: bool, last: i64) -> Response {
        let next_cursor = self.signer.as_ref().map(|signer| signer.show_number(last));
        self.write(data, has_more, next_cursor)
    }

    fn write<T: Serialize>(self, data: Vec<T>, has_more: bool, next_cursor: Option<String>) -> Response {
        let next = next_cursor.as_deref().filter(|_| has_more);
        let link = next.and_then(|cursor| self.link(cursor));
        let body = ListBody {
            data,
            has_more,
            next_cursor,
        };
        let mut response = Json(body).into_response();
        if let Some(link) = link {
            response.headers_mut().insert(header::LINK, link);
        }
        response
    }

    fn link(&self, cursor: &str) -> Option<HeaderValue> {
        let kept = self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let query: Vec<_> = kept.chain([(self.cursor, cursor)]).collect();
        let query = serde_urlencoded::to_string(query).ok()?;
        HeaderValue::from_str(&format!("<{}?{query}>; rel=\"next\"", self.path)).ok()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).map_err(|_| {
            Problem::invalid(vec![FieldError {
                pointer: "query".to_owned(),
                reason: FieldReason::NotText,
            }])
        })?;
        let (partner, services) = (parts.extensions.get::<Partner>(), parts.extensions.get::<Services>());
        let path = parts.uri.path().to_owned();
        let signer = partner
            .zip(services)
            .map(|(partner, services)| Signer::new(services.sealer.clone(), partner.id, &path));
        let pages = Pages {
            signer,
            path,
            kept: pairs.clone(),
            cursor: "cursor",
        };
        let mut values = BTreeMap::new();
        let mut errors = Vec::new();
        for (name, value) in pairs {
            if values.insert(name.clone(), value).is_some() {
                errors.push(FieldError {
                    pointer: name,
                    reason: FieldReason::Repeated,
                });
            }
        }
        Ok(Self { values, errors, pages })
    }
}

impl Parameters {
    /// A text to look for. An empty one is refused: a filter that a program lost shows too much.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= TEXT && is_plain(text);
        let parse = |text: &str| fits(text).then(|| text.to_owned());
        self.read(name, parse, FieldReason::TextLength { most: TEXT })
    }

    pub fn state(&mut self, name: &str) -> Option<TransferState> {
        self.read(name, TransferState::parse, FieldReason::NotAChoice)
    }

    pub fn mandate_status(&mut self, name: &str) -> Option<MandateStatus> {
        self.read(name, MandateStatus::parse, FieldReason::NotAChoice)
    }

    pub fn won(&mut self, name: &str) -> Option<i64> {
        self.read(
            name,
            |text| {
                let digits = text.bytes().all(|letter| letter.is_ascii_digit());
                text.parse().ok().filter(|amount| digits && *amount <= MOST_EXACT)
            },
            FieldReason::NotANumber,
        )
    }

    pub fn time(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.read(name, moment, FieldReason::NotATime)
    }

    pub fn cursor(&mut self) -> Option<Place> {
        self.cursor_called("cursor")
    }

    /// The cursor of a list that calls it otherwise.
    pub fn cursor_called(&mut self, name: &'static str) -> Option<Place> {
        self.place(name, Signer::parse)
    }

    /// As [`Self::cursor_called`] for a list that is numbered.
    pub fn numbered_cursor(&mut self, name: &'static str) -> Option<i64> {
        self.place(name, Signer::parse_number)
    }

    fn place<T>(&mut self, name: &'static str, parse: impl Fn(&Signer, &str) -> Option<T>) -> Option<T> {
        self.pages.cursor = name;
        self.pages.kept.retain(|(kept, _)| kept != name);
        let signer = self.pages.signer.clone();
        let read = |text: &str| signer.as_ref().and_then(|signer| parse(signer, text));
        self.read(name, read, FieldReason::NotACursor)
    }

    pub fn limit(&mut self) -> u64 {
        let parse = |text: &str| {
            let digits = text.bytes().all(|letter| letter.is_ascii_digit());
            text.parse()
                .ok()
                .filter(|limit| digits && (1..=MOST_LIMIT).contains(limit))
        };
        self.read("limit", parse, FieldReason::NotANumber)
            .unwrap_or(DEFAULT_LIMIT)
    }

    /// The end of reading, with what the list's pages are answered by.
    ///
    /// # Errors
    /// `invalid_request` naming every wrong and every unknown parameter.
    pub fn finish(mut self) -> Result<Pages, Problem> {
        for name in self.values.into_keys() {
            self.errors.push(FieldError {
                pointer: name,
                reason: FieldReason::Unknown,
            });
        }
        if self.errors.is_empty() {
            Ok(self.pages)
        } else {
            Err(Problem::invalid(self.errors))
        }
    }

    pub fn read<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>, reason: FieldReason) -> Option<T> {
        let text = self.values.remove(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.errors.push(FieldError {
                pointer: name.to_owned(),
                reason,
            });
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_one_that_every_database_keeps() {
        for (text, kept) in [
            ("2026-01-01T00:00:00.5+09:00", Some("2025-12-31T15:00:00.500+00:00")),
            ("0000-01-01T00:00:00+09:00", Some("1000-01-01T00:00:00+00:00")),
            ("9999-12-31T23:59:59-01:00", Some("9999-12-31T23:59:59+00:00")),
            ("2026-01-01T00:00:00", None),
            ("어제", None),
        ] {
            assert_eq!(moment(text).map(|at| at.to_rfc3339()).as_deref(), kept, "{text}");
        }
    }
}
