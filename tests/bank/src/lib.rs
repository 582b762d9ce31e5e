//! Test kit: what a bank does between the real issuer, a device and a cardholder.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a kit for tests: what fails here fails the test"
)]

use std::sync::{Mutex, PoisonError};

use understudy_core::card::UnixTime;
use understudy_core::wire::digits::CardNumber;
use understudy_issuer::{
    Code, Issued, Issuer, NoAttestation, Request, Verification, VerificationError,
    VerificationTarget,
};
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::{Clock, Folder, IssuerKeys, Wallet};

/// The channel on which a cardholder receives codes. It keeps the last one.
#[derive(Debug, Default)]
pub struct Mailbox(Mutex<Option<String>>);

impl Mailbox {
    /// The six digits of the code that was last sent.
    #[must_use]
    pub fn digits(&self) -> String {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone().expect("a code was sent")
    }

    /// The code that was last sent.
    #[must_use]
    pub fn last(&self) -> Code {
        Code::parse(&self.digits()).expect("a code")
    }
}

impl Verification for Mailbox {
    fn send(&self, _: &VerificationTarget, code: &Code) -> Result<(), VerificationError> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(code.digits().to_owned());
        Ok(())
    }
}

/// The public keys of an issuer, as a wallet takes them.
#[must_use]
pub fn keys_of(issuer: &Issuer) -> IssuerKeys {
    let public = issuer.public_keys();
    IssuerKeys {
        verify: vec![public.verify],
        receive: public.receive,
    }
}

/// Enrols a wallet as a device of the issuer.
pub fn enrol<F: Folder, C: Clock>(
    issuer: &Issuer,
    wallet: &Wallet<F, C>,
    now: UnixTime,
) -> DeviceId {
    let challenge = issuer.challenge(now).expect("drawn");
    let request = wallet.enrol(keys_of(issuer), challenge, None);
    let request = request.expect("a request");
    let enrolled = issuer.enrol(&request, &NoAttestation, now);
    enrolled.expect("enrolled").id
}

/// Issues a card and verifies its cardholder, so that it pays.
#[must_use]
pub fn issue(issuer: &Issuer, request: &Request<'_>, now: UnixTime) -> Issued {
    let mailbox = Mailbox::default();
    let card = issuer.issue(request, &mailbox, now).expect("issued");
    let verified = issuer.verify_identity(card.token, &mailbox.last(), now);
    verified.expect("the right code");
    card
}

/// The PAN of a number, with its check digit.
#[must_use]
pub fn pan(number: u64) -> CardNumber {
    let digits = format!("622202{number:012}").into_bytes();
    let digits: Vec<u8> = digits.iter().map(|digit| digit - b'0').collect();
    CardNumber::with_check_digit(&digits).expect("a card number")
}
