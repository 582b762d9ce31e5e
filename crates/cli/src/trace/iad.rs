//! Issuer application data, `9F10`, in the layouts of the schemes.

use understudy_core::crypto::{Algorithm, Cvn};
use understudy_core::scheme::unionpay::UnionPayIad;
use understudy_core::scheme::{Iad, Scheme};
use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tags::bits;

use super::value::{self, Explained};
use super::{Annotator, Node};

/// The name of the card verification results.
const CVR: &str = "Card verification results (CVR)";

impl Annotator {
    /// The parts of `9F10`, if its layout is a known one.
    pub(super) fn iad(&self, octets: &[u8]) -> Explained {
        if let Ok(iad) = UnionPayIad::parse(octets) {
            return Explained {
                parts: self.unionpay(&iad),
                ..Explained::default()
            };
        }
        let mut parts = match octets {
            [0x06, dki, cvn, 0x03, rest @ ..] if rest.len() >= 3 => {
                self.visa(*dki, *cvn, rest.split_at(3))
            }
            [0x1F, cvn, dki, rest @ ..] if octets.len() == 32 => {
                self.visa(*dki, *cvn, rest.split_at(5))
            }
            [dki, cvn, rest @ ..] if matches!(octets.len(), 18 | 20 | 26 | 28) => {
                self.mchip(*dki, *cvn, rest)
            }
            _ => return Explained::default(),
        };
        let mut schemes = Scheme::ALL.iter();
        let stated = schemes.find_map(|scheme| scheme.parse_iad(octets));
        let mut results = parts.iter_mut().filter(|part| part.name == CVR);
        if let (Some(stated), Some(results)) = (stated, results.next()) {
            results.meaning = Some(meaning(&stated));
        }
        Explained {
            parts,
            ..Explained::default()
        }
    }

    fn unionpay(&self, iad: &UnionPayIad<'_>) -> Vec<Node> {
        let mut cvr = Node::part(CVR, self.hex(&iad.cvr.0), None);
        cvr.bits = value::bits(bits::CVR, &iad.cvr.0);
        let [.., counters] = iad.cvr.0;
        if counters >> 4 != 0 {
            cvr.bits.push(format!(
                "b3.8-5 Issuer script commands received: {}",
                counters >> 4
            ));
        }
        if iad.cvr.user_verified() {
            // JR/T 0025.5 defines this bit as offline PIN, which a contactless-only card never
            // performs.
            cvr.meaning = Some("b1.3 here: the user verified on the device".to_owned());
        }
        let algorithm = Algorithm::from_octet(iad.algorithm);
        let algorithm = algorithm.map(|named| named.name().to_ascii_uppercase());
        let cvn = version("UnionPay", iad.cvn);
        let mut parts = vec![
            Node::part("Derivation key index (DKI)", self.hex(&[iad.dki]), None),
            Node::part("Cryptogram version (CVN)", self.hex(&[iad.cvn]), cvn),
            cvr,
            Node::part("Algorithm", self.hex(&[iad.algorithm]), algorithm),
        ];
        if !iad.idd.is_empty() {
            parts.push(Node::part(
                "Issuer discretionary data",
                self.hex(iad.idd),
                None,
            ));
        }
        parts
    }

    fn visa(&self, dki: u8, cvn: u8, (cvr, idd): (&[u8], &[u8])) -> Vec<Node> {
        let name = version("Visa", cvn);
        let mut parts = vec![
            Node::part("Derivation key index (DKI)", self.hex(&[dki]), None),
            Node::part("Cryptogram version (CVN)", self.hex(&[cvn]), name),
            Node::part(CVR, self.hex(cvr), None),
        ];
        if !idd.is_empty() {
            parts.push(Node::part("Issuer discretionary data", self.hex(idd), None));
        }
        parts
    }

    fn mchip(&self, dki: u8, cvn: u8, rest: &[u8]) -> Vec<Node> {
        let (cvr, rest) = rest.split_at_checked(6).unwrap_or((rest, &[]));
        let (dac, counters) = rest.split_at_checked(2).unwrap_or((rest, &[]));
        let name = version("M/Chip", cvn);
        vec![
            Node::part("Derivation key index (DKI)", self.hex(&[dki]), None),
            Node::part("Cryptogram version (CVN)", self.hex(&[cvn]), name),
            Node::part(CVR, self.hex(cvr), None),
            Node::part("DAC or ICC dynamic number", self.hex(dac), None),
            Node::part("Counters", self.hex(counters), None),
        ]
    }
}

/// The name of a scheme's cryptogram version, by its octet.
fn version(scheme: &str, octet: u8) -> Option<String> {
    let mut versions = Cvn::ALL.into_iter();
    let found = versions.find(|cvn| cvn.byte() == octet && cvn.name().starts_with(scheme));
    found.map(|cvn| cvn.name().to_owned())
}

/// The meaning of the results of a stand-in card.
fn meaning(stated: &Iad<'_>) -> String {
    let verified = if stated.user_verified {
        ", here: the user verified on the device"
    } else {
        ""
    };
    let cryptogram = match stated.cryptogram {
        CryptogramType::Arqc => "ARQC",
        CryptogramType::Tc => "TC",
        CryptogramType::Aac => "AAC",
    };
    format!("{cryptogram}{verified}")
}
