//! A row of `/cs/audit` as its reader sees it.

use serde_json::Value;

use crate::desk::audit_list::Entry;
use crate::desk::roles::Permission;
use crate::ids::Prefix;
use crate::models::kinds::{Role, SubjectKind};
use crate::views::cs::audit::AuditRow;
use crate::views::i18n::{Language, TextArgs, try_text};

pub(super) fn row(entry: Entry, reader: Role, lang: Language) -> AuditRow {
    let Entry { row, actor, detail } = entry;
    let prefix = prefix_of(row.subject_kind);
    let subject_id = row.subject_id.map(|id| match prefix {
        Some(prefix) => prefix.show(id),
        None => id.simple().to_string(),
    });
    let place = place_of(row.subject_kind, reader);
    AuditRow {
        at: row.at,
        actor_name: actor.map(|user| user.name),
        deed: row.deed,
        subject_kind: row.subject_kind,
        href: place.and_then(|place| subject_id.as_ref().map(|id| format!("{place}/{id}"))),
        subject_id,
        reason: row.reason,
        detail: detail.map(|detail| in_pairs(&detail, lang)),
    }
}

const fn prefix_of(kind: SubjectKind) -> Option<Prefix> {
    match kind {
        SubjectKind::Payment => Some(Prefix::Payment),
        SubjectKind::Refund => Some(Prefix::Refund),
        SubjectKind::Member => Some(Prefix::Member),
        SubjectKind::Partner => Some(Prefix::Partner),
        SubjectKind::Mandate => Some(Prefix::Mandate),
        SubjectKind::Delivery => Some(Prefix::Delivery),
        SubjectKind::Notice => Some(Prefix::Notice),
        SubjectKind::Staff => Some(Prefix::Staff),
        SubjectKind::DeadLetter | SubjectKind::Bank | SubjectKind::List => None,
    }
}

/// Where things of this kind have pages that the reader may see.
fn place_of(kind: SubjectKind, reader: Role) -> Option<&'static str> {
    let (place, permission) = match kind {
        SubjectKind::Payment | SubjectKind::Refund => ("/cs/payments", Permission::SeePayments),
        SubjectKind::Member => (super::members::PATH, Permission::SeeMembers),
        SubjectKind::Mandate => (super::mandate::PATH, Permission::SeeMembers),
        SubjectKind::Partner => (super::partners::PATH, Permission::SeePartners),
        SubjectKind::Notice => (super::notices::PATH, Permission::Announce),
        SubjectKind::Bank => ("/cs/bank/windows", Permission::SeeOverview),
        SubjectKind::Delivery | SubjectKind::DeadLetter | SubjectKind::Staff | SubjectKind::List => return None,
    };
    reader.may(permission).then_some(place)
}

/// `{"what":"member","by":"email"}` as `by: email, what: member`, in the reader's words where there are some; what is not
/// known is left out, and anything else told as it stands.
fn in_pairs(detail: &Value, lang: Language) -> String {
    let told = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let Value::Object(pairs) = detail else {
        return told(detail);
    };
    let known = pairs.iter().filter(|(_, value)| !value.is_null());
    let pairs = known.map(|(name, value)| format!("{}: {}", word_of(name, lang), told(value)));
    pairs.collect::<Vec<_>>().join(", ")
}

/// What a part of a detail is called.
fn word_of(name: &str, lang: Language) -> String {
    try_text(lang, &format!("audit-detail-{name}"), &TextArgs::new()).unwrap_or_else(|_| name.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_detail_is_told_in_pairs() {
        let detail = json!({ "amount": 3, "asked_by": "이수진", "newer": "x", "refund_id": null });
        assert_eq!(in_pairs(&detail, Language::En), "amount: 3, asked by: 이수진, newer: x");
        assert_eq!(
            in_pairs(&detail, Language::Ko),
            "금액: 3, 요청한 사람: 이수진, newer: x"
        );
        assert_eq!(in_pairs(&json!([1]), Language::Ko), "[1]");
        assert_eq!(in_pairs(&json!("as it was"), Language::Ko), "as it was");
    }
}
