//! The sample cards of the other schemes.

use crate::ProfileSpec;
use crate::card::hex;
use crate::commands::{MASTERCARD, VISA};

impl ProfileSpec {
    /// A Visa debit card with CVN 18.
    #[must_use]
    pub fn visa() -> Self {
        Self {
            applications: vec![(VISA.to_vec(), "Visa Debit", 1)],
            track2: hex("4761739001010010 D3012201 0000000F"),
            scheme: 0x02,
            cvn: 0x12,
            ..Self::default()
        }
    }

    /// A Mastercard credit card with CVN 20, whose CVM list has online PIN, signature and none.
    #[must_use]
    pub fn mastercard() -> Self {
        Self {
            applications: vec![(MASTERCARD.to_vec(), "Mastercard", 1)],
            pdol: Vec::new(),
            aip: [0x1A, 0x80],
            track2: hex("5413330089010483 D3012201 0000000F"),
            scheme: 0x03,
            cvn: 0x14,
            policy: [0x02, 0xC0],
            records: vec![([0x01, 0x01], Self::mastercard_record())],
            ..Self::default()
        }
    }

    /// The content of the record of [`ProfileSpec::mastercard`]; its CDOL1 is that of cards in the
    /// field.
    #[must_use]
    pub fn mastercard_record() -> Vec<u8> {
        hex("57 10 5413330089010483D30122010000000F \
             5A 08 5413330089010483 \
             5F24 03 301231 \
             5F34 01 00 \
             8C 27 9F0206 9F0306 9F1A02 9505 5F2A02 9A03 9C01 9F3704 9F3501 9F4502 9F4C08 9F3403 \
                   9F2103 9F7C14 \
             8E 0E 00000000 00000000 4203 5E03 1F03 \
             9F07 02 FF80 \
             9F08 02 0002 \
             9F0D 05 FFFFFFFFFF \
             9F0E 05 0000000000 \
             9F0F 05 FFFFFFFFFF \
             9F42 02 0156")
    }
}
