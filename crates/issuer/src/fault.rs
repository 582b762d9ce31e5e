//! Faults that can occur in every act: of the database or the key custody.

use crate::custody::CustodyError;
use crate::random::NoRandomness;
use crate::store::StoreError;

/// The database or the key custody could not be used. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key custody failed.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// The operating system gave no random octets.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}
