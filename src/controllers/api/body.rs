//! Reading a JSON body: every wrong part is told at once, by its pointer, and unknown fields are refused.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};
use axum::http::header;
use chrono::{DateTime, Utc};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::problem::{Code, FieldError, FieldReason, Problem};
use super::query::moment;
use crate::ids::Prefix;
use crate::money::Won;
use crate::plain_text::is_plain;

const METADATA_ENTRIES: usize = 20;
const METADATA_KEY: usize = 40;
const METADATA_VALUE: usize = 500;

/// The fields of a JSON object, taken one by one. What is left at [`Fields::finish`] is unknown.
pub struct Fields {
    fields: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|mime| mime.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            return Err(Code::UnsupportedMediaType.into());
        }
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|rejection| {
                Problem::from(match rejection.status().as_u16() {
                    413 => Code::PayloadTooLarge,
                    _ => Code::MalformedJson,
                })
            })?;
        match serde_json::from_slice(&bytes) {
            Ok(Body::Object(pairs)) => Ok(Self::of(pairs)),
            Ok(Body::Other) => Err(Problem::invalid(vec![FieldError {
                pointer: String::new(),
                reason: FieldReason::NotAnObject,
            }])),
            Err(_) => Err(Code::MalformedJson.into()),
        }
    }
}

/// A JSON text, its fields as they stand there: one that is named twice is refused, not decided by whoever reads it.
enum Body {
    Object(Vec<(String, Value)>),
    Other,
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

struct BodyVisitor;

/// Says that these values are no object.
macro_rules! not_an_object {
    ($($visit:ident($value:ty)),+) => {
        $(fn $visit<E>(self, _: $value) -> Result<Body, E> {
            Ok(Body::Other)
        })+
    };
}

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    not_an_object!(
        visit_bool(bool),
        visit_i64(i64),
        visit_u64(u64),
        visit_f64(f64),
        visit_str(&str)
    );

    fn visit_unit<E>(self) -> Result<Body, E> {
        Ok(Body::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Body, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Body::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Body, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = entries.next_entry()? {
            pairs.push(pair);
        }
        Ok(Body::Object(pairs))
    }
}

impl Fields {
    fn of(pairs: Vec<(String, Value)>) -> Self {
        let mut read = Self {
            fields: Map::new(),
            errors: Vec::new(),
        };
        for (name, value) in pairs {
            let repeated = pointer(&name);
            if read.fields.insert(name, value).is_some() {
                read.errors.push(FieldError {
                    pointer: repeated,
                    reason: FieldReason::Repeated,
                });
            }
        }
        read
    }

    /// A text of 1 to `most` characters without control characters.
    pub fn text(&mut self, name: &str, most: usize) -> Option<String> {
        match self.take(name) {
            None => self.refuse(name, FieldReason::Required),
            Some(Value::String(text)) => {
                let length = text.chars().count();
                let fits = (1..=most).contains(&length) && !text.trim().is_empty();
                if !fits {
                    self.refuse(name, FieldReason::TextLength { most })
                } else if !is_plain(&text) {
                    self.refuse(name, FieldReason::NotText)
                } else {
                    Some(text)
                }
            }
            Some(_) => self.refuse(name, FieldReason::NotText),
        }
    }

    /// As [`Fields::text`] where the field may be absent.
    pub fn optional_text(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.take(name)?;
        self.fields.insert(name.to_owned(), value);
        self.text(name, most)
    }

    /// An id with its prefix.
    pub fn id(&mut self, name: &str, prefix: Prefix) -> Option<Uuid> {
        match self.take(name) {
            None => self.refuse(name, FieldReason::Required),
            Some(Value::String(text)) => match prefix.parse(&text) {
                Some(id) => Some(id),
                None => self.refuse(name, FieldReason::NotAnId),
            },
            Some(_) => self.refuse(name, FieldReason::NotAnId),
        }
    }

    /// A positive whole number of won: no text, no decimals, no exponent. `most` is told to the caller; the verb
    /// judges it, so that a replay is answered whatever the limit is by now.
    pub fn won(&mut self, name: &str, most: i64) -> Option<Won> {
        match self.take(name) {
            None => self.refuse(name, FieldReason::Required),
            Some(value) => self.whole_won(name, &value, most),
        }
    }

    /// As [`Fields::won`] where the field may be absent. Null is refused: a program that lost its amount does not mean
    /// all of it.
    pub fn optional_won(&mut self, name: &str, most: i64) -> Option<Won> {
        let value = self.fields.remove(name)?;
        self.whole_won(name, &value, most)
    }

