//! Reading the query of a list: every wrong parameter is told, and unknown ones are refused, for a filter that is
//! overlooked shows too much.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};

use super::cursor;
use super::problem::{FieldError, FieldReason, Problem};
use crate::models::kinds::TransferState;
use crate::transfers::find::Place;

const DEFAULT_LIMIT: u64 = 20;
const MOST_LIMIT: u64 = 100;

/// The parameters of a query, taken one by one. What is left at [`Parameters::finish`] is unknown.
pub struct Parameters {
    values: BTreeMap<String, String>,
    errors: Vec<FieldError>,
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
        Ok(Self { values, errors })
    }
}

impl Parameters {
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name).filter(|text| !text.is_empty())
    }

    pub fn state(&mut self, name: &str) -> Option<TransferState> {
        self.read(name, TransferState::parse, FieldReason::NotAChoice)
    }

    pub fn won(&mut self, name: &str) -> Option<i64> {
        self.read(
            name,
            |text| text.parse().ok().filter(|amount| *amount >= 0),
            FieldReason::NotANumber,
        )
    }

    pub fn time(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let parse = |text: &str| DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc());
        self.read(name, parse, FieldReason::NotATime)
    }

    pub fn cursor(&mut self) -> Option<Place> {
        self.read("cursor", cursor::parse, FieldReason::NotACursor)
    }

    pub fn limit(&mut self) -> u64 {
        let parse = |text: &str| text.parse().ok().filter(|limit| (1..=MOST_LIMIT).contains(limit));
        self.read("limit", parse, FieldReason::NotANumber)
            .unwrap_or(DEFAULT_LIMIT)
    }

    /// The end of reading.
    ///
    /// # Errors
    /// `invalid_request` naming every wrong and every unknown parameter.
    pub fn finish(mut self) -> Result<(), Problem> {
        for name in self.values.into_keys() {
            self.errors.push(FieldError {
                pointer: name,
                reason: FieldReason::Unknown,
            });
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.errors))
        }
    }

    pub(super) fn read<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>, reason: FieldReason) -> Option<T> {
        let text = self.text(name)?;
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
