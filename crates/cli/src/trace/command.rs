//! Commands: names, fields and data.

use understudy_core::wire::apdu::Command;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};

use super::objects::Level;
use super::{Annotator, Node, codes};

impl Annotator {
    /// The command's name and its subject.
    pub(super) fn name(&self, command: &Command<'_>) -> String {
        let Command {
            class,
            instruction,
            p1,
            p2,
            data,
            ..
        } = *command;
        match (class & 0x80, instruction) {
            (0x00, 0xA4) => match codes::application(data) {
                Some(name) => format!("SELECT {name}"),
                None => format!("SELECT {}", self.hex(data)),
            },
            (0x80, 0xA8) => "GET PROCESSING OPTIONS".to_owned(),
            (0x00, 0xB2) => format!("READ RECORD {p1} of SFI {}", p2 >> 3),
            (0x80, 0xCA) => {
                let tag = Tag::from_number(u32::from(u16::from_be_bytes([p1, p2])));
                let tag = tag.or_else(|| Tag::from_number(u32::from(p2)));
                let name = tag
                    .and_then(|tag| self.entry(tag))
                    .map_or("", |entry| entry.name);
                format!("GET DATA {:04X} {name}", u16::from_be_bytes([p1, p2]))
            }
            (0x80, 0xAE) => format!("GENERATE AC, {}", cryptogram(p1)),
            _ => other_name(class, instruction).to_owned(),
        }
    }

    /// The objects in the command's data, if lists that the card sent explain them.
    pub(super) fn command_data(&self, command: &Command<'_>) -> Vec<Node> {
        let level = Level::outermost(command.data);
        match (command.class & 0x80, command.instruction) {
            (0x80, 0xA8) => self.level(command.data, level),
            (0x80, 0xAE) => [&self.cdol1, &self.cdol2]
                .into_iter()
                .flatten()
                .find_map(|list| self.values(list, command.data, level))
                .unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// The hex of octets that are not a command, but may be the beginning of one.
    pub(super) fn broken_command_hex(&self, octets: &[u8]) -> String {
        let hex = self.objects_hex(octets);
        match (octets.get(1), hex.split_at_checked(8)) {
            (Some(instruction), Some((header, rest))) if carries_pin(*instruction) => {
                format!("{header}{}", hidden(rest.len()))
            }
            _ => hex,
        }
    }

    /// The octets in hex: header, Lc, data, Le, as far as present.
    pub(super) fn command_fields(&self, command: &Command<'_>, octets: &[u8]) -> Vec<String> {
        let hex = crate::hex::upper(octets);
        let (header, rest) = hex.split_at_checked(8).unwrap_or((&hex, ""));
        let data = 2 * command.data.len();
        let extended = octets.len() > 7 && octets.get(4) == Some(&0) && data > 0;
        let lc = match (data, extended) {
            (0, _) => 0,
            (_, false) => 2,
            (_, true) => 6,
        };
        let (lc, rest) = rest.split_at_checked(lc).unwrap_or((rest, ""));
        let (_, le) = rest.split_at_checked(data).unwrap_or((rest, ""));
        let data = self.data_hex(command);
        let fields = [header, lc, &data, le]
            .into_iter()
            .filter(|field| !field.is_empty());
        fields.map(str::to_owned).collect()
    }

    /// The command's data in hex, with secrets hidden.
    fn data_hex(&self, command: &Command<'_>) -> String {
        let data = command.data;
        match command.instruction {
            instruction if carries_pin(instruction) => hidden(2 * data.len()),
            0xA4 => self.hex(data),
            0xA8 => self.pdol_data_hex(data),
            0xAE => [&self.cdol1, &self.cdol2]
                .into_iter()
                .flatten()
                .find_map(|list| self.listed_hex(list, data))
                .unwrap_or_else(|| self.hex(data)),
            0xDA => {
                let number = u16::from_be_bytes([command.p1, command.p2]);
                let tag = Tag::from_number(u32::from(number))
                    .or_else(|| Tag::from_number(u32::from(command.p2)));
                tag.map_or_else(|| self.objects_hex(data), |tag| self.value_hex(tag, data))
            }
            _ => self.objects_hex(data),
        }
    }

    /// The template `83` in hex, each value by its tag if the card's list is known.
    fn pdol_data_hex(&self, data: &[u8]) -> String {
        let value = match Reader::new(data).next() {
            Some(Ok(object)) if object.tag == tags::COMMAND_TEMPLATE => object.value,
            _ => return self.objects_hex(data),
        };
        let header = data.len() - value.len();
        let listed = self
            .pdol
            .as_deref()
            .and_then(|list| self.listed_hex(list, value));
        match (listed, data.split_at_checked(header)) {
            (Some(listed), Some((header, rest))) if rest.len() == value.len() => {
                crate::hex::upper(header) + &listed
            }
            _ => self.objects_hex(data),
        }
    }
}

/// Hex digits, all hidden.
fn hidden(count: usize) -> String {
    "E".repeat(count)
}

/// True for VERIFY and PIN CHANGE/UNBLOCK.
pub(super) fn carries_pin(instruction: u8) -> bool {
    matches!(instruction, 0x20 | 0x24)
}

fn cryptogram(p1: u8) -> &'static str {
    match p1 & 0xC0 {
        0x00 => "AAC: decline",
        0x40 => "TC: approve offline",
        0x80 => "ARQC: go online",
        _ => "reserved type",
    }
}

fn other_name(class: u8, instruction: u8) -> &'static str {
    match (class & 0x80, instruction) {
        (0x00, 0x20) => "VERIFY",
        (0x00, 0x82) => "EXTERNAL AUTHENTICATE",
        (0x00, 0x84) => "GET CHALLENGE",
        (0x00, 0x88) => "INTERNAL AUTHENTICATE",
        (0x00, 0xB0) => "READ BINARY",
        (0x00, 0xC0) => "GET RESPONSE",
        (0x80, 0x16) => "CARD BLOCK",
        (0x80, 0x18) => "APPLICATION UNBLOCK",
        (0x80, 0x1E) => "APPLICATION BLOCK",
        (0x80, 0x24) => "PIN CHANGE/UNBLOCK",
        (0x80, 0x2A) => "COMPUTE CRYPTOGRAPHIC CHECKSUM",
        (0x80, 0xD0) => "RECOVER AC",
        (0x80, 0xDA) => "PUT DATA",
        (0x80, 0xE2) => "STORE DATA",
        (0x80, 0xEA) => "EXCHANGE RELAY RESISTANCE DATA",
        _ => "unknown command",
    }
}