    fn whole_won(&mut self, name: &str, value: &Value, most: i64) -> Option<Won> {
        match value.as_i64() {
            Some(amount) if amount >= 1 => Some(Won::new(amount)),
            _ => self.refuse(name, FieldReason::NotAnAmount { most }),
        }
    }

    /// A moment, as RFC 3339 with an offset. The verb judges whether it is over.
    pub fn optional_time(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let value = self.take(name)?;
        match value.as_str().and_then(moment) {
            Some(at) => Some(at),
            None => self.refuse(name, FieldReason::NotATime),
        }
    }

    /// As [`Fields::text`] where the field may be absent, or empty.
    pub fn text_or_empty(&mut self, name: &str, most: usize) -> Option<String> {
        match self.take(name)? {
            Value::String(text) if text.chars().count() > most => self.refuse(name, FieldReason::TextLength { most }),
            Value::String(text) if is_plain(&text) => Some(text),
            _ => self.refuse(name, FieldReason::NotText),
        }
    }

    /// One word of a closed set.
    pub fn optional_word<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        match self.take(name)?.as_str().and_then(parse) {
            Some(word) => Some(word),
            None => self.refuse(name, FieldReason::NotAChoice),
        }
    }

    /// As [`Fields::optional_word`] where it must be there.
    pub fn word<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        match self.take(name) {
            None => self.refuse(name, FieldReason::Required),
            Some(value) => match value.as_str().and_then(parse) {
                Some(word) => Some(word),
                None => self.refuse(name, FieldReason::NotAChoice),
            },
        }
    }

    /// Words of a closed set, in a list without doubles.
    pub fn optional_words<T: PartialEq>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let value = self.take(name)?;
        let mut words = Vec::new();
        for word in value.as_array().into_iter().flatten() {
            match word.as_str().and_then(&parse) {
                Some(word) if words.contains(&word) => {}
                Some(word) => words.push(word),
                None => return self.refuse(name, FieldReason::NotAChoice),
            }
        }
        if value.is_array() {
            Some(words)
        } else {
            self.refuse(name, FieldReason::NotAChoice)
        }
    }

    /// True where it says so; absent is false.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.take(name) {
            None => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => self.refuse(name, FieldReason::NotAFlag).unwrap_or_default(),
        }
    }

    /// As [`Fields::id`] where the field may be absent.
    pub fn optional_id(&mut self, name: &str, prefix: Prefix) -> Option<Uuid> {
        let value = self.take(name)?;
        match value.as_str().and_then(|text| prefix.parse(text)) {
            Some(id) => Some(id),
            None => self.refuse(name, FieldReason::NotAnId),
        }
    }

    /// A moment that must be there.
    pub fn time(&mut self, name: &str) -> Option<DateTime<Utc>> {
        if self.fields.get(name).is_none_or(Value::is_null) {
            self.fields.remove(name);
            return self.refuse(name, FieldReason::Required);
        }
        self.optional_time(name)
    }

    /// Texts by name, as the partner wants them back.
    pub fn metadata(&mut self, name: &str) -> BTreeMap<String, String> {
        let Some(value) = self.take(name) else {
            return BTreeMap::new();
        };
        let entries = value.as_object().filter(|entries| entries.len() <= METADATA_ENTRIES);
        let texts: Option<BTreeMap<String, String>> = entries.and_then(|entries| {
            let text = |(key, value): (&String, &Value)| {
                let value = value.as_str()?;
                let fits = key.chars().count() <= METADATA_KEY && value.chars().count() <= METADATA_VALUE;
                fits.then(|| (key.clone(), value.to_owned()))
            };
            entries.iter().map(text).collect()
        });
        if texts.is_none() {
            self.refuse::<()>(name, FieldReason::NotMetadata);
        }
        texts.unwrap_or_default()
    }

    /// The end of reading: `value` when everything was right.
    ///
    /// # Errors
    /// `invalid_request` naming every wrong and every unknown field.
    pub fn finish<T>(mut self, value: Option<T>) -> Result<T, Problem> {
        for name in self.fields.keys() {
            self.errors.push(FieldError {
                pointer: pointer(name),
                reason: FieldReason::Unknown,
            });
        }
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(Problem::invalid(self.errors)),
        }
    }

    /// Absent and null are the same: not given.
    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    fn refuse<T>(&mut self, name: &str, reason: FieldReason) -> Option<T> {
        self.errors.push(FieldError {
            pointer: pointer(name),
            reason,
        });
        None
    }
}

/// The JSON pointer of a field (RFC 6901).
fn pointer(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
