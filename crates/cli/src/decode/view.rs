//! The printing of explained octets.

use serde::Serialize;
use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;

use super::code;
use super::kind::Kind;
use super::log::Message;
use super::message;
use crate::output::{BAD, FAINT, Output, STRONG, paint};
use crate::trace::{Annotator, AnswerView, CommandView, Node, hex_lines, render};

/// The whole input, explained.
#[derive(Debug, Serialize)]
pub(super) struct Explained {
    format: &'static str,
    parts: Vec<Part>,
    #[serde(skip)]
    is_log: bool,
    #[serde(skip)]
    guessed: bool,
}

/// One message, explained.
#[derive(Debug, Serialize)]
pub(super) struct Part {
    line: usize,
    #[serde(flatten)]
    content: Content,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Content {
    Command(CommandView),
    Answer(AnswerView),
    Tlv {
        octets: String,
        data: Vec<Node>,
    },
    Dol {
        octets: String,
        data: Vec<Node>,
        length: usize,
    },
    /// Of its octets, only the fields are shown: what is secret lies anywhere in them.
    Iso8583 {
        message: String,
        data: Vec<Node>,
    },
    /// As of a message of ISO 8583, only the objects or fields are shown.
    Qr {
        code: String,
        data: Vec<Node>,
    },
    Track2 {
        octets: String,
        data: Vec<Node>,
    },
    Pan {
        octets: String,
        data: Vec<Node>,
    },
    Value {
        octets: String,
        data: Vec<Node>,
    },
    Unread {
        octets: String,
    },
}

impl Part {
    /// Octets outside all messages.
    pub(super) fn unread(annotator: &Annotator, message: &Message, character: usize) -> Self {
        let problem = format!(
            "octets from character {character} on belong to nothing that was read: put them on a \
             line of their own"
        );
        Self {
            line: message.line,
            content: Content::Unread {
                octets: annotator.objects_hex(&message.octets),
            },
            problem: Some(problem),
        }
    }

    pub(super) fn new(annotator: &mut Annotator, given: &Message, kind: Kind) -> Self {
        let octets = given.octets.as_slice();
        let hex = match (kind, kind.tag()) {
            (_, Some(tag)) => annotator.value_hex(tag, octets),
            (Kind::Dol, None) => annotator.hex(octets),
            (_, None) => annotator.objects_hex(octets),
        };
        let content = match kind {
            Kind::Command => Content::Command(annotator.command(octets)),
            Kind::Answer => Content::Answer(annotator.answer(octets)),
            Kind::Tlv => Content::Tlv {
                octets: hex,
                data: annotator.objects(octets),
            },
            Kind::Dol => {
                let length = Dol::parse(octets).map_or(0, |list| list.data_length());
                Content::Dol {
                    octets: hex,
                    data: annotator.list(octets),
                    length,
                }
            }
            Kind::Message => {
                let (message, data) = message::explained(annotator, octets);
                Content::Iso8583 { message, data }
            }
            Kind::Code => {
                let (code, data) = code::explained(annotator, octets);
                Content::Qr { code, data }
            }
            Kind::Track2 => {
                let data = vec![annotator.value(tags::TRACK_2_EQUIVALENT_DATA, octets)];
                Content::Track2 { octets: hex, data }
            }
            Kind::Pan => {
                let data = vec![annotator.value(tags::APPLICATION_PAN, octets)];
                Content::Pan { octets: hex, data }
            }
            Kind::Value(tag) => {
                let data = vec![annotator.value(tag, octets)];
                Content::Value { octets: hex, data }
            }
        };
        let problem = given.defect.map(|(_, error)| error.to_string());
        Self {
            line: given.line,
            content,
            problem,
        }
    }
}

impl Explained {
    pub(super) fn new(is_log: bool, guessed: bool, parts: Vec<Part>) -> Self {
        Self {
            format: "understudy.decode/1",
            parts,
            is_log,
            guessed,
        }
    }

    /// The place of the first damage, if there is any.
    pub(super) fn first_problem(&self) -> Option<String> {
        self.parts.iter().find_map(|part| {
            let problem = part.first_problem()?;
            let line = if self.is_log {
                format!("line {}: ", part.line)
            } else {
                String::new()
            };
            Some(format!("{line}{problem}"))
        })
    }

    /// Prints the explanation as text.
    pub(super) fn print(&self, out: &mut Output) {
        for (index, part) in self.parts.iter().enumerate() {
            if self.is_log {
                if index > 0 {
                    out.line("");
                }
                out.line(paint(FAINT, format!("line {} {}", part.line, part.arrow())));
            }
            part.print(self.guessed && !self.is_log, out);
        }
    }
}

impl Part {
    fn print(&self, guessed: bool, out: &mut Output) {
        let hint = if guessed {
            " (--as reads it otherwise)"
        } else {
            ""
        };
        let read_as = |what: String| paint(STRONG, what) + &paint(FAINT, hint);
        let data = match &self.content {
            Content::Command(command) => {
                for line in command.lines(out.trace_width()) {
                    out.line(line);
                }
                &[]
            }
            Content::Answer(answer) => {
                for line in answer.lines(0, out.trace_width()) {
                    out.line(line);
                }
                &[]
            }
            Content::Tlv { data, .. } => {
                out.line(read_as("data objects".to_owned()));
                data.as_slice()
            }
            Content::Dol { data, length, .. } => {
                out.line(read_as(format!("a list that asks for {length} octets")));
                data.as_slice()
            }
            Content::Iso8583 { message, data } => {
                out.line(read_as(message.clone()));
                data.as_slice()
            }
            Content::Qr { code, data } => {
                out.line(read_as(code.clone()));
                data.as_slice()
            }
            Content::Track2 { data, .. } => {
                out.line(read_as("track 2".to_owned()));
                data.as_slice()
            }
            Content::Pan { data, .. } => {
                out.line(read_as("card number".to_owned()));
                data.as_slice()
            }
            Content::Value { data, .. } => data.as_slice(),
            Content::Unread { octets } => {
                out.line(paint(STRONG, "not read"));
                for line in hex_lines(octets, 2, out.trace_width()) {
                    out.line(line);
                }
                &[]
            }
        };
        for line in render(data, 2, out.trace_width()) {
            out.line(line);
        }
        if let Some(problem) = &self.problem {
            out.line(format!("  {}", paint(BAD, problem)));
        }
    }

    fn arrow(&self) -> &'static str {
        match self.content {
            Content::Command(_) => ">>",
            Content::Answer(_) => "<<",
            Content::Tlv { .. }
            | Content::Dol { .. }
            | Content::Iso8583 { .. }
            | Content::Qr { .. }
            | Content::Track2 { .. }
            | Content::Pan { .. }
            | Content::Value { .. }
            | Content::Unread { .. } => "",
        }
    }

    fn first_problem(&self) -> Option<&str> {
        let (problem, data) = match &self.content {
            Content::Command(command) => (&command.problem, &command.data),
            Content::Answer(answer) => (&answer.problem, &answer.data),
            Content::Tlv { data, .. }
            | Content::Dol { data, .. }
            | Content::Iso8583 { data, .. }
            | Content::Qr { data, .. }
            | Content::Track2 { data, .. }
            | Content::Pan { data, .. }
            | Content::Value { data, .. } => (&None, data),
            Content::Unread { .. } => return self.problem.as_deref(),
        };
        let content = problem
            .as_deref()
            .or_else(|| data.iter().find_map(Node::first_problem));
        self.problem.as_deref().or(content)
    }
}
