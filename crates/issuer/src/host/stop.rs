use rusqlite::Error;

use super::reason::Reason;
use crate::custody::CustodyError;
use crate::fault::Fault;
use crate::random::NoRandomness;
use crate::store::StoreError;

/// An early end of the checks: a reason to decline, or a fault of the issuer.
pub(crate) enum Stop {
    Declined(Reason),
    Fault(Fault),
}

impl Stop {
    /// The outcome of checks: a reason to decline is an outcome, a fault is none.
    pub(crate) fn settle<T>(
        result: Result<T, Self>,
        declined: impl FnOnce(Reason) -> T,
    ) -> Result<T, Fault> {
        match result {
            Ok(outcome) => Ok(outcome),
            Err(Self::Declined(reason)) => Ok(declined(reason)),
            Err(Self::Fault(fault)) => Err(fault),
        }
    }
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Declined(reason)
    }
}

impl<F: IntoFault> From<F> for Stop {
    fn from(fault: F) -> Self {
        Self::Fault(fault.into())
    }
}

/// Errors that are the issuer's own fault, whatever the request.
pub(crate) trait IntoFault: Into<Fault> {}
impl IntoFault for Fault {}
impl IntoFault for StoreError {}
impl IntoFault for CustodyError {}
impl IntoFault for NoRandomness {}
impl IntoFault for Error {}
