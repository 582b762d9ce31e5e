use understudy_core::card::{CardId, Limits, Profile};
use understudy_test_letters::{self as letters, Issuer};
use understudy_tests::ProfileSpec;

use super::START;
use crate::IssuerKeys;

/// The public keys of every issuer of letters.
pub(crate) fn issuer_keys() -> IssuerKeys {
    let (verify, receive) = letters::issuer_keys();
    IssuerKeys {
        verify: vec![verify],
        receive,
    }
}

/// An issuer that enrols the device that makes this request, and dates its letters as a test says.
pub(crate) fn issuer_of(request: &[u8]) -> Issuer {
    let mut issuer = Issuer::of(request, START);
    issuer.pace = 0;
    issuer.spec = spec;
    issuer
}

/// The profile of a card: verification on the device above the limits, and no PIN at the reader.
pub(crate) fn spec(card: CardId) -> ProfileSpec {
    ProfileSpec {
        policy: [0x02, 0x00],
        ..letters::spec(card)
    }
}

/// The limits in that profile.
pub(crate) fn limits(card: CardId) -> Limits {
    *Profile::parse(spec(card).octets()).unwrap().limits()
}
