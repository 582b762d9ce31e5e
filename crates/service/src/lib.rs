//! The issuer's face to devices, over HTTP/1.1: challenge, enrolment, binding and its code, letters
//! and reports. `docs/http.md` lists the paths.
//!
//! Messages of devices are signed and sealed already, and cross as they are. A card number that is
//! bound and the code that verifies its cardholder are neither: whoever carries them beyond this
//! machine puts TLS in front.

mod connection;
mod refusal;
mod routes;
mod terms;

use std::fmt;
use std::sync::Arc;

use understudy_core::card::UnixTime;
use understudy_issuer::{Attestation, Issuer, Verification};

pub use connection::{Bounds, serve};
pub use routes::router;
pub use terms::Terms;

/// An issuer, and what is asked of others on its behalf.
#[derive(Clone)]
pub struct Service {
    /// The issuer.
    pub issuer: Arc<Issuer>,
    /// What every token that a device asks for is issued with.
    pub terms: Arc<Terms>,
    /// The way of the code to the cardholder.
    pub verification: Arc<dyn Verification + Send + Sync>,
    /// The judge of what a device's keystore says.
    pub attestation: Arc<dyn Attestation + Send + Sync>,
    /// The time.
    pub clock: fn() -> UnixTime,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}
