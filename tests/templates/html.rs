//! Reads just enough of our own HTML to ask questions of it: its tags and their attributes.

/// An opening tag, its name in lower case.
#[derive(Debug)]
pub struct Tag {
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The opening tags of a page in their order. Panics on a quote that is never closed.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let (tag, after) = read_tag(rest);
            tags.push(tag);
            rest = after;
        }
    }
    tags
}

fn read_tag(text: &str) -> (Tag, &str) {
    let end = text
        .find(|it: char| it.is_whitespace() || it == '>' || it == '/')
        .expect("a tag ends");
    let mut tag = Tag {
        name: text[..end].to_lowercase(),
        attributes: Vec::new(),
    };
    let mut rest = text[end..].trim_start();
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return (tag, after);
        }
        if let Some(after) = rest.strip_prefix('/') {
            rest = after.trim_start();
            continue;
        }
        let end = rest
            .find(|it: char| it.is_whitespace() || it == '=' || it == '>')
            .expect("an attribute ends");
        let name = rest[..end].to_lowercase();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quote = after.chars().next().expect("an attribute has a value");
            assert!(
                quote == '"' || quote == '\'',
                "the value of `{name}` in <{}> is not quoted",
                tag.name
            );
            let close = after[1..].find(quote).expect("a quote is closed");
            value = after[1..=close].to_owned();
            rest = after[close + 2..].trim_start();
        }
        tag.attributes.push((name, value));
    }
}

#[test]
fn tags_and_their_attributes_are_read() {
    let found = tags("<p class=\"a b\" hidden>1 < 2</p><input value='x>y'/>");
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].get("class"), Some("a b"));
    assert_eq!(found[0].get("hidden"), Some(""));
    assert_eq!(found[1].get("value"), Some("x>y"));
    assert_eq!(found[1].get("hidden"), None);
}
