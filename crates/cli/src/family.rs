//! The options that name a scheme and an algorithm of keys, by the names of the core.

use understudy_core::card::Scheme;
use understudy_core::crypto::Algorithm;

/// The scheme of this name, in any case.
pub(crate) fn scheme(text: &str) -> Result<Scheme, String> {
    Scheme::from_name(text).ok_or_else(|| {
        let names = Scheme::ALL.iter();
        let names = names.map(|scheme| scheme.name().to_ascii_lowercase());
        format!("the schemes are {}", listed(names))
    })
}

/// The algorithm of this name; `aes` is AES with a key of 16 octets.
pub(crate) fn algorithm(text: &str) -> Result<Algorithm, String> {
    let mut all = Algorithm::ALL.iter().copied();
    let found = all.find(|algorithm| algorithm.name().eq_ignore_ascii_case(text));
    let short = text
        .eq_ignore_ascii_case("aes")
        .then_some(Algorithm::Aes128);
    found.or(short).ok_or_else(|| {
        let names = Algorithm::ALL.iter();
        let names = names.map(|algorithm| algorithm.name().to_owned());
        format!("the algorithms are {}", listed(names))
    })
}

/// `a, b and c`.
fn listed(names: impl Iterator<Item = String>) -> String {
    let names: Vec<_> = names.collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.concat(),
    }
}
