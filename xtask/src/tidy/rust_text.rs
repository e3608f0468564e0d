//! A light reader of Rust source: tells code, comments, strings and test code apart, so that rules do not stumble over words.

/// A source file, taken apart.
#[derive(Debug, Default)]
pub struct RustText {
    /// The source with the content of comments, strings and characters blanked; lines stay where they were.
    pub code: String,
    /// The string literals, without quotes, escapes as written: line (from 1), byte where it starts, content.
    pub strings: Vec<(usize, usize, String)>,
}

/// Takes `source` apart. Source that does not compile gives some result, without an error.
pub fn read(source: &str) -> RustText {
    let mut text = RustText::default();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = text.blank(rest, rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            rest = text.blank(rest, block_comment_length(rest));
        } else if let Some((open, content, close)) = string_parts(rest, &text.code) {
            text.keep(rest, open);
            let line = text.code.matches('\n').count() + 1;
            let start = text.code.len();
            let body = rest.get(open..open + content).unwrap_or_default();
            text.strings.push((line, start, body.to_owned()));
            let after = rest.get(open..).unwrap_or_default();
            let after = text.blank(after, content);
            rest = text.keep(after, close);
        } else if let Some(length) = character_length(rest) {
            rest = text.blank(rest, length);
        } else {
            rest = text.keep(rest, first.len_utf8());
        }
    }
    text
}

impl RustText {
    fn keep<'a>(&mut self, rest: &'a str, length: usize) -> &'a str {
        let (kept, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        self.code.push_str(kept);
        after
    }

    fn blank<'a>(&mut self, rest: &'a str, length: usize) -> &'a str {
        let (blanked, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        // Byte for byte, so that positions in `code` are positions in the source.
        self.code.extend(
            blanked
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        after
    }

    /// The bytes of `code` that belong to items under `#[cfg(test)]`: start and end of each.
    pub fn test_ranges(&self) -> Vec<(usize, usize)> {
        let mut ranges = Vec::new();
        let mut from = 0;
        while let Some(found) = self
            .code
            .get(from..)
            .and_then(|rest| rest.find("#[cfg(test)]"))
        {
            let start = from + found;
            let end = start + item_length(self.code.get(start..).unwrap_or_default());
            ranges.push((start, end));
            from = end.max(start + 1);
        }
        ranges
    }

    /// The code with test items blanked too.
    pub fn code_without_tests(&self) -> String {
        let ranges = self.test_ranges();
        let is_test = |at: usize| {
            ranges
                .iter()
                .any(|(start, end)| (*start..*end).contains(&at))
        };
        self.code
            .char_indices()
            .map(|(at, c)| if c != '\n' && is_test(at) { ' ' } else { c })
            .collect()
    }

    /// The strings outside test items: line and content.
    pub fn strings_without_tests(&self) -> impl Iterator<Item = (usize, &str)> {
        let ranges = self.test_ranges();
        self.strings
            .iter()
            .filter(move |(_, at, _)| {
                !ranges
                    .iter()
                    .any(|(start, end)| (*start..*end).contains(at))
            })
            .map(|(line, _, content)| (*line, content.as_str()))
    }
}

/// Comments may stand inside each other.
fn block_comment_length(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => {
                depth += 1;
                at += 2;
            }
            Some(b"*/") => {
                depth = depth.saturating_sub(1);
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    rest.len()
}

/// At a string literal (`"…"`, `b"…"`, `c"…"`, `r#"…"#`): bytes of its opening, content and closing.
fn string_parts(rest: &str, before: &str) -> Option<(usize, usize, usize)> {
    let after_prefix = rest.trim_start_matches(['b', 'c', 'r']);
    let prefix = rest.len() - after_prefix.len();
    let inside_a_word = before
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '_');
    if prefix > 2 || (prefix > 0 && inside_a_word) {
        return None;
    }
    let is_raw = rest.get(..prefix).is_some_and(|text| text.contains('r'));
    let after_hashes = if is_raw {
        after_prefix.trim_start_matches('#')
    } else {
        after_prefix
    };
    let body = after_hashes.strip_prefix('"')?;
    let hashes = after_prefix.len() - after_hashes.len();
    let open = prefix + hashes + 1;
    let content = if is_raw {
        body.find(&format!("\"{}", "#".repeat(hashes)))
    } else {
        end_of_plain_string(body)
    };
    Some((open, content.unwrap_or(body.len()), 1 + hashes))
}

fn end_of_plain_string(body: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at),
            _ => {}
        }
    }
    None
}

/// At a character literal: its length. A lifetime (`'a`) is none.
fn character_length(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('\'')?;
    if let Some(escape) = body.strip_prefix('\\') {
        let escaped = escape.chars().next()?.len_utf8();
        let end = escape.get(escaped..)?.find('\'')?;
        return Some(2 + escaped + end + 1);
    }
    let length = body.chars().next()?.len_utf8();
    body.get(length..)?.starts_with('\'').then_some(length + 2)
}

/// From an attribute to the end of its item: the first `;` outside brackets, or the brace that closes its body.
fn item_length(code: &str) -> usize {
    let mut depth = 0_i64;
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => depth -= 1,
            _ => {}
        }
        if depth <= 0 && matches!(byte, b'}' | b';') {
            return at + 1;
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, code: &str, strings: &[&str]) {
        let text = read(source);
        assert_eq!(text.code, code);
        assert_eq!(text.code.len(), source.len(), "positions stay");
        let found: Vec<_> = text.strings.iter().map(|(_, _, s)| s.as_str()).collect();
        assert_eq!(found, strings);
    }

    #[test]
    fn comments_strings_and_characters_are_blanked() {
        check("a // b\nc", "a     \nc", &[]);
        check("a /* b /* c */ d */ e", "a                   e", &[]);
        check(r#"f("x\"y") + 'z'"#, r#"f("    ") +    "#, &[r#"x\"y"#]);
        check(r##"r#"a"b"# b"c""##, r##"r#"   "# b" ""##, &["a\"b", "c"]);
        check("'\\'' '\"' \"é\"", "         \"  \"", &["é"]);
    }

    #[test]
    fn lifetimes_and_words_that_end_in_r_are_code() {
        check("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)", &[]);
        check("for\"x\"", "for\" \"", &["x"]);
        check("r#type", "r#type", &[]);
    }

    #[test]
    fn strings_know_their_line() {
        assert_eq!(
            read("a\n\n\"x\ny\" \"z\"").strings,
            [(3, 4, "x\ny".to_owned()), (4, 10, "z".to_owned())]
        );
    }

    #[test]
    fn test_items_are_left_out_and_what_follows_stays() {
        let text = read(
            "f(\"1\");\n#[cfg(test)]\nmod tests { fn g() { h(\"2\") } }\nf(\"3\");\n#[cfg(test)]\nmod other;\nf(\"4\")",
        );
        let strings: Vec<_> = text.strings_without_tests().collect();
        assert_eq!(strings, [(1, "1"), (4, "3"), (7, "4")]);
        assert!(!text.code_without_tests().contains("mod tests"));
    }
}
