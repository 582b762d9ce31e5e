//! Issuer application data, `9F10`, in the layouts of the schemes.

use understudy_core::scheme::unionpay::{ALGORITHM_SM4, ALGORITHM_TDES, UnionPayIad};
use understudy_core::wire::tags::bits;

use super::value::{self, Explained};
use super::{Annotator, Node};

impl Annotator {
    /// The parts of `9F10`, if its layout is a known one.
    pub(super) fn iad(&self, octets: &[u8]) -> Explained {
        if let Ok(iad) = UnionPayIad::parse(octets) {
            return Explained {
                parts: self.unionpay(&iad),
                ..Explained::default()
            };
        }
        let parts = match octets {
            [0x06, dki, cvn, 0x03, cvr @ ..] if cvr.len() >= 3 => self.visa(*dki, *cvn, cvr),
            [0x1F, cvn, dki, cvr @ ..] if octets.len() == 32 => self.visa(*dki, *cvn, cvr),
            [dki, cvn, rest @ ..] if matches!(octets.len(), 18 | 20 | 26 | 28) => {
                self.mchip(*dki, *cvn, rest)
            }
            _ => return Explained::default(),
        };
        Explained {
            parts,
            ..Explained::default()
        }
    }

    fn unionpay(&self, iad: &UnionPayIad<'_>) -> Vec<Node> {
        let mut cvr = Node::part(
            "Card verification results (CVR)",
            self.hex(&iad.cvr.0),
            None,
        );
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
        let algorithm = match iad.algorithm {
            ALGORITHM_TDES => Some("TDES".to_owned()),
            ALGORITHM_SM4 => Some("SM4".to_owned()),
            _ => None,
        };
        let cvn = match iad.cvn {
            0x01 => Some("UnionPay 01".to_owned()),
            0x17 => Some("UnionPay 17".to_owned()),
            _ => None,
        };
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

    fn visa(&self, dki: u8, cvn: u8, cvr: &[u8]) -> Vec<Node> {
        let name = Some(format!("Visa {cvn}")).filter(|_| matches!(cvn, 10 | 18));
        let in_hex = matches!(cvn, 0x22 | 0x43).then(|| format!("Visa {cvn:02X}"));
        let name = name.or(in_hex);
        vec![
            Node::part("Derivation key index (DKI)", self.hex(&[dki]), None),
            Node::part("Cryptogram version (CVN)", self.hex(&[cvn]), name),
            Node::part("CVR and discretionary data", self.hex(cvr), None),
        ]
    }

    fn mchip(&self, dki: u8, cvn: u8, rest: &[u8]) -> Vec<Node> {
        let (cvr, rest) = rest.split_at_checked(6).unwrap_or((rest, &[]));
        let (dac, counters) = rest.split_at_checked(2).unwrap_or((rest, &[]));
        let name = matches!(cvn, 0x10 | 0x11 | 0x14 | 0x15).then(|| format!("M/Chip {cvn}"));
        vec![
            Node::part("Derivation key index (DKI)", self.hex(&[dki]), None),
            Node::part("Cryptogram version (CVN)", self.hex(&[cvn]), name),
            Node::part("Card verification results (CVR)", self.hex(cvr), None),
            Node::part("DAC or ICC dynamic number", self.hex(dac), None),
            Node::part("Counters", self.hex(counters), None),
        ]
    }
}
