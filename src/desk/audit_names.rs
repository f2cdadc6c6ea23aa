//! People of staff whom a row of the audit names by their id, by their names.

use std::collections::HashMap;

use serde_json::Value;
use uuid::Uuid;

use crate::ids::UserId;
use crate::models::users;

/// What a detail calls people of staff, whom it names by their id.
const PEOPLE: [&str; 2] = ["asked_by", "from"];

/// What is no JSON, as an old row's may be, is told as the text that it is.
pub(super) fn detail_of(stored: Option<&str>) -> Option<Value> {
    stored.map(|text| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)))
}

fn person(value: &Value) -> Option<UserId> {
    Uuid::try_parse(value.as_str()?).ok().map(UserId)
}

pub(super) fn people_in(detail: &Value) -> impl Iterator<Item = UserId> + '_ {
    PEOPLE.iter().filter_map(|name| person(detail.get(*name)?))
}

pub(super) fn with_names(mut detail: Value, people: &HashMap<UserId, users::Model>) -> Value {
    for name in PEOPLE {
        let Some(value) = detail.get_mut(name) else { continue };
        if let Some(user) = person(value).and_then(|id| people.get(&id)) {
            *value = Value::from(user.name.as_str());
        }
    }
    detail
}
