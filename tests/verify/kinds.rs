//! Each kind of finding has a test that makes its damage, and its line in the document for operators.

use naru::views::words::FlawWord;

use crate::tidy::sources;

/// Kinds that are of no transfer: the task alone tells of them.
const OF_NO_TRANSFER: [&str; 2] = ["orphan", "bank_moved_unasked"];

/// Each kind as `Flaw` spells it, with its word.
fn kinds() -> Vec<(String, String)> {
    let sources = sources("src/verify", "rs");
    let told = sources
        .iter()
        .flat_map(|source| source.text.lines())
        .filter_map(|line| {
            let (name, word) = line.trim().strip_prefix("Self::")?.split_once("=> \"")?;
            let name = name.chars().take_while(|it| it.is_alphanumeric()).collect();
            Some((name, word.trim_end_matches("\",").to_owned()))
        });
    told.collect()
}

#[test]
fn each_kind_of_finding_has_a_test_of_its_damage() {
    let kinds = kinds();
    assert!(kinds.len() > 25, "{kinds:?}");
    let tests: String = sources("tests/verify", "rs")
        .into_iter()
        .map(|source| source.text)
        .collect();
    for (name, _) in kinds {
        assert!(tests.contains(&format!("Flaw::{name}")), "{name} has no test");
    }
}

#[test]
fn each_kind_of_finding_is_explained_to_operators() {
    let documents = sources("docs", "md");
    let verify: String = documents.into_iter().map(|source| source.text).collect();
    for (_, word) in kinds() {
        assert!(
            verify.contains(&format!("| `{word}` |")),
            "docs/verify.md does not explain {word}"
        );
    }
}

#[test]
fn each_kind_of_finding_of_a_transfer_has_its_words_at_the_desk() {
    for (_, word) in kinds() {
        let has_words = FlawWord::from_word(&word) != FlawWord::Other;
        assert_eq!(has_words, !OF_NO_TRANSFER.contains(&word.as_str()), "{word}");
    }
}
