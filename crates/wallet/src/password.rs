//! The payment password: digits that verify the user where the phone has no secure lock. What is
//! kept of it is Argon2id over it with a salt of its own.

use std::fmt;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use getrandom::SysRng;
use rand_core::TryRng as _;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Digits that a password has at least.
pub const DIGITS_MIN: usize = 6;
/// Digits that a password has at most.
pub const DIGITS_MAX: usize = 32;
/// Wrong tries in a row after which the password is locked.
pub const TRIES_MAX: u8 = 5;

/// Argon2id's memory in KiB, its passes and its lanes: 19 MiB, as OWASP's password storage cheat
/// sheet has it for two passes. A phone takes 50 to 200 ms for it. A stored password keeps those
/// that it was made with.
const COST: Cost = Cost {
    memory: 19 * 1024,
    passes: 2,
    lanes: 1,
};

/// Argon2id's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) memory: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

/// What is kept of the payment password.
#[derive(Clone)]
pub(crate) struct Password {
    pub(crate) cost: Cost,
    pub(crate) salt: [u8; 16],
    pub(crate) hash: Zeroizing<[u8; 32]>,
    /// Tries since the last right one.
    pub(crate) tries: u8,
}

/// Where the payment password stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordStatus {
    /// There is none.
    Unset,
    /// It may be tried.
    Set {
        /// So many times before it is locked.
        tries_left: u8,
    },
    /// Too many wrong tries: the issuer unlocks it or resets it.
    Locked,
}

/// Why the payment password was not set, changed or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is too short or too long, or not all of it is digits.
    #[error("a payment password has {DIGITS_MIN} to {DIGITS_MAX} digits, and nothing else")]
    Shape,
    /// It is one digit again and again, or digits in a row.
    #[error("this password is too easy to guess; do not repeat one digit or count up or down")]
    Weak,
    /// There is one already.
    #[error("there is a payment password already; change it instead")]
    AlreadySet,
    /// There is none.
    #[error("there is no payment password; set one first")]
    Unset,
    /// It is not this one.
    #[error("the payment password is wrong; {tries_left} tries are left")]
    Wrong {
        /// So many tries are left.
        tries_left: u8,
    },
    /// Too many wrong tries.
    #[error(
        "the payment password is locked after {TRIES_MAX} wrong tries; ask the issuer to unlock it"
    )]
    Locked,
    /// It was changed or reset while it was being tried.
    #[error("the payment password was changed meanwhile; try again")]
    Changed,
    /// No memory for Argon2, or no randomness for a salt.
    #[error("there is not enough memory or randomness for the payment password")]
    Resources,
}

impl Password {
    /// Keeps a new password.
    pub(crate) fn new(digits: &str) -> Result<Self, PasswordError> {
        Self::of_cost(digits, COST)
    }

    pub(crate) fn of_cost(digits: &str, cost: Cost) -> Result<Self, PasswordError> {
        check(digits)?;
        let mut salt = [0; 16];
        let drawn = SysRng.try_fill_bytes(&mut salt);
        drawn.map_err(|_| PasswordError::Resources)?;
        Ok(Self {
            cost,
            salt,
            hash: hash(digits, &salt, cost)?,
            tries: 0,
        })
    }

    /// Whether these are its digits; compared in constant time. The try was counted before.
    pub(crate) fn is(&self, digits: &str) -> Result<bool, PasswordError> {
        let hash = hash(digits, &self.salt, self.cost)?;
        Ok(hash.as_slice().ct_eq(self.hash.as_slice()).into())
    }

    pub(crate) const fn status(&self) -> PasswordStatus {
        match TRIES_MAX.saturating_sub(self.tries) {
            0 => PasswordStatus::Locked,
            tries_left => PasswordStatus::Set { tries_left },
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Password")
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

fn check(digits: &str) -> Result<(), PasswordError> {
    let octets = digits.as_bytes();
    let long_enough = (DIGITS_MIN..=DIGITS_MAX).contains(&octets.len());
    if !long_enough || !octets.iter().all(u8::is_ascii_digit) {
        return Err(PasswordError::Shape);
    }
    // The same step from each digit to the next, modulo ten: 0, 1 or -1.
    let steps = |step: u8| {
        octets
            .windows(2)
            .all(|pair| matches!(pair, [one, next] if (one - b'0' + step) % 10 == next - b'0'))
    };
    if [0, 1, 9].into_iter().any(steps) {
        return Err(PasswordError::Weak);
    }
    Ok(())
}

fn hash(digits: &str, salt: &[u8; 16], cost: Cost) -> Result<Zeroizing<[u8; 32]>, PasswordError> {
    let resources = |_| PasswordError::Resources;
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(32)).map_err(resources)?;
    let mut hash = Zeroizing::new([0; 32]);
    let mut memory = Vec::new();
    let reserved = memory.try_reserve_exact(params.block_count());
    reserved.map_err(|_| PasswordError::Resources)?;
    memory.resize(params.block_count(), Block::default());
    let mut memory = Zeroizing::new(memory);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(digits.as_bytes(), salt, &mut *hash, memory.as_mut_slice())
        .map_err(resources)?;
    Ok(hash)
}

#[cfg(test)]
mod tests;
