//! `calc verify`: a cryptogram out of DE 55 held against the issuer's key, and if it is wrong, the
//! mistake that explains it.

mod attempt;
mod mistake;
mod shown;

use clap::Args;
use understudy_core::crypto::{Algorithm, Cryptogram, Cvn, KeyIndex};
use understudy_core::kd::{MasterKeyMethod, SessionKeyMethod};
use understudy_core::wire::tags;
use zeroize::Zeroizing;

use self::attempt::{Attempt, Level, Parity, Part, Subject};
use super::chip::{self, Transaction};
use super::keys::{self, two_digits};
use super::luk;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{Given, digits, octets_of};
use crate::output::Output;

/// Options of `calc verify`.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The chip data, DE 55: with 9F26, 9F10, 9F36 and the data elements under the MAC
    #[arg(long, value_name = "HEX")]
    de55: Given,
    /// Issuer master key: 16 octets; of AES also 24 or 32
    #[arg(long, value_name = "HEX")]
    imk: Given,
    /// Card number (the token's, if it is one), 8 to 19 digits
    #[arg(long, value_name = "DIGITS")]
    pan: Given,
    /// Card sequence number, two digits; otherwise 5F34 of DE 55; absent counts as 00
    #[arg(long, value_name = "NN")]
    psn: Option<Given>,
    /// Cipher of the issuer master key; otherwise the one that 9F10 names, if it names one, else tdes
    #[arg(long, value_name = "CIPHER")]
    cipher: Option<keys::Cipher>,
    /// Derivation of the card master key: with tdes option-a, unless it is said
    #[arg(long, value_name = "METHOD")]
    method: Option<keys::MasterKeyMethod>,
    /// Cryptogram version, such as unionpay-01; otherwise the one that 9F10 names
    #[arg(long, value_name = "NAME", value_parser = chip::cvn)]
    cvn: Option<Cvn>,
    /// Index of the limited-use key of visa-43; otherwise the one that 9F10 holds
    #[arg(long, value_name = "YHHHHCC", value_parser = luk::index)]
    index: Option<KeyIndex>,
}

/// The result: the right attempt with its cryptogram, and the mistakes that explain another one.
struct Verdict {
    received: Cryptogram,
    made: Cryptogram,
    explained_by: Vec<String>,
    tried: usize,
}

impl Verify {
    /// Verifies and prints; a wrong cryptogram is exit code 1.
    pub(super) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        let transaction = Transaction::of_de55(&self.de55)?;
        let iad = transaction.value(tags::ISSUER_APPLICATION_DATA, 7..=32)?;
        let cvn = match self.cvn {
            Some(cvn) => cvn,
            None => named(iad)?,
        };
        let imk = octets_of("--imk", &self.imk, &[16, 24, 32])?;
        let cipher = self.cipher.unwrap_or_else(|| cipher_of(iad));
        let algorithm = cipher.algorithm("--imk", imk.len())?;
        let subject = Subject {
            algorithm,
            issuer_master_key: imk,
            transaction,
        };
        let right = self.right(&subject, cvn)?;
        let verdict = judge(&subject, &right)?;
        shown::print(&subject, &right, &verdict, out)?;
        Ok(if verdict.received == verdict.made {
            Exit::Done
        } else {
            Exit::NotApproved
        })
    }

    /// The attempt without a mistake.
    fn right(&self, subject: &Subject, cvn: Cvn) -> Result<Attempt, Failure> {
        let number = Zeroizing::new(digits("--pan", &self.pan, 8, 19)?.to_string());
        let psn = match &self.psn {
            Some(psn) => Some(two_digits("--psn", psn)?),
            None => match subject.transaction.find(tags::PAN_SEQUENCE_NUMBER) {
                Some([psn]) => Some(*psn),
                _ => None,
            },
        };
        let method = match (self.method, subject.algorithm) {
            (Some(method), _) => method.in_core(),
            (None, Algorithm::Tdes) => MasterKeyMethod::OptionA,
            (None, Algorithm::Sm4) => MasterKeyMethod::Sm4,
            (None, _) => MasterKeyMethod::OptionC,
        };
        let counter = subject.transaction.counter()?;
        let index = self.index.or_else(|| index_in(&subject.transaction));
        if level(cvn) == Level::LimitedUse && index.is_none() {
            return Err(Failure::Input(
                "9F10 holds no index of a limited-use key: --index names it".to_owned(),
            ));
        }
        Ok(Attempt {
            cvn,
            method,
            level: level(cvn),
            number,
            psn,
            index,
            counters: [counter; 2],
            padding: cvn.padding(),
            part: Part::AsVersion,
            parity: Parity::AsMade,
            halves_swapped: false,
        })
    }
}

