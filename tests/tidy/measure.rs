//! Counts lines of files and functions. Honest rather than clever: it blanks out text and comments, then matches braces.

/// A function's name, the line it starts on (from 1) and how many lines it spans, signature and braces included.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// Every function with a body, nested ones too.
pub(super) fn functions(source: &str) -> Vec<Function> {
    let code = code_only(source);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|it| it.is_alphanumeric() || it == '_') {
            continue;
        }
        let name: String = code[at + 3..]
            .chars()
            .take_while(|it| it.is_alphanumeric() || *it == '_')
            .collect();
        if let (false, Some(end)) = (name.is_empty(), body_end(&code[at..])) {
            let line = 1 + newlines(&code[..at]);
            found.push(Function {
                name,
                line,
                lines: 1 + newlines(&code[at..at + end]),
            });
        }
    }
    found
}

/// Where the function's closing brace is; `None` for a signature that ends in `;`.
fn body_end(code: &str) -> Option<usize> {
    // Brackets count, since the `;` of `[u8; 4]` in a signature ends nothing.
    let mut brackets = 0_usize;
    let mut braces = 0_usize;
    for (at, character) in code.char_indices() {
        match character {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets = brackets.saturating_sub(1),
            ';' if braces == 0 && brackets == 0 => return None,
            '{' => braces += 1,
            '}' if braces == 1 => return Some(at),
            '}' => braces = braces.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn newlines(text: &str) -> usize {
    text.matches('\n').count()
}

/// The source with comments, strings and characters blanked; line breaks stay where they are.
pub(super) fn code_only(source: &str) -> String {
    let mut rest = source;
    let mut code = String::with_capacity(source.len());
    while let Some(first) = rest.chars().next() {
        let taken = not_code(rest, code.chars().next_back());
        if taken == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..taken].chars().map(|it| if it == '\n' { '\n' } else { ' ' }));
            rest = &rest[taken..];
        }
    }
    code
}

/// How many bytes at the start of `rest` are a comment, a string or a character; 0 when it begins with code.
fn not_code(rest: &str, before: Option<char>) -> usize {
    let after_name = before.is_some_and(|it| it.is_alphanumeric() || it == '_');
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment(rest)
    } else if rest.starts_with('"') {
        quoted(rest, '"')
    } else if rest.starts_with('\'') {
        character(rest)
    } else if !after_name && (rest.starts_with("r\"") || rest.starts_with("r#") || rest.starts_with("br")) {
        raw_string(rest)
    } else {
        0
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        let tail = &rest[at..];
        if tail.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if tail.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += tail.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            it if it == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `'x'` and `'\n'` are characters; `'static` is a lifetime, and code.
fn character(rest: &str) -> usize {
    let mut characters = rest.chars().skip(1);
    match (characters.next(), characters.next()) {
        (Some('\\'), _) => quoted(rest, '\''),
        (Some(it), Some('\'')) => it.len_utf8() + 2,
        _ => 0,
    }
}

fn raw_string(rest: &str) -> usize {
    let opening = rest.trim_start_matches('b');
    let hashes = opening[1..].chars().take_while(|it| *it == '#').count();
    if !opening.starts_with('r') || !opening[1 + hashes..].starts_with('"') {
        return 0;
    }
    let start = rest.len() - opening.len() + hashes + 2;
    let closing = format!("\"{}", "#".repeat(hashes));
    rest[start..]
        .find(&closing)
        .map_or(rest.len(), |end| start + end + closing.len())
}

/// The middle value; the upper of the two in the middle when their number is even. 0 of nothing.
pub(super) fn median(mut values: Vec<usize>) -> usize {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

#[test]
fn functions_are_measured_from_signature_to_closing_brace() {
    let source = "fn one() {}\n\nimpl It {\n    pub(crate) fn three(\n        self,\n    ) { if x { y } }\n}\n";
    let expected = [
        Function {
            name: "one".into(),
            line: 1,
            lines: 1,
        },
        Function {
            name: "three".into(),
            line: 4,
            lines: 3,
        },
    ];
    assert_eq!(functions(source), expected);
}

#[test]
fn nested_functions_count_for_both() {
    let lengths: Vec<_> = functions("fn outer() {\n  fn inner() {\n  }\n}\n")
        .iter()
        .map(|it| it.lines)
        .collect();
    assert_eq!(lengths, [4, 2]);
}

#[test]
fn braces_in_text_and_comments_do_not_count() {
    let source = "fn tricky<'a>() {\n  let a = \"}\\\"}\";\n  let b = r#\"}\"}\"#;\n  let c = '}'; // }\n  /* } /* } */ } */\n  let d = '\\'';\n  let e = br\"}\";\n}\n";
    assert_eq!(
        functions(source),
        [Function {
            name: "tricky".into(),
            line: 1,
            lines: 8
        }]
    );
}

#[test]
fn what_only_looks_like_a_function_is_none() {
    assert_eq!(functions("trait T { fn declared(&self, it: [u8; 4]) -> [u8; 2]; }"), []);
    assert_eq!(
        functions("type F = Box<dyn Fn () -> u8>; // fn commented() {}\nlet s = \"fn quoted() {}\";"),
        []
    );
    assert_eq!(functions("let f: fn (u8) -> u8 = { g };"), []);
}

#[test]
fn the_median_is_the_middle() {
    assert_eq!(
        (
            median(vec![]),
            median(vec![5]),
            median(vec![9, 1, 2]),
            median(vec![4, 1, 9, 2])
        ),
        (0, 5, 2, 4)
    );
}
