//! `/cs/audit`: who looked at what and did what.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::response::Response;
use loco_rs::controller::Routes;
use serde::Deserialize;
use uuid::Uuid;

use super::StaffVisit;
use super::audit_row::row;
use crate::clock::{kst_day_end, kst_midnight};
use crate::controllers::api::cursor;
use crate::controllers::fields::Fields;
use crate::controllers::pages::PageError;
use crate::controllers::routing::get;
use crate::desk::audit::By;
use crate::desk::audit_list::{self, Filter};
use crate::desk::roles::Permission;
use crate::ids::UserId;
use crate::models::kinds::StaffDeed;
use crate::transfers::find;
use crate::views::cs::audit::{AuditFilter, CsAudit, StaffChoice};
use crate::views::form::{FieldErrors, FieldProblem};
use crate::views::i18n::{TextArgs, text};
use crate::views::paging::Paging;

pub(super) const PATH: &str = "/cs/audit";
const PAGE_ROWS: u64 = 50;

pub fn routes() -> Routes {
    Routes::new().add(PATH, get(list))
}

/// The query as it came.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    who: String,
    deed: String,
    subject: String,
    from: String,
    to: String,
    cursor: String,
}

async fn list(visit: StaffVisit, asked: Result<Query<Asked>, QueryRejection>) -> Result<Response, PageError> {
    visit.require(Permission::SeeAudit)?;
    // A query that says a thing twice is none of ours: the page begins anew.
    let Query(asked) = asked.unwrap_or_default();
    let after = cursor::parse(&asked.cursor);
    let shown = AuditFilter {
        who: asked.who.trim().to_owned(),
        deed: asked.deed.trim().to_owned(),
        subject: asked.subject.trim().to_owned(),
        from: asked.from.trim().to_owned(),
        to: asked.to.trim().to_owned(),
    };
    let (filter, errors) = read(&shown);
    // A filter that cannot be read shows nothing: showing everything would look like an answer.
    let mut found = if errors.is_empty() {
        audit_list::page(visit.db(), &filter, after, PAGE_ROWS).await?
    } else {
        Vec::new()
    };
    let next = find::cut(&mut found, PAGE_ROWS, audit_list::place_of).map(cursor::show);
    let cursor = after.map(cursor::show);
    let paging = Paging::new(PATH, &shown.pairs(), cursor.as_deref(), next.as_deref());
    let staff = audit_list::staff(visit.db()).await?;
    let (role, lang) = (visit.staff.role, visit.frame.lang);
    let rows = found.into_iter().map(|entry| row(entry, role, lang)).collect();
    let choice = |id: UserId, name| StaffChoice {
        value: id.0.simple().to_string(),
        name,
    };
    let terminal = text(lang, "audit-terminal", &TextArgs::new());
    let choices = staff.into_iter().map(|user| choice(user.id, user.name));
    let choices = choices.chain([choice(By::TERMINAL.staff, terminal)]);
    let page = CsAudit::new(shown, choices.collect(), rows, paging, visit.services.clock.now());
    visit.show(&page.with_errors(errors))
}

/// The filter in our types, and the fields that cannot be read.
fn read(shown: &AuditFilter) -> (Filter, FieldErrors) {
    let mut fields = Fields::default();
    let unknown = FieldProblem::ChoiceUnknown;
    let person = |text: &str| Uuid::try_parse(text).ok().map(UserId);
    let actor = fields.value("who", &shown.who, person, unknown);
    let deed = fields.value("deed", &shown.deed, StaffDeed::parse, unknown);
    let subject = fields.value("subject", &shown.subject, any_id, FieldProblem::IdFormat);
    let (from, to) = fields.days(&shown.from, &shown.to);
    let filter = Filter {
        actor,
        deed,
        subject,
        from: from.map(kst_midnight),
        before: to.map(kst_day_end),
    };
    (filter, fields.errors)
}

/// An id in any spelling: with its prefix or without, with dashes or without, in letters of any case.
fn any_id(text: &str) -> Option<Uuid> {
    let digits = text.rsplit_once('_').map_or(text, |(_, digits)| digits);
    Uuid::try_parse(digits).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Prefix;

    #[test]
    fn an_id_is_read_in_any_spelling_and_nothing_else_is() {
        let id = Uuid::now_v7();
        for text in [
            Prefix::Payment.show(id),
            format!("pay_{id}"),
            id.to_string(),
            id.simple().to_string(),
            Prefix::Member.show(id).to_uppercase(),
        ] {
            assert_eq!(any_id(&text), Some(id), "{text}");
        }
        for text in ["", "pay_", "order-1042", "minji@naru.test"] {
            assert_eq!(any_id(text), None, "{text}");
        }
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_told_by_its_field() {
        let (filter, errors) = read(&AuditFilter {
            who: "me".to_owned(),
            deed: "forgotten".to_owned(),
            subject: "order-1".to_owned(),
            from: "2026-02-30".to_owned(),
            to: "25.11.2026".to_owned(),
        });
        let fields: Vec<_> = errors.keys().copied().collect();
        assert_eq!(fields, ["deed", "from", "subject", "to", "who"]);
        assert_eq!(filter, Filter::default());
    }
}
