//! `/cs/audit`: who looked at what and did what.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    models::kinds::{StaffDeed, SubjectKind},
    views::{
        example,
        form::{FieldErrors, FieldProblem},
        page::Page,
        paging::Paging,
    },
};

/// `GET /cs/audit`: everything that is asked for stands in the address.
#[derive(Clone, Debug, Serialize)]
pub struct CsAudit {
    pub filter: AuditFilter,
    /// Refused filter values, which are kept as typed and not applied: the fields of [`AuditFilter`].
    pub errors: FieldErrors,
    pub staff: Vec<StaffChoice>,
    /// Newest first.
    pub rows: Vec<AuditRow>,
    pub paging: Paging,
    pub as_of: DateTime<Utc>,
    deeds: &'static [StaffDeed],
    filtered: bool,
}

/// The query as it came; empty where nothing was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditFilter {
    /// The value of a [`StaffChoice`].
    pub who: String,
    pub deed: String,
    /// An id in any spelling.
    pub subject: String,
    /// First day in Korea, `2026-11-25`.
    pub from: String,
    /// Last day in Korea, inclusive.
    pub to: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct StaffChoice {
    /// What goes into the address.
    pub value: String,
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct AuditRow {
    pub at: DateTime<Utc>,
    /// `None`: whoever sat at the terminal.
    pub actor_name: Option<String>,
    pub deed: StaffDeed,
    pub subject_kind: SubjectKind,
    /// As the outside sees it; `None`: a search or an export is of no one thing.
    pub subject_id: Option<String>,
    /// Where it is seen, for who may see it.
    pub href: Option<String>,
    pub reason: Option<String>,
    /// Pairs of words: a filter, an amount. No personal data.
    pub detail: Option<String>,
}

impl AuditFilter {
    /// The pairs of the query, for [`Paging::new`].
    #[must_use]
    pub fn pairs(&self) -> [(&'static str, &str); 5] {
        [
            ("who", &self.who),
            ("deed", &self.deed),
            ("subject", &self.subject),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }
}

impl CsAudit {
    #[must_use]
    pub fn new(
        filter: AuditFilter,
        staff: Vec<StaffChoice>,
        rows: Vec<AuditRow>,
        paging: Paging,
        as_of: DateTime<Utc>,
    ) -> Self {
        Self {
            filtered: filter != AuditFilter::default(),
            filter,
            errors: FieldErrors::new(),
            staff,
            rows,
            paging,
            as_of,
            deeds: StaffDeed::ALL,
        }
    }

    /// With filter values that could not be read.
    #[must_use]
    pub fn with_errors(self, errors: FieldErrors) -> Self {
        Self { errors, ..self }
    }
}

/// One row of every deed, with every kind of thing.
fn sample_rows() -> Vec<AuditRow> {
    let kinds = SubjectKind::ALL.iter().cycle();
    let row = |(seconds, (deed, kind)): (i64, (&StaffDeed, &SubjectKind))| AuditRow {
        at: example::at(seconds),
        actor_name: (*deed != StaffDeed::StaffLetIn).then(|| "박상담".to_owned()),
        deed: *deed,
        subject_kind: *kind,
        subject_id: (*kind != SubjectKind::List).then(|| example::PAYMENT_ID.to_owned()),
        href: (*kind == SubjectKind::Payment).then(|| format!("/cs/payments/{}", example::PAYMENT_ID)),
        reason: (*deed == StaffDeed::Unmasked).then(|| example::HOSTILE.to_owned()),
        detail: (*deed == StaffDeed::Searched).then(|| "by: email, what: member".to_owned()),
    };
    (0..).zip(StaffDeed::ALL.iter().zip(kinds)).map(row).collect()
}

impl Page for CsAudit {
    const TEMPLATE: &'static str = "cs/audit.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let staff = |name: &str, value: &str| StaffChoice {
            value: value.to_owned(),
            name: name.to_owned(),
        };
        let list = |filter, rows, paging| {
            let choices = vec![staff("박상담", "019ac1f0"), staff(example::HOSTILE, "019ac1f1")];
            Self::new(filter, choices, rows, paging, example::at(90))
        };
        let asked = AuditFilter {
            who: "019ac1f0".to_owned(),
            deed: StaffDeed::Unmasked.as_str().to_owned(),
            subject: example::PAYMENT_ID.to_owned(),
            from: "2026-11-01".to_owned(),
            to: "2026-11-25".to_owned(),
        };
        let unreadable = AuditFilter {
            who: "me".to_owned(),
            deed: "forgotten".to_owned(),
            subject: example::HOSTILE.to_owned(),
            from: "25.11.2026".to_owned(),
            to: "2026-02-30".to_owned(),
        };
        let errors = FieldErrors::from([
            ("who", FieldProblem::ChoiceUnknown),
            ("deed", FieldProblem::ChoiceUnknown),
            ("subject", FieldProblem::IdFormat),
            ("from", FieldProblem::DateFormat),
            ("to", FieldProblem::DatesReversed),
        ]);
        let middle = Paging::new("/cs/audit", &asked.pairs(), Some("b"), Some("c"));
        vec![
            (
                "nothing yet",
                list(AuditFilter::default(), Vec::new(), Paging::default()),
            ),
            (
                "every deed",
                list(AuditFilter::default(), sample_rows(), Paging::default()),
            ),
            ("filtered, in the middle", list(asked.clone(), sample_rows(), middle)),
            ("nothing found", list(asked, Vec::new(), Paging::default())),
            (
                "filter unreadable",
                list(unreadable, Vec::new(), Paging::default()).with_errors(errors),
            ),
        ]
    }
}
