//! `calc`: a calculator for keys, check values and MACs.

mod verbs;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::input::Given;
use crate::output::Output;

/// Computes keys, check values and MACs; prints bare hex.
///
/// Every value is hex (blanks, `:`, `-` and `0x` are ignored), card numbers are decimal digits; `-`
/// reads one line of the standard input, several in the order of the options in this help. A key on
/// the command line can be seen by other users of the machine and stays in the shell's history: use
/// `-` for real keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Calc {
    /// Card master key (UDK) from an issuer master key: EMV Book 2 A1.4, 16 octets
    Udk(Udk),
    /// Session key from a card master key, 16 octets
    SessionKey(SessionKey),
    /// MAC: ISO/IEC 9797-1 algorithm 3 with DES, 8 octets
    Mac(Mac),
    /// Issuer's answer to a cryptogram (ARPC): EMV Book 2 8.2; method 1: 8 octets, method 2: 4
    Arpc(Arpc),
    /// Key check value: leftmost 3 octets of eight encrypted 00s
    Kcv(Kcv),
}

/// Options of `calc udk`.
#[derive(Debug, Args)]
pub(crate) struct Udk {
    /// Option of EMV Book 2 A1.4 for 16 digits from the card number; A and B differ above 16 digits
    /// only
    #[arg(long, value_name = "METHOD")]
    method: MasterKeyMethod,
    /// Issuer master key, 16 octets
    #[arg(long, value_name = "HEX")]
    imk: Given,
    /// Card number, 8 to 19 digits
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
    /// Card sequence number, two digits; absent counts as 00
    #[arg(long, value_name = "NN")]
    psn: Option<Given>,
    #[command(flatten)]
    parity: Parity,
}

/// Options of `calc session-key`.
#[derive(Debug, Args)]
pub(crate) struct SessionKey {
    /// unionpay: JR/T 0025.5 Annex D; common and mchip: EMV Book 2 A1.3
    #[arg(long, value_name = "METHOD")]
    method: SessionKeyMethod,
    /// Card master key, 16 octets
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// Application transaction counter (9F36), 2 octets, 0001 to FFFE
    #[arg(long, value_name = "HEX")]
    atc: Option<Given>,
    /// Unpredictable number (9F37), 4 octets; mchip only
    #[arg(long, value_name = "HEX")]
    un: Option<Given>,
    /// The whole diversification value R, 8 octets, in place of the counter; common only
    #[arg(long, value_name = "HEX", conflicts_with_all = ["atc", "un"])]
    r: Option<Given>,
    #[command(flatten)]
    parity: Parity,
}

/// Options of `calc mac`.
#[derive(Debug, Args)]
pub(crate) struct Mac {
    /// 1: zeros only; 2: 80, then zeros
    #[arg(long, value_name = "METHOD")]
    padding: OneOrTwo,
    /// Key, 16 octets
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// Data under the MAC, unpadded
    #[arg(long, value_name = "HEX")]
    data: Given,
}

/// Options of `calc arpc`.
#[derive(Debug, Args)]
pub(crate) struct Arpc {
    /// 1: encrypted cryptogram xor ARC; 2: MAC over cryptogram, CSU and proprietary data
    #[arg(long, value_name = "METHOD")]
    method: OneOrTwo,
    /// Session key (card master key if the scheme requires it), 16 octets
    #[arg(long, value_name = "HEX")]
    key: Given,
    /// The card's cryptogram (9F26), 8 octets
    #[arg(long, value_name = "HEX")]
    arqc: Given,
    /// Method 1: authorisation response code (8A), 2 octets; "00" is 3030
    #[arg(long, value_name = "HEX")]
    arc: Option<Given>,
    /// Method 2: card status update, 4 octets
    #[arg(long, value_name = "HEX")]
    csu: Option<Given>,
    /// Method 2: proprietary authentication data, up to 8 octets
    #[arg(long, value_name = "HEX")]
    proprietary: Option<Given>,
}

/// Options of `calc kcv`.
#[derive(Debug, Args)]
pub(crate) struct Kcv {
    /// Key, 16 octets, or 8 of a single DES key
    #[arg(long, value_name = "HEX")]
    key: Given,
}

/// The printed form of a derived key.
#[derive(Debug, Args)]
struct Parity {
    /// Prints the key as computed. Otherwise every octet gets odd parity, as EMV and JR/T ask; DES
    /// ignores that bit, so both forms are the same key
    #[arg(long)]
    raw: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum MasterKeyMethod {
    OptionA,
    OptionB,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SessionKeyMethod {
    Unionpay,
    Common,
    Mchip,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum OneOrTwo {
    #[value(name = "1")]
    One,
    #[value(name = "2")]
    Two,
}

impl Calc {
    /// Computes and prints one value.
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        let (verb, value) = match self {
            Self::Udk(udk) => ("udk", hex::upper(udk.compute()?.as_slice())),
            Self::SessionKey(key) => ("session-key", hex::upper(key.compute()?.as_slice())),
            Self::Mac(mac) => ("mac", hex::upper(&mac.compute()?)),
            Self::Arpc(arpc) => ("arpc", hex::upper(&arpc.compute()?)),
            Self::Kcv(kcv) => ("kcv", hex::upper(&kcv.compute()?)),
        };
        if out.json() {
            out.object(&Document {
                format: "understudy.calc/1",
                verb,
                value,
            });
        } else {
            out.line(value);
        }
        Ok(Exit::Done)
    }
}

/// The value in JSON.
#[derive(Serialize)]
struct Document {
    format: &'static str,
    verb: &'static str,
    value: String,
}
