//! The rules themselves, each with the list of its exceptions, which may only shrink.

use std::fs;

use super::{
    Source, expect_none, kept_files,
    measure::{code_only, functions, median},
    rust_sources, sources,
};

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const SRC_MEDIAN_LINES_BELOW: usize = 100;
const DOC_LINES_BELOW: usize = 200;
const README_LINES_BELOW: usize = 150;

/// Files that may be longer than the rest. Take a line away whenever one got shorter; add none.
const LONG_FILES: &[&str] = &[];

/// Functions that may be longer, as `path::name`.
const LONG_FUNCTIONS: &[&str] = &[];

/// Words that belong to the machine where a thing was written, or to a note to oneself. Each is spelled here in two
/// halves, so that this file does not hold what it forbids.
const LEAKING_WORDS: &[[&str; 2]] = &[
    ["/ro", "ot/"],
    ["/wo", "rk/"],
    ["/ho", "me/"],
    ["TO", "DO"],
    ["FIX", "ME"],
    ["XX", "X "],
    ["HA", "CK"],
];

#[test]
fn every_file_says_first_what_it_is_for() {
    expect_none(
        "Begin the file with a line `//! what it is for`:",
        rust_sources().iter().filter_map(without_purpose),
    );
}

#[test]
fn no_file_is_too_long_to_be_read() {
    let too_long = rust_sources().into_iter().filter_map(|source| {
        let lines = source.text.lines().count();
        let excused = LONG_FILES.contains(&source.path.as_str());
        (lines > FILE_LINES_MAX && !excused).then(|| format!("{}: {lines} lines", source.path))
    });
    expect_none(&format!("Split what is longer than {FILE_LINES_MAX} lines:"), too_long);
}

#[test]
fn no_function_is_too_long_to_be_seen_at_once() {
    let too_long = rust_sources()
        .into_iter()
        .filter(|source| !is_a_list_of_columns(&source.path))
        .flat_map(|source| long_functions(&source));
    expect_none(
        &format!("Tell these functions in less than {FUNCTION_LINES_MAX} lines:"),
        too_long,
    );
}

#[test]
fn the_exceptions_are_still_needed() {
    let sources = rust_sources();
    let lines = |path: &str| {
        sources
            .iter()
            .find(|it| it.path == path)
            .map_or(0, |it| it.text.lines().count())
    };
    let spare_files = LONG_FILES
        .iter()
        .filter(|path| lines(path) <= FILE_LINES_MAX)
        .map(ToString::to_string);
    let long: Vec<_> = sources
        .iter()
        .flat_map(|source| too_long_in(source).map(|it| format!("{}::{}", source.path, it.0)))
        .collect();
    let spare_functions = LONG_FUNCTIONS
        .iter()
        .filter(|it| !long.iter().any(|name| name == *it))
        .map(ToString::to_string);
    expect_none(
        "These got shorter; take them off the list:",
        spare_files.chain(spare_functions),
    );
}

#[test]
fn half_of_the_files_are_short() {
    let lengths: Vec<_> = sources("src", "rs")
        .iter()
        .map(|source| source.text.lines().count())
        .collect();
    let middle = median(lengths);
    assert!(
        middle < SRC_MEDIAN_LINES_BELOW,
        "half of the files under src have {middle} lines or more"
    );
}

#[test]
fn what_must_not_be_shown_is_more_than_a_few_digits() {
    let by_chance = sources("tests", "rs").into_iter().flat_map(|source| {
        let lines = source.text.lines().filter(|line| denies_a_few_digits(line));
        lines
            .map(|line| format!("{}: {}", source.path, line.trim()))
            .collect::<Vec<_>>()
    });
    expect_none(
        "An id, a time or a port holds these by chance; look for more:",
        by_chance,
    );
}

