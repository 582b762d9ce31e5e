//! The payment password: digits that verify the user on a phone without a secure lock. Only its
//! Argon2id hash with a random salt is stored.

use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use getrandom::SysRng;
use rand_core::TryRng as _;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The fewest digits of a password.
pub const DIGITS_MIN: usize = 6;
/// The most digits of a password.
pub const DIGITS_MAX: usize = 32;
/// The number of wrong tries in a row that locks the password.
pub const TRIES_MAX: u8 = 5;

/// Argon2id's memory in KiB, its passes and its lanes: 19 MiB and two passes, as in OWASP's
/// password storage cheat sheet. A phone takes 50 to 200 ms for it. A stored password keeps the
/// parameters that it was made with.
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

/// The stored form of the payment password.
#[derive(Clone)]
pub(crate) struct Password {
    pub(crate) cost: Cost,
    pub(crate) salt: [u8; 16],
    /// The hash, on the heap, and wiped with its last copy.
    pub(crate) hash: Arc<Zeroizing<[u8; 32]>>,
    /// Tries since the last right one.
    pub(crate) tries: u8,
}

/// The state of the payment password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordStatus {
    /// None is set.
    Unset,
    /// It is set, and may be tried.
    Set {
        /// Tries before it is locked.
        tries_left: u8,
    },
    /// Locked after too many wrong tries: the issuer unlocks or resets it.
    Locked,
}

/// The reason for which the payment password was not set, changed or accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short, too long, or not all digits.
    #[error("a payment password has {DIGITS_MIN} to {DIGITS_MAX} digits, and nothing else")]
    Shape,
    /// One digit repeated, or consecutive digits.
    #[error("this password is too easy to guess; do not repeat one digit or count up or down")]
    Weak,
    /// One is set already.
    #[error("there is a payment password already; change it instead")]
    AlreadySet,
    /// None is set.
    #[error("there is no payment password; set one first")]
    Unset,
    /// The password is wrong.
    #[error("the payment password is wrong; {tries_left} tries are left")]
    Wrong {
        /// Tries that are left.
        tries_left: u8,
    },
    /// Locked after too many wrong tries.
    #[error(
        "the payment password is locked after {TRIES_MAX} wrong tries; ask the issuer to unlock it"
    )]
    Locked,
    /// It was changed or reset during the try.
    #[error("the payment password was changed meanwhile; try again")]
    Changed,
    /// No memory for Argon2, or no randomness for a salt.
    #[error("there is not enough memory or randomness for the payment password")]
    Resources,
}

impl Password {
    /// The stored form of a new password, with a fresh salt.
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
            hash: Arc::new(hash(digits, &salt, cost)?),
            tries: 0,
        })
    }

    /// True if these are its digits; compared in constant time. The caller has counted the try.
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
    // The difference between each digit and the next, modulo ten: 0, 1 or -1.
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
