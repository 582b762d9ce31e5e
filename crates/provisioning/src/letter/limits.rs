//! A card's limits, 23 octets: currency n4, then as in the profile: unverified tap n12, unverified
//! taps (1), unverified sum n12, any tap n12, seconds that a verification on the device holds (2).

use understudy_core::card::Limits;
use understudy_core::wire::amount::Currency;
use understudy_core::wire::digits::{bcd_to_u64, u64_to_bcd};
use understudy_core::wire::tlv::{Overflow, Writer};

use crate::octets::Fields;

/// Stands for an amount of more than twelve digits; it is not BCD.
const NO_AMOUNT: [u8; 6] = [0xFF; 6];

pub(super) fn emit(limits: &Limits, out: &mut Writer<'_>) -> Result<(), Overflow> {
    let amount = |minor| u64_to_bcd(minor).unwrap_or(NO_AMOUNT);
    out.octets(&limits.currency.to_bcd())?;
    out.octets(&amount(limits.unverified_tap))?;
    out.octets(&[limits.unverified_taps])?;
    out.octets(&amount(limits.unverified_sum))?;
    out.octets(&amount(limits.verified_tap))?;
    out.octets(&limits.validity.to_be_bytes())
}

/// Reads limits. As in a profile, no limit for unverified taps may exceed that for any tap.
pub(super) fn parse(octets: &[u8]) -> Option<Limits> {
    let mut fields = Fields::new(octets);
    let limits = Limits {
        currency: Currency::from_bcd(*fields.array()?)?,
        unverified_tap: amount(&mut fields)?,
        unverified_taps: fields.u8()?,
        unverified_sum: amount(&mut fields)?,
        verified_tap: amount(&mut fields)?,
        validity: fields.u16()?,
    };
    fields.end()?;
    (limits.unverified_tap <= limits.verified_tap).then_some(limits)
}

fn amount(fields: &mut Fields<'_>) -> Option<u64> {
    bcd_to_u64(fields.array::<6>()?)
}