/// Whether it says that a text lacks what may stand in any id: fewer than seven hexadecimal digits.
fn denies_a_few_digits(line: &str) -> bool {
    let digits = |text: &str| text.len() < 7 && text.bytes().all(|it| matches!(it, b'0'..=b'9' | b'a'..=b'f'));
    line.match_indices(".contains(\"").any(|(at, opening)| {
        let subject = line[..at].trim_end_matches(|it: char| it.is_alphanumeric() || "_.()[]".contains(it));
        let sought = line[at + opening.len()..].split('"').next();
        subject.ends_with('!') && sought.is_some_and(digits)
    })
}

#[test]
fn the_transfers_know_neither_http_nor_templates_nor_the_broker() {
    let wrong_way = sources("src/transfers", "rs")
        .into_iter()
        .flat_map(|source| names_the_edge(&source));
    expect_none("Arrows go from the edges to src/transfers, never back:", wrong_way);
}

#[test]
fn no_decision_about_money_reads_the_cache() {
    let money = ["src/transfers", "src/relay"];
    let readers = money
        .iter()
        .flat_map(|folder| sources(folder, "rs"))
        .flat_map(|source| names_any(&source, &CACHE));
    expect_none("What may be forgotten decides nothing about money:", readers);
}

/// The cache, and what is kept in it.
const CACHE: [&str; 4] = ["cache", "Cache", "redis", "balances"];

/// The first is the one place; the others change no transfer: one plans the next look at the bank, one marks that the
/// broker was told.
const WRITE_TRANSFERS: [&str; 3] = [
    "src/transfers/state.rs",
    "src/transfers/next_look.rs",
    "src/relay/rung.rs",
];

#[test]
fn rule_1_transfers_and_their_history_are_written_in_one_place() {
    let written = sources("src", "rs").into_iter().flat_map(|source| {
        let of = |table: &str| writes(&source, table).into_iter();
        let events = of("transfer_events").filter(|_| source.path != WRITE_TRANSFERS[0]);
        let rows = of("transfers").filter(|_| !WRITE_TRANSFERS.contains(&source.path.as_str()));
        events.chain(rows).collect::<Vec<_>>()
    });
    expect_none(
        "Change a transfer through state::create and state::apply alone:",
        written,
    );
}

#[test]
fn documents_are_short_enough_to_be_true() {
    let documents = sources("docs", "md").into_iter().map(|it| (it, DOC_LINES_BELOW));
    let readme = sources(".", "md")
        .into_iter()
        .filter(|it| it.path == "README.md")
        .map(|it| (it, README_LINES_BELOW));
    let too_long = documents.chain(readme).filter_map(|(document, below)| {
        let lines = document.text.lines().count();
        (lines >= below).then(|| format!("{}: {lines} lines, not under {below}", document.path))
    });
    expect_none("Shorten these documents:", too_long);
}

#[test]
fn no_file_tells_of_the_machine_it_was_written_on() {
    let leaks = kept_files().into_iter().filter_map(|path| {
        let name = path.to_string_lossy().into_owned();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        // Third-party files stay as they came; what is not text has nothing to read.
        let text = fs::read_to_string(root.join(&path))
            .ok()
            .filter(|_| !name.starts_with("assets/vendor/"))?;
        Some(Source { path: name, text })
    });
    expect_none("Take these words out:", leaks.flat_map(|source| leaking_words(&source)));
}

fn without_purpose(source: &Source) -> Option<String> {
    let says_it = source
        .text
        .lines()
        .next()
        .is_some_and(|line| line.starts_with("//! ") && line.len() > "//! ".len());
    (!says_it).then(|| source.path.clone())
}

/// Entities are generated, and a migration's one step is a list of columns: long, and simple.
fn is_a_list_of_columns(path: &str) -> bool {
    path.starts_with("src/models/_entities/") || path.starts_with("migration/src/")
}

fn too_long_in(source: &Source) -> impl Iterator<Item = (String, usize, usize)> {
    let long = functions(&source.text)
        .into_iter()
        .filter(|it| it.lines > FUNCTION_LINES_MAX);
    long.map(|it| (it.name, it.line, it.lines))
}

fn long_functions(source: &Source) -> Vec<String> {
    too_long_in(source)
        .filter(|(name, ..)| !LONG_FUNCTIONS.contains(&format!("{}::{name}", source.path).as_str()))
        .map(|(name, line, lines)| format!("{}:{line} {name}: {lines} lines", source.path))
        .collect()
}

