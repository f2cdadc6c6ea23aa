//! `/notices`: announcements for everybody, and the banner that an important one has on members' pages.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::views::{example, page::Page, paging::Paging};

/// `GET /notices`.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeList {
    pub notices: Vec<NoticeRow>,
    pub paging: Paging,
}

/// One announcement in a list, in the reader's language.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeRow {
    /// `ntc_…`.
    pub id: String,
    pub title: String,
    pub is_important: bool,
    pub at: DateTime<Utc>,
}

/// `GET /notices/{id}`.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeDetail {
    pub notice: NoticeRow,
    /// Plain text: an empty line begins the next one.
    pub paragraphs: Vec<String>,
}

/// The paragraphs of a body.
#[must_use]
pub fn paragraphs(body: &str) -> Vec<String> {
    let unix = body.replace("\r\n", "\n");
    let parts = unix.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

pub(crate) fn sample_row(title: &str, is_important: bool) -> NoticeRow {
    NoticeRow {
        id: "ntc_019ac1f05d7a7b3e8c41f2a90b6d7e10".to_owned(),
        title: title.to_owned(),
        is_important,
        at: example::at(0),
    }
}

impl Page for NoticeList {
    const TEMPLATE: &'static str = "web/notices.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let list = |notices, paging| Self { notices, paging };
        let some = vec![
            sample_row("NH농협은행 정기 점검 안내", true),
            sample_row(example::HOSTILE, false),
        ];
        let middle = Paging::new("/notices", &[], Some("b"), Some("c"));
        vec![
            ("none", list(Vec::new(), Paging::default())),
            ("some", list(some, middle)),
        ]
    }
}

impl Page for NoticeDetail {
    const TEMPLATE: &'static str = "web/notice.html";

    fn samples() -> Vec<(&'static str, Self)> {
        let body = format!(
            "내일 새벽에 점검이 있어요.\n그동안 결제는 기다려요.\r\n\r\n{}",
            example::HOSTILE
        );
        let detail = |is_important| Self {
            notice: sample_row("NH농협은행 정기 점검 안내", is_important),
            paragraphs: paragraphs(&body),
        };
        vec![("plain", detail(false)), ("important", detail(true))]
    }
}

#[cfg(test)]
mod tests {
    use super::paragraphs;

    #[test]
    fn an_empty_line_begins_a_paragraph_whatever_ends_a_line() {
        assert_eq!(paragraphs("a\nb\r\n\r\nc\n\n\n\n"), ["a\nb", "c"]);
        assert!(paragraphs(" \n\n ").is_empty());
    }
}
