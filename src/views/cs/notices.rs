//! `/cs/notices`: announcements for those who write them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::views::{
    example,
    form::{FieldErrors, FieldProblem},
    page::Page,
    paging::Paging,
    web::notices::{NoticeRow, sample_row},
};

pub const LONGEST_TITLE: usize = 100;
pub const LONGEST_BODY: usize = 5_000;

/// `GET /cs/notices`.
#[derive(Clone, Debug, Serialize)]
pub struct CsNoticeList {
    pub notices: Vec<CsNoticeRow>,
    pub paging: Paging,
}

#[derive(Clone, Debug, Serialize)]
pub struct CsNoticeRow {
    pub notice: NoticeRow,
    pub stands: Stands,
    pub until: Option<DateTime<Utc>>,
}

/// Whether it is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    Planned,
    Visible,
    Ended,
}

/// `GET /cs/notices/new` and `/cs/notices/{id}`, and the answer to its form when it was refused, with what was typed.
///
/// Its forms: `POST /cs/notices/new` (`dialog`) or `/cs/notices/{id}` (`version`) with these fields,
/// `POST /cs/notices/{id}/end` (`version`).
#[derive(Clone, Debug, Default, Serialize)]
pub struct CsNotice {
    /// `ntc_…`; `None` for a new one.
    pub id: Option<String>,
    pub version: i64,
    /// Of a new one, which is announced once for it; empty for one that is there.
    pub dialog: String,
    pub title_ko: String,
    pub title_en: String,
    pub body_ko: String,
    pub body_en: String,
    pub important: bool,
    /// In Korean time, as the input sends it: `2026-11-25T14:03`.
    pub from: String,
    pub until: String,
    /// Fields: the texts and moments above.
    pub errors: FieldErrors,
    /// Who wrote which version, newest first.
    pub changes: Vec<NoticeChange>,
    /// It can be ended.
    pub is_running: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct NoticeChange {
    pub version: i64,
    pub actor_name: String,
    pub at: DateTime<Utc>,
}

impl Page for CsNoticeList {
    const TEMPLATE: &'static str = "cs/notices.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let row = |title: &str, stands| CsNoticeRow {
            notice: sample_row(title, stands == Stands::Visible),
            stands,
            until: (stands == Stands::Ended).then(|| example::at(600)),
        };
        let some = vec![
            row("12월 정기 점검 안내", Stands::Planned),
            row(example::HOSTILE, Stands::Visible),
            row("지난 안내", Stands::Ended),
        ];
        let list = |notices, paging| Self { notices, paging };
        let first = Paging::new("/cs/notices", &[], None, Some("c"));
        vec![
            ("none", list(Vec::new(), Paging::default())),
            ("some", list(some, first)),
        ]
    }
}

impl Page for CsNotice {
    const TEMPLATE: &'static str = "cs/notice.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let written = Self {
            id: Some("ntc_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned()),
            version: 2,
            dialog: String::new(),
            title_ko: "정기 점검 안내".to_owned(),
            title_en: "Maintenance".to_owned(),
            body_ko: format!("내일 새벽에 점검이 있어요.\n\n{}", example::HOSTILE),
            body_en: "Maintenance tomorrow night.".to_owned(),
            important: true,
            from: "2026-11-25T14:03".to_owned(),
            until: String::new(),
            errors: FieldErrors::new(),
            changes: vec![
                NoticeChange {
                    version: 2,
                    actor_name: example::HOSTILE.to_owned(),
                    at: example::at(60),
                },
                NoticeChange {
                    version: 1,
                    actor_name: "최팀장".to_owned(),
                    at: example::at(0),
                },
            ],
            is_running: true,
        };
        let refused = Self {
            title_ko: String::new(),
            from: "25.11.2026".to_owned(),
            until: "2026-11-24T00:00".to_owned(),
            errors: FieldErrors::from([
                ("title_ko", FieldProblem::Required),
                ("body_en", FieldProblem::TooLong),
                ("from", FieldProblem::MomentFormat),
                ("until", FieldProblem::EndsBeforeItBegins),
            ]),
            ..written.clone()
        };
        let ended = Self {
            is_running: false,
            ..written.clone()
        };
        vec![
            (
                "new",
                Self {
                    dialog: "019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
                    ..Self::default()
                },
            ),
            ("written", written),
            ("refused", refused),
            ("ended", ended),
        ]
    }
}
