//! Issuing a token to a device.

use std::cell::RefCell;

use understudy_core::wire::amount::Amount;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;
use understudy_issuer::{
    Code, CodeSent, IssueOptions, Issued, Pin, Request, Restrictions, TokenId, Verification,
    VerificationError, VerificationTarget,
};
use understudy_provisioning::keys::DeviceId;

use super::{IssuerSide, now};
use crate::failure::Failure;

/// The data of a new card.
pub(crate) struct NewCard {
    /// The bank card behind it.
    pub(crate) pan: CardNumber,
    /// The month of expiry of both.
    pub(crate) expiry: Expiry,
    /// A new PIN for the account, if any.
    pub(crate) pin: Option<Pin>,
    /// The funds of the account, if the issuer does not know it yet.
    pub(crate) funds: Amount,
    /// The other options.
    pub(crate) options: IssueOptions,
}

/// A token that waits for its code.
pub(crate) struct NewToken {
    /// Its name.
    pub(crate) id: TokenId,
    /// Its number, masked when printed.
    pub(crate) number: CardNumber,
    /// Profile and keys, sealed to the device.
    pub(crate) letter: Vec<u8>,
    /// The code that activates it.
    pub(crate) code: Code,
}

/// Issues a token to a device. The keys are put among the device's letters.
pub(crate) fn issue(
    issuer: &IssuerSide,
    card: &NewCard,
    device: DeviceId,
) -> Result<NewToken, Failure> {
    let message = Message::default();
    let request = Request {
        pan: &card.pan,
        expiry: card.expiry,
        device,
        options: &card.options,
        funds: card.funds,
        restrictions: &Restrictions::default(),
    };
    let answer = issuer.issuer.issue(&request, &message, now());
    let Issued {
        token,
        number,
        letter,
        code,
        ..
    } = answer.map_err(|error| Failure::not_issued(error, Some(device)))?;
    if let Some(pin) = &card.pin {
        issuer.set_pin(token, pin)?;
    }
    let code = match code {
        CodeSent::NotSent(error) => Err(error.to_string()),
        CodeSent::Sent | CodeSent::NotNeeded => message.read(),
    };
    Ok(NewToken {
        id: token,
        number,
        letter,
        code: code.map_err(Failure::Input)?,
    })
}

/// Sends another code for a token that waits for one.
pub(crate) fn resend(issuer: &IssuerSide, token: TokenId) -> Result<Code, Failure> {
    let message = Message::default();
    issuer.issuer.resend_code(token, &message, now())?;
    message.read().map_err(Failure::Input)
}

/// The cardholder's telephone: a bank would send the code there, the demonstration prints it.
#[derive(Default)]
struct Message {
    code: RefCell<Option<Code>>,
}

impl Verification for Message {
    fn send(&self, _: &VerificationTarget, code: &Code) -> Result<(), VerificationError> {
        let copy =
            Code::parse(code.digits()).map_err(|error| VerificationError(error.to_string()))?;
        *self.code.borrow_mut() = Some(copy);
        Ok(())
    }
}

impl Message {
    fn read(self) -> Result<Code, String> {
        let code = self.code.into_inner();
        code.ok_or_else(|| "no code was sent; ask for another one".to_owned())
    }
}
