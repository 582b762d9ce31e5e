//! The card's answer to GET PROCESSING OPTIONS (JR/T 0025.12 §7.4.2, table 11).

use understudy_core::wire::digits::bcd_to_u64;
use understudy_core::wire::iad::IAD_MAX;
use understudy_core::wire::qualifiers::Ctq;
use understudy_core::wire::tags;
use understudy_core::wire::track2::Track2;

use crate::reason::{Defect, Reason};
use crate::template::Level;

/// The shortest issuer application data.
const IAD_MIN: usize = 1;
/// The lengths of issuer application data of M/Chip: `DKI CVN CVR(6) DAC/IDN(2) counters(8)`, with two
/// octets more, with eight, and with both.
const MCHIP_IAD_LENGTHS: [usize; 4] = [18, 20, 26, 28];

/// A card's answer, with all objects that are mandatory for going online or declining.
pub(crate) struct CardAnswer {
    /// `82`, application interchange profile.
    pub(crate) aip: [u8; 2],
    /// `9F36`, application transaction counter.
    pub(crate) atc: [u8; 2],
    /// `57`, track 2 equivalent data.
    pub(crate) track2: Track2,
    /// `9F10`, issuer application data, 1–32 octets.
    pub(crate) iad: Vec<u8>,
    /// `9F26`, application cryptogram.
    pub(crate) cryptogram: [u8; 8],
    /// `9F27`, cryptogram information data.
    pub(crate) cid: Option<u8>,
    /// `5F34`, card sequence number, two BCD digits.
    pub(crate) psn: Option<u8>,
    /// `9F6C`, card transaction qualifiers.
    pub(crate) ctq: Option<Ctq>,
    /// `9F63`, product identification.
    pub(crate) product: Option<Vec<u8>>,
    /// `94`, application file locator; empty if there is none.
    pub(crate) afl: Vec<u8>,
}

impl CardAnswer {
    /// Reads template `77`. A format 1 answer (`80`) is refused with its own reason: it holds AIP
    /// and AFL, and no cryptogram. Unknown tags are ignored, but may not occur twice.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Reason> {
        let outermost = Level::parse(body).map_err(Reason::Gpo)?;
        match outermost.mandatory(tags::RESPONSE_TEMPLATE_2) {
            Ok(template) => Self::format_2(template).map_err(Reason::Gpo),
            Err(missing) => Err(outermost
                .mandatory(tags::RESPONSE_TEMPLATE_1)
                .map_or(Reason::Gpo(missing), format_1)),
        }
    }

    /// Bits 6–5 of octet 5 of the issuer application data, moved to the place of the cryptogram
    /// type in `9F27`, in any layout (Book C-3 §5.4.3.1); `None` below five octets.
    pub(crate) fn cid_by_position(&self) -> Option<u8> {
        self.iad.get(4).map(|octet| octet << 2)
    }

    /// [`cid_by_position`](Self::cid_by_position) in the layouts `06 DKI CVN 03 …` (Visa) and `07
    /// DKI CVN 03 …` (`UnionPay`), in which octet 5 certainly is the first of the card verification
    /// results.
    pub(crate) fn cid_by_layout(&self) -> Option<u8> {
        match self.iad.as_slice() {
            [0x06 | 0x07, _, _, 0x03, _, ..] => self.cid_by_position(),
            _ => None,
        }
    }

    /// Bits 6–5 of octet 3, moved to the place of the cryptogram type in `9F27`, in the layout of
    /// M/Chip with 18, 20, 26 or 28 octets: `DKI CVN` and the card verification results, whose first
    /// octet names the cryptogram of the first GENERATE AC in these bits.
    pub(crate) fn cid_by_mchip_layout(&self) -> Option<u8> {
        match self.iad.as_slice() {
            [_, _, first, ..] if MCHIP_IAD_LENGTHS.contains(&self.iad.len()) => Some(first << 2),
            _ => None,
        }
    }

    /// `9F10`, 1–32 octets.
    pub(crate) fn issuer_application_data(level: &Level<'_>) -> Result<Vec<u8>, Defect> {
        let iad = level.mandatory(tags::ISSUER_APPLICATION_DATA)?;
        if (IAD_MIN..=IAD_MAX).contains(&iad.len()) {
            Ok(iad.to_vec())
        } else {
            Err(Defect::Value(tags::ISSUER_APPLICATION_DATA))
        }
    }

    fn format_2(template: &[u8]) -> Result<Self, Defect> {
        let level = Level::parse(template)?;
        let track2 = level.mandatory(tags::TRACK_2_EQUIVALENT_DATA)?;
        Ok(Self {
            aip: level.mandatory_array(tags::AIP)?,
            atc: level.mandatory_array(tags::ATC)?,
            track2: Track2::parse(track2)
                .map_err(|_| Defect::Value(tags::TRACK_2_EQUIVALENT_DATA))?,
            iad: Self::issuer_application_data(&level)?,
            cryptogram: level.mandatory_array(tags::APPLICATION_CRYPTOGRAM)?,
            cid: level
                .array(tags::CRYPTOGRAM_INFORMATION_DATA)?
                .map(|[cid]| cid),
            psn: sequence_number(&level)?,
            ctq: level.array(tags::CTQ)?.map(Ctq),
            product: level.get(tags::PRODUCT_IDENTIFICATION).map(<[u8]>::to_vec),
            afl: level.get(tags::AFL).unwrap_or_default().to_vec(),
        })
    }
}

fn sequence_number(level: &Level<'_>) -> Result<Option<u8>, Defect> {
    let Some([number]) = level.array(tags::PAN_SEQUENCE_NUMBER)? else {
        return Ok(None);
    };
    match bcd_to_u64(&[number]) {
        Some(_) => Ok(Some(number)),
        None => Err(Defect::Value(tags::PAN_SEQUENCE_NUMBER)),
    }
}

/// The reason for a format 1 answer, which is an AIP and an AFL of four octets for each range of
/// records.
fn format_1(value: &[u8]) -> Reason {
    match value.split_first_chunk::<2>() {
        Some((_aip, afl)) if afl.len() % 4 == 0 => Reason::Format80,
        _ => Reason::Gpo(Defect::Value(tags::RESPONSE_TEMPLATE_1)),
    }
}
