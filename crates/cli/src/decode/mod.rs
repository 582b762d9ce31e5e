//! `decode`: explains octets from elsewhere.

mod account;
mod code;
mod dump;
mod groups;
mod kind;
mod line;
mod log;
mod marks;
mod message;
mod own;
mod plain;
mod span;
#[cfg(test)]
mod tests;
mod times;
mod view;

use std::io::Read as _;

use clap::{Args, ValueEnum};
use understudy_core::wire::tags;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex::{self, HexError};
use crate::input::Given;
use crate::output::Output;
use crate::trace::{Annotator, TestCards};
use kind::Kind;
use line::Direction;
use view::{Explained, Part};

/// The longest text, in octets: 4 MiB.
const TEXT_MAX: u64 = 4 << 20;

/// Explains an APDU, data objects, a list, a message of ISO 8583, the text of a payment code or a pasted
/// log.
///
/// Tag by tag, with names, formats and the meaning of bits. Damaged input is explained up to the
/// defect; octets of a log outside all messages are shown with their place. Either makes the exit
/// code 4. Card numbers are shown by their first six and last four digits, here and in the hex,
/// where a hidden digit is E.
#[derive(Debug, Args)]
pub(crate) struct Decode {
    /// Hex of a command, an answer, data objects (TLV) or a list (DOL); without it, or with `-`,
    /// the standard input: the same, or a log with one or more messages (`>>`, `<<`, `C-APDU:`,
    /// `R-APDU:`, `9F36:`, times, offsets, prompts and remarks are understood, and the trace of `understudy tap
    /// -vv`)
    #[arg(value_name = "HEX")]
    text: Vec<Given>,
    /// Kind of octets whose direction is not marked: `command`, `answer`, `tlv`, `dol`, `iso8583`,
    /// `qr`, `track2`, `pan`, or the value of a tag, named by the tag (`9F10`) or as `aid`, `aip`, `afl`,
    /// `cid`, `ctq`, `cvm-list`, `cvm-results`, `iad`, `tsi`, `ttq`, `tvr`; detected from the octets
    /// if not given
    #[arg(long = "as", value_name = "KIND|TAG")]
    kind: Option<Kind>,
    /// The scheme that gives tags their meaning where schemes differ, until a SELECT names another
    #[arg(long, value_name = "SCHEME", default_value = "unionpay")]
    scheme: Scheme,
    #[command(flatten)]
    test_cards: TestCards,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Scheme {
    Unionpay,
    Visa,
    Mastercard,
}

impl Decode {
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        let text = self.text()?;
        let own = own::as_log(&text);
        let text = own.as_ref().map_or(&text, |own| &own.text);
        let log = log::read(&plain::as_hex(text, self.kind));
        if log.messages.is_empty() {
            if let Err(error @ HexError::Odd(_)) = hex::parse(text) {
                return Err(Failure::Input(error.to_string()));
            }
            return Err(Failure::Input(
                "there is no hex and no payment code in the input: give an APDU, data objects, a \
                 list, a message of ISO 8583, the text of a payment code or a log"
                    .to_owned(),
            ));
        }
        let explained = self.explain(&log);
        if out.json() {
            out.object(&explained);
        } else {
            explained.print(out);
        }
        let problem = explained.first_problem();
        match problem.or_else(|| own.and_then(|own| own.problem())) {
            None => Ok(Exit::Done),
            Some(problem) => Err(Failure::Input(problem)),
        }
    }

    fn text(&self) -> Result<Zeroizing<String>, Failure> {
        let mut text = Zeroizing::new(String::new());
        for part in &self.text {
            text.push_str(part.as_str());
            text.push(' ');
        }
        if !matches!(text.trim(), "" | "-") {
            return Ok(text);
        }
        let mut octets = Zeroizing::new(Vec::new());
        std::io::stdin()
            .lock()
            .take(TEXT_MAX + 1)
            .read_to_end(&mut octets)
            .map_err(|error| {
                Failure::Input(format!("the standard input cannot be read: {error}"))
            })?;
        if octets.len() as u64 > TEXT_MAX {
            return Err(Failure::Input(
                "the input is longer than 4 MiB: cut it".to_owned(),
            ));
        }
        Ok(Zeroizing::new(
            String::from_utf8_lossy(&octets).into_owned(),
        ))
    }

    fn explain(&self, log: &log::Log) -> Explained {
        let kernel = match self.scheme {
            Scheme::Unionpay => tags::Kernel::UnionPay,
            Scheme::Visa => tags::Kernel::Visa,
            Scheme::Mastercard => tags::Kernel::Mastercard,
        };
        let mut annotator = Annotator::new(kernel, self.test_cards);
        // All messages are learned before any is shown, so that a number is masked before the
        // message that reveals it.
        for message in &log.messages {
            annotator.learn(&message.octets);
            if let Some(tag) = message.tag.or(self.kind.and_then(Kind::tag)) {
                annotator.learn_value(tag, &message.octets);
            }
        }
        let parts = log.messages.iter().map(|message| {
            if let Some(character) = message.unread {
                return Part::unread(&annotator, message, character);
            }
            let kind = match (message.direction, self.kind) {
                _ if message.tag.is_some() => message.tag.map_or(Kind::Tlv, Kind::Value),
                (Direction::Command, _) => Kind::settle(Kind::Command, &message.octets),
                (Direction::Answer, _) => Kind::settle(Kind::Answer, &message.octets),
                (Direction::Unknown, Some(kind)) => kind,
                (Direction::Unknown, None) => Kind::of(&message.octets),
            };
            Part::new(&mut annotator, message, kind)
        });
        Explained::new(log.is_log, self.kind.is_none(), parts.collect())
    }
}
