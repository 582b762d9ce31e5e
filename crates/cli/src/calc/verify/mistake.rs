//! The classic mistakes, each of which is tried alone.

use understudy_core::crypto::{Algorithm, Atc, Cvn, Padding};
use understudy_core::kd::{MasterKeyMethod, SessionKeyMethod};
use zeroize::Zeroizing;

use super::attempt::{Attempt, Level, Parity, Part};

/// A mistake, and the attempt that makes it and is right otherwise.
pub(super) struct Mistake {
    pub(super) description: String,
    pub(super) attempt: Attempt,
}

/// Every known mistake that can be made with this card and its cipher.
pub(super) fn all(right: &Attempt, algorithm: Algorithm) -> Vec<Mistake> {
    let mut mistakes = Mistakes {
        right,
        found: Vec::new(),
    };
    mistakes.padding(algorithm);
    mistakes.level();
    mistakes.derivation(algorithm);
    mistakes.number();
    mistakes.counter();
    mistakes.iad();
    mistakes.version();
    mistakes.key(algorithm);
    mistakes.found
}

struct Mistakes<'r> {
    right: &'r Attempt,
    found: Vec<Mistake>,
}

impl Mistakes<'_> {
    fn add(&mut self, description: impl Into<String>, change: impl FnOnce(&mut Attempt)) {
        let mut attempt = self.right.clone();
        change(&mut attempt);
        self.found.push(Mistake {
            description: description.into(),
            attempt,
        });
    }

    /// CMAC pads by itself, so that the padding of an AES cryptogram cannot be wrong.
    fn padding(&mut self, algorithm: Algorithm) {
        if is_aes(algorithm) {
            return;
        }
        let (padding, description) = match self.right.padding {
            Padding::Method1 => (
                Padding::Method2,
                "padded with 80 and 00s in place of 00s alone",
            ),
            Padding::Method2 => (
                Padding::Method1,
                "padded with 00s alone in place of 80 and 00s",
            ),
        };
        self.add(description, |attempt| attempt.padding = padding);
    }

    fn level(&mut self) {
        if self.right.level != Level::Card {
            self.add(
                "the card master key in place of the session key",
                |attempt| {
                    attempt.level = Level::Card;
                },
            );
        }
        self.add("the issuer master key itself, nothing derived", |attempt| {
            attempt.level = Level::Issuer;
        });
    }

    /// AES and SM4 have one derivation each.
    fn derivation(&mut self, algorithm: Algorithm) {
        if algorithm != Algorithm::Tdes {
            return;
        }
        for (method, name) in [
            (SessionKeyMethod::UnionPay, "UnionPay's"),
            (SessionKeyMethod::Common, "the EMV common"),
            (SessionKeyMethod::MChip, "the M/Chip"),
        ] {
            let level = Level::Session(method);
            if self.right.level != level {
                self.add(format!("{name} session key"), |attempt| {
                    attempt.level = level;
                });
            }
        }
        match self.right.method {
            MasterKeyMethod::OptionA => self.add("option B in place of A", |attempt| {
                attempt.method = MasterKeyMethod::OptionB;
            }),
            _ => self.add("option A in place of B", |attempt| {
                attempt.method = MasterKeyMethod::OptionA;
            }),
        }
    }

    fn number(&mut self) {
        if self.right.psn.is_some_and(|psn| psn != 0x00) {
            self.add("the card sequence number 00", |attempt| attempt.psn = None);
        }
        if self.right.psn != Some(0x01) {
            self.add("the card sequence number 01", |attempt| {
                attempt.psn = Some(0x01);
            });
        }
        // Without one, the digits derived from are those of the card number alone.
        let digits = self.right.number.as_str();
        if let Some((number, end)) = digits.split_at_checked(digits.len().saturating_sub(2)) {
            let number = Zeroizing::new(number.to_owned());
            let psn = u8::from_str_radix(end, 16).ok();
            self.add("no card sequence number at all, not even 00", |attempt| {
                attempt.number = number;
                attempt.psn = psn;
            });
        }
    }

    fn counter(&mut self) {
        let [counter, _] = self.right.counters;
        for (step, name) in [(-1, "before"), (1, "behind")] {
            let Some(other) = counter.get().checked_add_signed(step).and_then(Atc::new) else {
                continue;
            };
            self.add(
                format!("the counter {name} in the session key"),
                |attempt| {
                    attempt.counters = [other, counter];
                },
            );
            self.add(format!("the counter {name} under the MAC"), |attempt| {
                attempt.counters = [counter, other];
            });
            self.add(format!("the counter {name}, in both places"), |attempt| {
                attempt.counters = [other, other];
            });
        }
    }

    fn iad(&mut self) {
        for (part, name) in [
            (Part::Whole, "the whole of 9F10 under the MAC"),
            (
                Part::WithoutFirst,
                "9F10 without its first octet under the MAC",
            ),
            (Part::FirstHalf, "the first half of 9F10 under the MAC"),
            (Part::SecondHalf, "the second half of 9F10 under the MAC"),
            (
                Part::WithLength,
                "octets 4 to 7 of 9F10 under the MAC: the CVR with its length",
            ),
            (
                Part::WithoutLength,
                "octets 5 to 7 of 9F10 under the MAC: the CVR without its length",
            ),
            (Part::None, "nothing of 9F10 under the MAC"),
        ] {
            self.add(name, |attempt| attempt.part = part);
        }
    }

    fn version(&mut self) {
        let right = self.right.cvn;
        for cvn in Cvn::ALL.into_iter().filter(|cvn| *cvn != right) {
            let confused = if is_hex_for_decimal(right, cvn) {
                ": its number read in hex in place of decimal, or the other way round"
            } else {
                ""
            };
            self.add(
                format!("as {cvn}, octet {:02X}{confused}", cvn.byte()),
                |attempt| {
                    attempt.cvn = cvn;
                    attempt.padding = cvn.padding();
                    attempt.level = super::level(cvn);
                },
            );
        }
    }

    fn key(&mut self, algorithm: Algorithm) {
        self.add("the halves of the issuer master key swapped", |attempt| {
            attempt.halves_swapped = true;
        });
        // DES ignores parity bits; to AES and SM4 they are bits of the key.
        if algorithm != Algorithm::Tdes {
            self.add("odd parity given to the card master key", |attempt| {
                attempt.parity = Parity::OfCardKey;
            });
            self.add("odd parity given to the session key", |attempt| {
                attempt.parity = Parity::OfSessionKey;
            });
        }
    }
}

const fn is_aes(algorithm: Algorithm) -> bool {
    matches!(
        algorithm,
        Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256
    )
}

/// True if the octet of one version is the other's number in the other base: 17 and 11, 22 and 16.
fn is_hex_for_decimal(one: Cvn, other: Cvn) -> bool {
    let in_decimal = |octet: u8| {
        let (tens, ones) = (octet >> 4, octet & 0x0F);
        (tens <= 9 && ones <= 9).then_some(tens * 10 + ones)
    };
    in_decimal(one.byte()) == Some(other.byte()) || in_decimal(other.byte()) == Some(one.byte())
}