fn names_the_edge(source: &Source) -> Vec<String> {
    names_any(source, &["axum", "axum_extra", "tera", "lapin"])
}

fn names_any(source: &Source, names: &[&str]) -> Vec<String> {
    let code = code_only(&source.text);
    let words = code.split(|it: char| !it.is_alphanumeric() && it != '_');
    let mut found: Vec<_> = words.filter(|word| names.contains(word)).collect();
    found.sort_unstable();
    found.dedup();
    found
        .iter()
        .map(|word| format!("{} names {word}", source.path))
        .collect()
}

/// Where a file changes the rows of a table, through its entity or by SQL.
fn writes(source: &Source, table: &str) -> Option<String> {
    let words: Vec<&str> = source.text.split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    let forms = [
        "{}::entity::insert",
        "insert::<{}::entity>",
        "{}::entity::update",
        "{}::entity::delete",
        "insert into {} ",
        "update {} ",
        "delete from {} ",
    ];
    let form = forms
        .iter()
        .map(|form| form.replace("{}", table))
        .find(|form| text.contains(form.as_str()))?;
    Some(format!("{}: {form}", source.path))
}

fn leaking_words(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        for word in LEAKING_WORDS.iter().map(|halves| halves.concat()) {
            if line.contains(&word) {
                found.push(format!("{}:{} holds {}", source.path, number + 1, word.trim()));
            }
        }
    }
    found
}

fn source(text: &str) -> Source {
    Source {
        path: "src/example.rs".into(),
        text: text.into(),
    }
}

#[test]
fn a_file_without_a_first_sentence_is_found() {
    assert_eq!(without_purpose(&source("//! What it is for.\nfn main() {}")), None);
    for text in ["", "//!", "// Not a doc comment.", "use std::fs;\n//! Too late."] {
        assert_eq!(
            without_purpose(&source(text)),
            Some("src/example.rs".into()),
            "{text:?}"
        );
    }
}

#[test]
fn a_function_is_too_long_from_line_71_on() {
    let of_lines = |lines: usize| source(&format!("fn long() {{\n{}}}\n", "    it();\n".repeat(lines - 2)));
    assert_eq!(long_functions(&of_lines(70)), Vec::<String>::new());
    assert_eq!(long_functions(&of_lines(71)), ["src/example.rs:1 long: 71 lines"]);
}

#[test]
fn an_arrow_that_points_back_is_found() {
    let wrong = source("use axum::Json;\nfn it() -> tera::Context { lapin::it() }");
    assert_eq!(names_the_edge(&wrong).len(), 3);
    assert!(names_the_edge(&source("// axum is named here only\nlet literal_tera = \"lapin\";")).is_empty());
}

#[test]
fn a_look_at_the_cache_is_found() {
    let looks = source("use crate::cache::Cache;\nfn it() { services.balances.last_known(id) } // redis");
    assert_eq!(names_any(&looks, &CACHE).len(), 3);
}

#[test]
fn a_write_is_found_through_the_entity_and_in_sql() {
    for text in [
        "transfers::Entity::update_many()",
        "Transfers::Entity::insert(it)",
        "rows::insert::<transfers::Entity>(tx, it)",
        "\"UPDATE transfers  SET x\"",
        "DELETE FROM\n transfers WHERE",
    ] {
        assert!(writes(&source(text), "transfers").is_some(), "{text}");
        assert!(writes(&source(text), "transfer_events").is_none(), "{text}");
    }
    assert!(writes(&source("transfers::Entity::find() // update of transfers"), "transfers").is_none());
}

#[test]
fn a_leaking_word_is_found_on_its_line() {
    let path = ["see /ho", "me/somebody/notes"].concat();
    assert_eq!(
        leaking_words(&source(&format!("fine\n{path}"))),
        [format!("src/example.rs:2 holds {}", &path[4..10])]
    );
    assert!(leaking_words(&source("fine\n/homepage and /workers")).is_empty());
}
