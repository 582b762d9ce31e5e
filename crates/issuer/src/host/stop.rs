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
    /// The result of checks: a reason to decline is a result, a fault is none.
    pub(crate) fn settle<T>(
        result: Result<T, Self>,
        declined: impl FnOnce(Reason) -> T,
    ) -> Result<T, Fault> {
        match result {
            Ok(admitted) => Ok(admitted),
            Err(Self::Declined(reason)) => Ok(declined(reason)),
            Err(Self::Fault(fault)) => Err(fault),
        }
    }

    /// The reason of checks: approved if they passed.
    pub(crate) fn reason(result: Result<(), Self>) -> Result<Reason, Fault> {
        Self::settle(result.map(|()| Reason::Approved), |reason| reason)
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
