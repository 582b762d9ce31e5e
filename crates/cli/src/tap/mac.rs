//! The MAC of an application cryptogram in words: its algorithm, its padding and its key.

use understudy_core::crypto::{Algorithm, Cvn, Padding};
use understudy_core::kd::SessionKeyMethod;

/// The MAC over octets of some length.
pub(super) struct Mac {
    /// The algorithm of the MAC.
    pub(super) name: &'static str,
    /// The octets of a block; `None` if the cipher is not known.
    pub(super) block: Option<usize>,
    /// The rule of the padding.
    pub(super) rule: &'static str,
    /// The octets of the padding; none if the last block is whole and the rule adds nothing.
    pub(super) padding: Vec<u8>,
}

impl Mac {
    /// The MAC of a version over so many octets, made with this algorithm; `None` if it is not known.
    pub(super) fn new(cvn: Cvn, algorithm: Option<Algorithm>, length: usize) -> Self {
        match algorithm {
            None => Self {
                name: "that of the card's cipher, which 9F10 does not name",
                block: None,
                rule: "up to a whole block of the cipher",
                padding: Vec::new(),
            },
            Some(Algorithm::Tdes) => {
                Self::padded("ISO/IEC 9797-1 MAC algorithm 3, DES", 8, cvn, length)
            }
            Some(Algorithm::Sm4) => Self::padded(
                "CBC-MAC, SM4, leftmost 8 octets (JR/T 0025.17)",
                16,
                cvn,
                length,
            ),
            Some(Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256) => Self {
                name: "ISO/IEC 9797-1 MAC algorithm 5 (CMAC), AES, leftmost 8 octets",
                block: Some(16),
                rule: "CMAC's own: 80, then zeros up to a whole block, unless the last one is whole; a \
                       subkey is added to it either way",
                padding: if length > 0 && length.is_multiple_of(16) {
                    Vec::new()
                } else {
                    method_2(length, 16)
                },
            },
        }
    }

    fn padded(name: &'static str, block: usize, cvn: Cvn, length: usize) -> Self {
        let (rule, padding) = match cvn.padding() {
            Padding::Method1 => {
                let padding = vec![0; length.next_multiple_of(block) - length];
                ("method 1: zeros up to a whole block", padding)
            }
            Padding::Method2 => (
                "method 2: 80, then zeros up to a whole block",
                method_2(length, block),
            ),
        };
        Self {
            name,
            block: Some(block),
            rule,
            padding,
        }
    }
}

/// The octet `80` and the zeros up to a whole block behind `length` octets.
fn method_2(length: usize, block: usize) -> Vec<u8> {
    let mut padding = vec![0; (length + 1).next_multiple_of(block) - length];
    padding.splice(..1, [0x80]);
    padding
}

/// The kind of key of a version, and the counter that it is for.
pub(super) fn key(cvn: Cvn, algorithm: Option<Algorithm>, counter: &str) -> String {
    let kind = match (algorithm, cvn.session_key_method()) {
        (_, None) => "limited-use key",
        (_, Some(SessionKeyMethod::MasterKey)) => "card master key",
        (Some(Algorithm::Sm4), _) => "session key of JR/T 0025.17",
        (_, Some(SessionKeyMethod::MChip)) => "M/Chip session key",
        (None | Some(Algorithm::Tdes), Some(SessionKeyMethod::UnionPay)) => "UnionPay session key",
        _ => "EMV common session key",
    };
    let cipher = algorithm.map(|algorithm| {
        let name = match algorithm {
            Algorithm::Tdes => "triple DES",
            Algorithm::Sm4 => "SM4",
            Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256 => "AES",
        };
        format!(", {name} with {} octets", algorithm.key_length())
    });
    let cipher = cipher.unwrap_or_default();
    format!(
        "{kind} of counter {counter}{cipher}: it is good for this counter alone, and the issuer \
         derives it again from its master key"
    )
}
