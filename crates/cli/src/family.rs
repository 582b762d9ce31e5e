//! The options that name a scheme and an algorithm of keys, by the names of the core.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use understudy_core::card::Scheme;
use understudy_core::crypto::Algorithm;

/// The short name of AES with a key of 16 octets.
const AES: &str = "aes";

/// The name of a scheme on the command line and in JSON: `unionpay`.
pub(crate) fn scheme_name(scheme: Scheme) -> String {
    scheme.name().to_ascii_lowercase()
}

/// Reads a scheme by its name.
pub(crate) fn schemes() -> impl TypedValueParser<Value = Scheme> {
    let names = Scheme::ALL.iter().map(|scheme| scheme_name(*scheme));
    PossibleValuesParser::new(names)
        .try_map(|name| Scheme::from_name(&name).ok_or("no scheme has this name"))
}

/// Reads an algorithm by its name.
pub(crate) fn algorithms() -> impl TypedValueParser<Value = Algorithm> {
    PossibleValuesParser::new(algorithm_values())
        .try_map(|name| algorithm(&name).ok_or("no algorithm has this name"))
}

/// The names of the algorithms, for a parser.
pub(crate) fn algorithm_values() -> impl Iterator<Item = PossibleValue> {
    Algorithm::ALL.iter().map(|algorithm| {
        let value = PossibleValue::new(algorithm.name());
        if *algorithm == Algorithm::Aes128 {
            value.alias(AES)
        } else {
            value
        }
    })
}

/// The algorithm of one of these names, in any case.
pub(crate) fn algorithm(name: &str) -> Option<Algorithm> {
    if name.eq_ignore_ascii_case(AES) {
        return Some(Algorithm::Aes128);
    }
    let mut all = Algorithm::ALL.iter().copied();
    all.find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
}
