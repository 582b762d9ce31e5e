//! The paths that a piece of Rust source names; comments and literals are ignored.

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// An identifier, `::`, a brace or one other character, with its line counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// Splits source into tokens without literals and comments, documentation included.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token>> {
    let stream: TokenStream = source
        .parse()
        .map_err(|error| anyhow!("this is not Rust source: {error}"))?;
    let mut found = Vec::new();
    flatten(stream, &mut found);
    Ok(found)
}

/// The next name in each path that starts at `root`: `b` for `root::b::c`, and `b`, `d` for
/// `root::{b::c, d}`. Repeated roots (`super::super::b`) count as one.
pub(crate) fn named_under<'a>(tokens: &'a [Token], root: &str) -> Vec<&'a Token> {
    let mut named = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let after = tokens.get(at + 1..).unwrap_or_default();
        if token.text != root || after.first().is_none_or(|next| next.text != "::") {
            continue;
        }
        match after.get(1) {
            Some(next) if next.text == "{" => {
                named.extend(group(after.get(2..).unwrap_or_default()));
            }
            Some(next) if next.text != root => named.push(next),
            _ => {}
        }
    }
    named
}

/// The first names of each element of a `use` group, up to its closing brace.
fn group(tokens: &[Token]) -> Vec<&Token> {
    let mut named = Vec::new();
    let mut depth = 0_usize;
    let mut at_start = true;
    for token in tokens {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 0 => break,
            "}" => depth -= 1,
            "," if depth == 0 => {
                at_start = true;
                continue;
            }
            _ if at_start && depth == 0 => named.push(token),
            _ => {}
        }
        at_start = false;
    }
    named
}

/// The text of every string literal, as it is written, without comments and documentation.
pub(crate) fn literals(source: &str) -> Result<Vec<String>> {
    let stream: TokenStream = source
        .parse()
        .map_err(|error| anyhow!("this is not Rust source: {error}"))?;
    let mut found = Vec::new();
    collect_literals(stream, &mut found);
    Ok(found)
}

fn collect_literals(stream: TokenStream, found: &mut Vec<String>) {
    let mut in_attribute = false;
    for tree in stream {
        match tree {
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                found.extend(text.contains('"').then_some(text));
            }
            TokenTree::Group(_) if in_attribute => {}
            TokenTree::Group(group) => collect_literals(group.stream(), found),
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                in_attribute = true;
                continue;
            }
            // An inner attribute.
            TokenTree::Punct(mark) if in_attribute && mark.as_char() == '!' => continue,
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
        in_attribute = false;
    }
}

fn flatten(stream: TokenStream, found: &mut Vec<Token>) {
    let mut half_a_path_mark = false;
    for tree in stream {
        let line = tree.span().start().line;
        let mut push = |text: String| found.push(Token { text, line });
        match tree {
            TokenTree::Ident(name) => push(name.to_string()),
            TokenTree::Punct(mark) if mark.as_char() == ':' && mark.spacing() == Spacing::Joint => {
                half_a_path_mark = true;
                continue;
            }
            TokenTree::Punct(mark) if half_a_path_mark => push(format!(":{mark}")),
            TokenTree::Punct(mark) => push(mark.to_string()),
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                push("{".to_owned());
                flatten(group.stream(), found);
                found.push(Token {
                    text: "}".to_owned(),
                    line: group.span_close().start().line,
                });
            }
            TokenTree::Group(group) => flatten(group.stream(), found),
            TokenTree::Literal(_) => {}
        }
        half_a_path_mark = false;
    }
}

#[cfg(test)]
mod tests {
    use super::{literals, named_under, tokens};

    fn named(source: &str, root: &str) -> Vec<String> {
        let tokens = tokens(source).unwrap();
        named_under(&tokens, root)
            .iter()
            .map(|token| token.text.clone())
            .collect()
    }

    #[test]
    fn a_path_names_its_first_segment_under_the_root() {
        let nothing: [&str; 0] = [];
        assert_eq!(
            named("use crate::card::Tap; fn f() { crate::wire::f() }", "crate"),
            ["card", "wire"]
        );
        assert_eq!(
            named("use crate::{card::{Tap, kd}, wire};", "crate"),
            ["card", "wire"]
        );
        assert_eq!(named("use super::super::card;", "super"), ["card"]);
        assert_eq!(named("pub(crate) fn card() {}", "crate"), nothing);
    }

    #[test]
    fn a_comment_or_a_literal_names_nothing() {
        let source =
            "/// See [`crate::card`].\nfn f() -> &'static str { \"crate::card\" } // crate::kd";
        assert_eq!(named(source, "crate"), [""; 0]);
    }

    #[test]
    fn a_literal_is_read_and_documentation_is_none() {
        let source = "//! See \"a\".\n/// And \"b\".\nfn f() { g(\"c\", 1, 'd') }";
        assert_eq!(literals(source).unwrap(), ["\"c\""]);
    }

    #[test]
    fn a_line_is_counted_from_one() {
        let tokens = tokens("/* \n */ use crate::\n    card;").unwrap();
        assert_eq!(
            named_under(&tokens, "crate")
                .first()
                .map(|token| token.line),
            Some(3)
        );
    }
}
