//! The key derivation, MAC and cryptogram vectors of `tests/vectors/`, each with its common
//! mistakes: another padding, a key of another level, neighbours swapped, an octet missing. A
//! mistake counts as detected only if the value is wrong with it and right without.

#[cfg(test)]
mod answers;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod ciphers;
#[cfg(test)]
mod cryptograms;
#[cfg(test)]
mod macs;
#[cfg(test)]
mod master_keys;
#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod names;
#[cfg(test)]
mod session_keys;
#[cfg(test)]
mod worked;
