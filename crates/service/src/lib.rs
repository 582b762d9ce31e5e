//! The issuer's HTTP/1.1 interface for devices: challenge, enrolment, binding and its code, letters
//! and reports. `docs/http.md` lists the paths.
//!
//! Messages of devices are already signed and sealed, and are passed on as they are. A card number
//! to be bound and the code that verifies its cardholder are neither: a deployment beyond this
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

/// An issuer, with the services that it needs of others.
#[derive(Clone)]
pub struct Service {
    /// The issuer.
    pub issuer: Arc<Issuer>,
    /// The terms of every token that a device asks for.
    pub terms: Arc<Terms>,
    /// The channel on which the cardholder receives the code.
    pub verification: Arc<dyn Verification + Send + Sync>,
    /// The judge of devices' attestations.
    pub attestation: Arc<dyn Attestation + Send + Sync>,
    /// The time.
    pub clock: fn() -> UnixTime,
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}
