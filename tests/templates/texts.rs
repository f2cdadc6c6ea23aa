//! Texts: every one exists in both languages, and none is left over.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use naru::views::{form::FieldProblem, templates::Templates, words};

/// The beginnings of keys that Rust puts together with a word; the word must stand in the sources.
const BUILT_IN_RUST: &[&str] = &[
    "api-",
    "audit-detail-",
    "bank-name-",
    "detail-reason-",
    "detail-result-",
    "detail-why-",
    "answer-",
    "event-",
    "value-",
    "group-",
    "header-",
    "notice-",
    "op-",
    "openapi-",
    "schema-",
];

/// English texts that are in Korean on purpose.
const KOREAN_IN_ENGLISH: &[&str] = &["language-ko", "switch-language"];

type Texts = BTreeMap<String, String>;

#[test]
fn both_languages_have_the_same_texts_with_the_same_placeholders() {
    let (ko, en) = (texts("ko"), texts("en"));
    let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&ko), keys(&en));
    for (key, text) in &ko {
        assert_eq!(placeholders(text), placeholders(&en[key]), "{key}");
    }
}

#[test]
fn no_text_is_left_over() {
    let (whole, prefixes) = used_by_templates();
    let sources = rust_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let unused: Vec<_> = texts("ko")
        .into_keys()
        .filter(|key| {
            let by_template = whole.contains(key) || prefixes.iter().any(|prefix| key.starts_with(prefix));
            !by_template && !used_by_rust(key, &sources)
        })
        .collect();
    assert_eq!(unused, Vec::<String>::new(), "nothing shows these");
}

#[test]
fn every_word_of_a_closed_set_has_its_text() {
    let texts = texts("ko");
    let fields = FieldProblem::ALL.map(|problem| {
        let word = serde_json::to_value(problem).expect("a word");
        format!("problem-{}", word.as_str().expect("a word"))
    });
    for key in words::text_keys().into_iter().chain(fields) {
        assert!(texts.contains_key(&key), "`{key}` has no text");
    }
}

#[test]
fn english_pages_have_no_korean_of_ours() {
    for (key, text) in texts("en") {
        let excused = KOREAN_IN_ENGLISH.contains(&key.as_str());
        assert!(excused || !text.chars().any(is_hangul), "{key} = {text}");
    }
    for name in Templates::names() {
        let source = Templates::source(&name).expect("a template");
        assert!(
            !source.chars().any(is_hangul),
            "{name} has Korean text; it belongs to assets/i18n"
        );
    }
}

fn texts(language: &str) -> Texts {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/i18n").join(language);
    let mut texts = Texts::new();
    for entry in fs::read_dir(folder).expect("the texts") {
        let file = fs::read_to_string(entry.expect("a file").path()).expect("a text file");
        for line in file
            .lines()
            .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        {
            let (key, text) = line.split_once(" = ").expect("one text is one line");
            let before = texts.insert(key.to_owned(), text.to_owned());
            assert_eq!(before, None, "`{key}` is there twice");
        }
    }
    texts
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|part| part.split('}').next())
        .map(str::trim)
        .collect()
}

fn rust_sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text += &rust_sources(&path);
        } else {
            text += &fs::read_to_string(path).expect("a source file");
        }
    }
    text
}

fn used_by_rust(key: &str, sources: &str) -> bool {
    let is_written = |word: &str| sources.contains(&format!("\"{word}\""));
    let word = BUILT_IN_RUST.iter().find_map(|prefix| key.strip_prefix(prefix));
    is_written(key) || word.is_some_and(|word| is_written(word.trim_end_matches("-detail")))
}

/// The keys that templates name whole, and the beginnings of those they put together.
fn used_by_templates() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut whole = BTreeSet::new();
    let mut prefixes = BTreeSet::new();
    for name in Templates::names() {
        let source = Templates::source(&name).expect("a template");
        for call in source.split("t(key=\"").skip(1) {
            let (key, after) = call.split_once('"').expect("a quote is closed");
            if after.trim_start().starts_with('~') {
                prefixes.insert(key.to_owned());
            } else {
                whole.insert(key.to_owned());
            }
        }
    }
    (whole, prefixes)
}

fn is_hangul(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}')
}

/// Names that are the same in every language; keys are called as they are labelled.
const NAMES: [&str; 3] = ["HTTP", "Enter", "Esc"];
/// Attributes that people read or hear.
const SPOKEN: [&str; 5] = ["alt", "title", "placeholder", "aria-label", "aria-description"];

#[test]
fn no_template_has_a_word_of_its_own() {
    for name in Templates::names() {
        let source = Templates::source(&name).expect("a template");
        let words = own_words(&source);
        assert!(words.is_empty(), "{name} says {words:?}; it belongs to assets/i18n");
    }
}

#[test]
fn a_word_of_a_templates_own_is_seen_between_tags_and_in_what_is_spoken() {
    let source = r#"<p class="big">{{ t(key="a") }} · 3</p><img alt="Ferry"><a title="{{ t(key="b") }}">Pay {% if x %}now{% endif %}</a>"#;
    assert_eq!(own_words(source), ["Ferry", "Pay", "now"]);
}

/// Words outside of tags and of the template language, and in attributes that are spoken.
fn own_words(source: &str) -> Vec<String> {
    // A class and the address of a stream, told from a page to its frame.
    let source = without(source, "{% block body_class %}", "%}");
    let source = without(&source, "{% block live %}", "{% endblock live %}");
    let plain = without(&without(&without(&source, "{#", "#}"), "{%", "%}"), "{{", "}}");
    // What is typed into the program is the same in every language.
    let plain = without(&plain, "<code>", "</code>");
    let spoken = SPOKEN.into_iter().flat_map(|name| {
        let begin = format!(" {name}=\"");
        let values = plain.split(begin.as_str()).skip(1);
        values
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let between = without(&plain, "<", ">");
    let texts: Vec<String> = spoken.chain([between]).collect();
    let words = texts
        .iter()
        .flat_map(|text| text.split(|letter: char| !letter.is_alphabetic()));
    words
        .filter(|word| word.chars().count() > 1 && !NAMES.contains(word))
        .map(str::to_owned)
        .collect()
}

/// The text without what stands between these, and a space in its place.
fn without(text: &str, begin: &str, end: &str) -> String {
    let mut parts = text.split(begin);
    let mut left = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        left.push(' ');
        left.push_str(part.split_once(end).map_or("", |(_, rest)| rest));
    }
    left
}
