//! The options of `tap`.

use std::path::PathBuf;

use clap::{ArgAction, Args, ValueEnum};

use crate::input::Given;
use crate::shop::{Named, TerminalFile};
use crate::trace::TestCards;

/// Taps a terminal with a card and lets the issuer decide.
///
/// Exit code 0 means that the issuer approved. Running this counts as an act of the user in the
/// wallet. Without a card in the wallet a demonstration card is issued and verified first. Every
/// tap that reaches a cryptogram uses one key, whatever its result. A reversal that the terminal
/// owes is sent first.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(crate) struct Tap {
    /// Amount, as the currency writes it; 12.34 if not given, none for a balance inquiry
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub(super) amount: Option<String>,
    /// Currency by its three letters; the terminal's if not given
    #[arg(long, value_name = "CODE")]
    pub(super) currency: Option<String>,
    /// Kind of the transaction
    #[arg(long = "type", value_name = "TYPE", default_value = "purchase")]
    pub(super) kind: Kind,
    /// The user verified on the device just now
    #[arg(long, conflicts_with = "card")]
    pub(super) verified: bool,
    /// The user verifies with the payment password just now, which is read from the terminal or the
    /// standard input
    #[arg(long, conflicts_with_all = ["card", "verified"])]
    pub(super) password: bool,
    /// The PIN that is entered if the terminal asks for it; `-` reads it from the standard input. Not
    /// given, the cardholder enters it at the terminal where this runs
    #[arg(long, value_name = "DIGITS")]
    pub(super) pin: Option<Given>,
    /// The original payment of a refund, by its number in `understudy authorisations`, which is
    /// PAYMENT on its receipt, or by REFERENCE or BATCH/TRACE there; without it the issuer
    /// declines, unless `understudy unlinked-refunds` permits the merchant
    #[arg(
        long,
        value_name = "PAYMENT",
        requires = "amount",
        allow_negative_numbers = true
    )]
    pub(super) of: Option<Named>,
    #[command(flatten)]
    pub(super) terminal: TerminalFile,
    #[arg(
        long,
        help = "Taps a terminal without the SM algorithms, whatever its configuration says: it states \
                00 in DF69, so that a UnionPay card with triple DES and SM4 uses triple DES, and one \
                with SM4 alone refuses; a card of another scheme does not ask"
    )]
    pub(super) no_sm4: bool,
    /// Also prints each command and answer, object by object; twice: also their octets, DE 55 and
    /// the octets under the MAC
    #[arg(short, long, action = ArgAction::Count)]
    pub(super) verbose: u8,
    /// Also writes a page for a browser, with the conversation, every object and its bits, and the
    /// octets under the MAC; a file that is there is only replaced if it is such a page
    #[arg(long, value_name = "FILE")]
    pub(super) html: Option<PathBuf>,
    /// Also prints both copies of the receipt
    #[arg(long)]
    pub(super) receipt: bool,
    /// Taps a second phone: a home that `understudy phone enrol` made, whose bank is in this one. Its
    /// letters stay at the bank until `understudy letters` writes them
    #[arg(long, value_name = "DIR", conflicts_with = "card")]
    pub(super) phone: Option<PathBuf>,
    /// The card to tap with, by its number in `understudy cards`; the default card if not given
    #[arg(long, value_name = "CARD", conflicts_with = "card")]
    pub(super) from: Option<u16>,
    /// Taps another card: a program (with its arguments; quotes keep spaces) or a TCP peer that
    /// answers each line of hex, a C-APDU, with one line of hex, the R-APDU. The line `reset` is
    /// sent when the field goes off, and has no answer
    #[arg(long, value_name = "COMMAND|HOST:PORT")]
    pub(super) card: Option<String>,
    /// Longest time for an answer of that card, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, requires = "card")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=600))]
    pub(super) timeout: u64,
    #[command(flatten)]
    pub(super) test_cards: TestCards,
}

impl Tap {
    /// The till and its terminal.
    pub(crate) fn terminal(&mut self) -> &mut TerminalFile {
        &mut self.terminal
    }
}

/// A kind of transaction.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Kind {
    Purchase,
    Refund,
    Preauth,
    Balance,
}
