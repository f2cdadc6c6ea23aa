//! Lays out a stored JSON body for reading, without changing a letter of it but the white space between its parts.

const STEP: &str = "  ";

/// The body on several lines; what is not JSON, such as a gateway's page, stays as it came.
#[must_use]
pub fn laid_out(body: &str) -> String {
    if serde_json::from_str::<serde::de::IgnoredAny>(body).is_err() {
        return body.to_owned();
    }
    let mut layout = Layout::default();
    for letter in body.chars() {
        layout.push(letter);
    }
    layout.text
}

#[derive(Default)]
struct Layout {
    text: String,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// A bracket was opened and nothing stands in it yet: an empty pair stays together.
    opened: bool,
}

impl Layout {
    fn push(&mut self, letter: char) {
        if self.in_string {
            self.text.push(letter);
            self.in_string = self.escaped || letter != '"';
            self.escaped = !self.escaped && letter == '\\';
            return;
        }
        match letter {
            '{' | '[' => {
                self.break_after_opening();
                self.text.push(letter);
                self.depth += 1;
                self.opened = true;
            }
            '}' | ']' => {
                self.depth = self.depth.saturating_sub(1);
                if !std::mem::take(&mut self.opened) {
                    self.break_line();
                }
                self.text.push(letter);
            }
            ',' => {
                self.text.push(letter);
                self.break_line();
            }
            ':' => self.text.push_str(": "),
            space if space.is_whitespace() => {}
            other => {
                self.break_after_opening();
                self.text.push(other);
                self.in_string = other == '"';
            }
        }
    }

    fn break_after_opening(&mut self) {
        if std::mem::take(&mut self.opened) {
            self.break_line();
        }
    }

    fn break_line(&mut self) {
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(STEP, self.depth));
    }
}

#[cfg(test)]
mod tests {
    use super::laid_out;

    #[test]
    fn a_body_is_laid_out_in_its_own_order() {
        let body = r#"{"Rsms ":"정상","Header":{"Rpcd":"00000","Note":"a, {b}: \"c\""},"Rec":[],"Iqtcnt":[1,2]}"#;
        let expected = r#"{
  "Rsms ": "정상",
  "Header": {
    "Rpcd": "00000",
    "Note": "a, {b}: \"c\""
  },
  "Rec": [],
  "Iqtcnt": [
    1,
    2
  ]
}"#;
        assert_eq!(laid_out(body), expected);
        assert_eq!(laid_out(expected), expected);
    }

    #[test]
    fn what_is_not_json_stays_as_it_came() {
        let page = "<html>{\n  502,   Bad Gateway</html>";
        assert_eq!(laid_out(page), page);
    }
}
