//! An explained data object.

use serde::Serialize;

/// A data object, or a part of one, explained.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Node {
    /// The tag in hex; `None` for parts of a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tag: Option<String>,
    /// The coding of the value: `n`, `cn`, `b`, `an`, `ans`; `None` for templates and parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coding: Option<&'static str>,
    /// The name in the dictionary.
    pub(crate) name: String,
    /// The value in hex, hidden digits as `E`; `None` if the children are the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    /// The meaning of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<String>,
    /// The bits that are set, each `b1.8 name`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) bits: Vec<String>,
    /// The objects or parts inside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<Node>,
    /// The problem with the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

impl Node {
    /// A part of a value, without a tag of its own.
    pub(crate) fn part(name: &str, value: String, meaning: Option<String>) -> Self {
        Self {
            name: name.to_owned(),
            value: Some(value),
            meaning,
            ..Self::default()
        }
    }

    /// A defect, and the octets after it.
    pub(crate) fn broken(problem: String, rest: String) -> Self {
        Self {
            name: "cannot be read".to_owned(),
            value: Some(rest),
            problem: Some(problem),
            ..Self::default()
        }
    }

    /// The first problem in this node or below it.
    pub(crate) fn first_problem(&self) -> Option<&str> {
        self.problem
            .as_deref()
            .or_else(|| self.children.iter().find_map(Self::first_problem))
    }
}
