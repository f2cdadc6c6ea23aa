//! What documents promise is there: the tests and the files that they name.

use std::path::Path;

use super::{expect_none, rust_sources, sources};

/// Folders in which a document's short file name may stand.
const FOLDERS: &[&str] = &["src/transfers/", "src/", "tests/", "tests/transfers/", ""];

#[test]
fn every_test_that_a_document_names_is_there() {
    let code: String = rust_sources().into_iter().map(|source| source.text).collect();
    let missing = sources("docs", "md").into_iter().flat_map(|document| {
        let named: Vec<_> = quoted(&document.text)
            .filter(|word| is_test_name(word))
            .filter(|word| !code.contains(&format!("fn {word}(")))
            .map(|word| format!("{}: {word}", document.path))
            .collect();
        named
    });
    expect_none("These tests are named and are not there:", missing);
}

#[test]
fn every_source_file_that_a_document_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let missing = sources("docs", "md").into_iter().flat_map(|document| {
        let named: Vec<_> = quoted(&document.text)
            .filter(|word| Path::new(word).extension().is_some_and(|it| it == "rs") && !word.contains(['*', '{', ' ']))
            .filter(|word| !FOLDERS.iter().any(|folder| root.join(folder).join(word).exists()))
            .filter(|word| {
                !rust_sources()
                    .iter()
                    .any(|source| source.path.ends_with(&format!("/{word}")))
            })
            .map(|word| format!("{}: {word}", document.path))
            .collect();
        named
    });
    expect_none("These files are named and are not there:", missing);
}

#[test]
fn every_metric_that_may_alarm_has_its_page_in_the_runbook() {
    let [metrics, runbook] = ["docs/metrics.md", "docs/runbook.md"].map(|path| {
        let mut documents = sources("docs", "md").into_iter();
        documents.find(|document| document.path == path).expect(path).text
    });
    let headings: String = runbook.lines().filter(|line| line.starts_with("### ")).collect();
    let alarms = metrics.lines().filter_map(|line| {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let (name, alarm) = (cells.first()?.strip_prefix("`naru_")?, cells.last()?);
        (!alarm.is_empty()).then(|| format!("naru_{}", name.trim_end_matches('`')))
    });
    let alarms: Vec<_> = alarms.collect();
    assert!(alarms.len() > 5, "{alarms:?}");
    let missing = alarms.into_iter().filter(|name| !headings.contains(name.as_str()));
    expect_none("Give these alarms a heading in docs/runbook.md:", missing);
}

/// What stands between backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// `rule_1_…`, `c05_…`.
fn is_test_name(word: &str) -> bool {
    let is_case = word.len() > 4 && word.starts_with('c') && word[1..3].bytes().all(|byte| byte.is_ascii_digit());
    (word.starts_with("rule_") || is_case) && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
