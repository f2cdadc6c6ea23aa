//! Style sheets are whole: a lost brace takes all rules after it along, and no browser complains.

use super::{expect_none, sources};

#[test]
fn no_rule_of_a_style_sheet_stands_within_another() {
    let sheets = sources("assets/static", "css");
    assert!(!sheets.is_empty(), "no style sheet was found");
    let faults = sheets
        .iter()
        .flat_map(|sheet| nested(&sheet.text).into_iter().map(|rule| (&sheet.path, rule)));
    expect_none(
        "Close each rule before the next one begins:",
        faults.map(|(path, rule)| format!("{path}: {rule}")),
    );
    assert_eq!(
        nested("a { color: red;\nb { color: blue; }"),
        ["b within a", "a has no end"]
    );
    assert_eq!(nested("@media print { a { color: red; } } /* { */ b {}"), [""; 0]);
}

/// Rules that stand in one that is no condition as `@media` is, and those that do not end.
fn nested(sheet: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut text = String::new();
    for letter in without_comments(sheet).chars() {
        match letter {
            '{' => {
                let rule = std::mem::take(&mut text).trim().to_owned();
                if let Some(around) = open.last().filter(|around| !around.starts_with('@')) {
                    faults.push(format!("{rule} within {around}"));
                }
                open.push(rule);
            }
            '}' => {
                text.clear();
                if open.pop().is_none() {
                    faults.push("an end without a rule".to_owned());
                }
            }
            ';' => text.clear(),
            letter => text.push(letter),
        }
    }
    faults.extend(open.iter().map(|rule| format!("{rule} has no end")));
    faults
}

fn without_comments(sheet: &str) -> String {
    let mut parts = sheet.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| {
        all + part.split_once("*/").map_or("", |(_, rest)| rest)
    })
}
