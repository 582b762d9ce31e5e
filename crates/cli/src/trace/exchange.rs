//! Commands and answers.

use serde::Serialize;
use understudy_core::wire::apdu::{Command, Response};
use understudy_core::wire::tags::{self, Kernel};
use understudy_core::wire::tlv::{Object, Reader, Tag};

use super::objects::Level;
use super::{Annotator, Node, value};

/// The last command, as far as the form of its answer depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// GET PROCESSING OPTIONS.
    ProcessingOptions,
    /// GENERATE AC.
    GenerateAc,
    /// Any other.
    Other,
}

/// A command explained.
#[derive(Debug, Serialize)]
pub(crate) struct CommandView {
    /// Its name and subject.
    pub(crate) name: String,
    /// Its octets in hex, hidden digits as `E`.
    pub(crate) octets: String,
    /// The same with a space between fields.
    #[serde(skip)]
    pub(super) fields: String,
    /// The objects in its data.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) data: Vec<Node>,
    /// The reason for which it is not a command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

/// An answer explained.
#[derive(Debug, Serialize)]
pub(crate) struct AnswerView {
    /// Its octets in hex, hidden digits as `E`.
    pub(crate) octets: String,
    /// The status word in hex; `None` if the octets are not an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    /// The status word's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) meaning: Option<&'static str>,
    /// The objects in its body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) data: Vec<Node>,
    /// The reason for which it is not an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) problem: Option<String>,
}

impl Annotator {
    /// Explains a command, and remembers it for its answer.
    pub(crate) fn command(&mut self, octets: &[u8]) -> CommandView {
        let command = match Command::parse(octets) {
            Ok(command) => command,
            Err(error) => {
                self.mask.learn_objects(octets);
                let octets_shown = self.broken_command_hex(octets);
                return CommandView {
                    name: "no command".to_owned(),
                    fields: octets_shown.clone(),
                    octets: octets_shown,
                    data: Vec::new(),
                    problem: Some(format!("{error} ({})", value::octets(octets.len()))),
                };
            }
        };
        self.mask.learn_command(&command);
        self.select_kernel(&command);
        self.last = match command.instruction {
            0xA8 => Last::ProcessingOptions,
            0xAE => Last::GenerateAc,
            _ => Last::Other,
        };
        let fields = self.command_fields(&command, octets);
        CommandView {
            name: self.name(&command),
            octets: fields.concat(),
            fields: fields.join(" "),
            data: self.command_data(&command),
            problem: None,
        }
    }

    /// Explains an answer and remembers the lists in it.
    pub(crate) fn answer(&mut self, octets: &[u8]) -> AnswerView {
        let Ok(response) = Response::parse(octets) else {
            return AnswerView {
                octets: self.hex(octets),
                status: None,
                meaning: None,
                data: Vec::new(),
                problem: Some("an answer ends with a status word of two octets".to_owned()),
            };
        };
        self.mask.learn_objects(response.body);
        self.remember_lists(response.body, 0);
        let status = response.status;
        AnswerView {
            octets: format!("{}{:04X}", self.objects_hex(response.body), status.0),
            status: Some(format!("{:04X}", status.0)),
            meaning: Some(status.name()),
            data: self.level(response.body, Level::outermost(octets)),
            problem: None,
        }
    }

    /// The values of a format 1 answer (`80`), known by the command before it.
    pub(super) fn format_1<'a>(&self, value: &'a [u8], level: Level<'a>) -> Option<Vec<Node>> {
        let list: &[(Tag, usize)] = match self.last {
            Last::ProcessingOptions => &[(tags::AIP, 2)],
            Last::GenerateAc => &[
                (tags::CRYPTOGRAM_INFORMATION_DATA, 1),
                (tags::ATC, 2),
                (tags::APPLICATION_CRYPTOGRAM, 8),
            ],
            Last::Other => return None,
        };
        let mut nodes = Vec::new();
        let mut rest = value;
        for (tag, length) in list {
            let (value, tail) = rest.split_at_checked(*length)?;
            nodes.push(self.object(&Object { tag: *tag, value }, level));
            rest = tail;
        }
        let remainder = match self.last {
            Last::GenerateAc => tags::ISSUER_APPLICATION_DATA,
            Last::ProcessingOptions | Last::Other => tags::AFL,
        };
        if !rest.is_empty() {
            nodes.push(self.object(
                &Object {
                    tag: remainder,
                    value: rest,
                },
                level,
            ));
        }
        Some(nodes)
    }

    /// Gives tags the meanings of the application that the terminal selects.
    fn select_kernel(&mut self, command: &Command<'_>) {
        if command.instruction != 0xA4 {
            return;
        }
        self.kernel = match command.data {
            [0xA0, 0x00, 0x00, 0x03, 0x33, ..] => Kernel::UnionPay,
            [0xA0, 0x00, 0x00, 0x00, 0x03, ..] => Kernel::Visa,
            [0xA0, 0x00, 0x00, 0x00, 0x04, ..] => Kernel::Mastercard,
            _ => self.kernel,
        };
    }

    fn remember_lists(&mut self, octets: &[u8], depth: usize) {
        for Object { tag, value } in Reader::new(octets).map_while(Result::ok) {
            match tag {
                tags::PDOL => self.pdol = Some(value.to_vec()),
                tags::CDOL1 => self.cdol1 = Some(value.to_vec()),
                tags::CDOL2 => self.cdol2 = Some(value.to_vec()),
                _ if tag.is_constructed() && depth < 4 => self.remember_lists(value, depth + 1),
                _ => {}
            }
        }
    }
}
