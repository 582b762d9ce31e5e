//! The details of audit entries about tokens and their keys.

use understudy_core::crypto::Atc;

use crate::audit::Subject;
use crate::token::{Home, Terms, Token};

/// The last `keys` counters of a token, as an entry of the audit shows them.
pub(super) fn window(token: &Token, keys: u16) -> String {
    let last = token.last_key.map_or(0, Atc::get);
    let first = last.saturating_sub(keys).saturating_add(1);
    format!("keys {first} to {last}")
}

/// A card of a device, as an entry of the audit shows it.
pub(super) fn placed(home: Home) -> String {
    format!("card {} of {}", home.card.0, Subject::Device(home.device))
}

/// A new token with its first `keys` keys, as an entry of the audit shows it.
pub(super) fn described(token: &Token, keys: u16) -> String {
    let number = token.number();
    let Terms {
        scheme,
        algorithms,
        dki,
        ..
    } = token.terms;
    let (scheme, keys) = (scheme.name(), window(token, keys));
    format!(
        "{number} for account {}, {scheme} {algorithms}, DKI {dki:02X}, {keys}",
        token.account
    )
}