/// Makes the cryptogram rightly, and if another was received, with each mistake.
fn judge(subject: &Subject, right: &Attempt) -> Result<Verdict, Failure> {
    let received = subject.transaction.array(tags::APPLICATION_CRYPTOGRAM)?;
    let received = Cryptogram(received);
    let made = right.cryptogram(subject)?.ok_or_else(|| {
        Failure::Input("no key of this cipher is derived by --method for this card".to_owned())
    })?;
    let mut explained_by = Vec::new();
    let mut tried = 0;
    if made != received {
        for mistake in mistake::all(right, subject.algorithm) {
            // A mistake that the data do not allow, such as a version that needs more of `9F10`.
            let Ok(Some(with_it)) = mistake.attempt.cryptogram(subject) else {
                continue;
            };
            tried += 1;
            if with_it == received {
                explained_by.push(mistake.description);
            }
        }
    }
    Ok(Verdict {
        received,
        made,
        explained_by,
        tried,
    })
}

/// The version that `9F10` names, by its layout: of `UnionPay`, of Visa in format 0, 1 and 3 or 2, of M/Chip.
fn named(iad: &[u8]) -> Result<Cvn, Failure> {
    let (scheme, octet) = match iad {
        [0x07, _, octet, 0x03, ..] => ("UnionPay", *octet),
        [0x06, _, octet, 0x03, ..] => ("Visa", *octet),
        [0x1F, octet, ..] if iad.len() == 32 => ("Visa", *octet),
        [_, octet, ..] if iad.len() >= 18 => ("M/Chip", *octet),
        _ => {
            return Err(Failure::Input(
                "9F10 has no known layout: --cvn names its version".to_owned(),
            ));
        }
    };
    // Some personalisation scripts write 17 in decimal.
    let octet = if (scheme, octet) == ("UnionPay", 0x11) {
        0x17
    } else {
        octet
    };
    let mut versions = Cvn::ALL.into_iter();
    let found = versions.find(|cvn| cvn.byte() == octet && cvn.name().starts_with(scheme));
    found.ok_or_else(|| {
        Failure::Input(format!(
            "9F10 is {scheme}'s and names the version {octet:02X}, which is not known: --cvn names another"
        ))
    })
}

/// The cipher that `9F10` names, if it is of `UnionPay`.
fn cipher_of(iad: &[u8]) -> keys::Cipher {
    match iad {
        [0x07, _, _, 0x03, _, _, _, 0x04, ..] => keys::Cipher::Sm4,
        [0x07, _, _, 0x03, _, _, _, 0x10 | 0x18 | 0x20, ..] => keys::Cipher::Aes,
        _ => keys::Cipher::Tdes,
    }
}

/// The index of a limited-use key in `9F10`: the four octets of its issuer discretionary data, behind
/// their length.
fn index_in(transaction: &Transaction) -> Option<KeyIndex> {
    match transaction.find(tags::ISSUER_APPLICATION_DATA)? {
        [0x1F, _, _, _, _, _, _, _, 0x04, a, b, c, d, ..] => {
            KeyIndex::from_octets([*a, *b, *c, *d]).ok()
        }
        _ => None,
    }
}

/// The key that a version's cryptogram is made under.
fn level(cvn: Cvn) -> Level {
    match cvn.session_key_method() {
        None => Level::LimitedUse,
        Some(SessionKeyMethod::MasterKey) => Level::Card,
        Some(method) => Level::Session(method),
    }
}
