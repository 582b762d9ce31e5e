//! The wallet on a simulated disk, compared with a naive vault and driven by a real issuer: its
//! promises hold wherever the process dies or the power fails, whatever an attacker does to its
//! files, and however slow the disk is.
//!
//! `UNDERSTUDY_FULL=1` runs everything in full: `cargo xtask slow`.

#[cfg(test)]
mod bank;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod enemy;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod password;
#[cfg(test)]
mod random;
#[cfg(test)]
mod reader;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod seen;
#[cfg(test)]
mod traced;
#[cfg(test)]
mod vault;
#[cfg(test)]
mod world;

/// True if everything is to be run, however long it takes.
#[cfg(test)]
fn full() -> bool {
    std::env::var_os("UNDERSTUDY_FULL").is_some_and(|value| value == "1")
}
