//! The check values of the issuer master keys in the header of a key file.

use super::fields::take;
use crate::custody::{CheckValue, KeyFamily, KeyVersion, MasterKeys};

/// The one version of a file of version 1: its check value.
pub(super) fn parse_one(rest: &mut &[u8]) -> Option<Vec<KeyVersion>> {
    Some(vec![KeyVersion {
        family: KeyFamily::UNIONPAY_TDES,
        dki: MasterKeys::FIRST,
        check_value: CheckValue(take(rest)?),
    }])
}

/// The versions of a file of version 2: their number, then index and check value of each.
pub(super) fn parse_versions(rest: &mut &[u8]) -> Option<Vec<KeyVersion>> {
    let [count] = take(rest)?;
    let versions = (0..count).map(|_| {
        let [dki, a, b, c] = take(rest)?;
        Some(KeyVersion {
            family: KeyFamily::UNIONPAY_TDES,
            dki,
            check_value: CheckValue([a, b, c]),
        })
    });
    versions.collect()
}

/// The versions of a file of version 3: the number of families, then of each the octets of scheme and
/// algorithm, the number of versions, and their check values, which begin with that of index 01.
pub(super) fn parse(rest: &mut &[u8]) -> Option<Vec<KeyVersion>> {
    let [families] = take(rest)?;
    let mut versions = Vec::new();
    for _ in 0..families {
        let family = KeyFamily::from_octets(take(rest)?)?;
        let [count] = take(rest)?;
        if count < MasterKeys::FIRST {
            return None;
        }
        for dki in MasterKeys::FIRST..=count {
            versions.push(KeyVersion {
                family,
                dki,
                check_value: CheckValue(take(rest)?),
            });
        }
    }
    Some(versions)
}

/// The octets of these versions in a file of version 3.
pub(super) fn octets(versions: &[KeyVersion]) -> Vec<u8> {
    let families = versions.chunk_by(|one, next| one.family == next.family);
    let mut octets = vec![octet(families.clone().count())];
    for family in families {
        if let Some(first) = family.first() {
            octets.extend(first.family.octets());
            octets.push(octet(family.len()));
        }
        octets.extend(family.iter().flat_map(|version| version.check_value.0));
    }
    octets
}

/// A number of at most 255: the families, of which there are fewer, and the versions of one.
fn octet(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}
