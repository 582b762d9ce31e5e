//! Messages of ISO 8583 from a line, answered.

use thiserror::Error;
use understudy_acquiring::iso8583::{self, MESSAGE_MAX, Variant, emit_response, parse_request};
use understudy_acquiring::line::{LineError, MacKey, TerminalKeys, open, seal, terminal};
use understudy_acquiring::{Response, ResponseCode};
use understudy_core::card::UnixTime;

use zeroize::Zeroizing;

use super::answer::Decided;
use crate::custody::Purpose;
use crate::fault::Fault;
use crate::issuer::Issuer;
use understudy_acquiring::{MerchantId, TerminalId};

/// A message that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnsweredMessage {
    /// The answer, with its code.
    pub octets: Vec<u8>,
    /// The decision; none about an authentic message that is no request, which is answered with
    /// a format error.
    pub decision: Option<Decided>,
}

/// The cause for which a message gets no answer. Nothing was decided and nothing has changed.
#[derive(Debug, Error)]
pub enum Unanswered {
    /// It is not an authentic message of a terminal.
    #[error(transparent)]
    Line(#[from] LineError),
    /// No answer can be written.
    #[error(transparent)]
    Answer(#[from] iso8583::Error),
    /// The issuer could not act.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Issuer {
    /// Answers a message of ISO 8583 from a line. What is not authentic gets no answer: to answer a
    /// message with a wrong code would give whoever sent it an authentic refusal of a request that
    /// was approved.
    ///
    /// # Errors
    /// [`Unanswered`].
    pub fn answer_message(
        &self,
        octets: &[u8],
        variant: Variant,
        now: UnixTime,
    ) -> Result<AnsweredMessage, Unanswered> {
        let message = open(octets, variant, self)?;
        let (response, decision) = match parse_request(&message) {
            Ok(request) => {
                let answered = self.answer(&request, now)?;
                (answered.response, Some(answered.decision))
            }
            Err(_) => (Response::new(ResponseCode::FORMAT_ERROR), None),
        };
        let answer = emit_response(&message, &response)?;
        let named = terminal(&message);
        let key = named.and_then(|(merchant, terminal)| self.mac_key(&merchant, &terminal));
        let key = key.ok_or(LineError::UnknownTerminal)?;
        let mut room = [0; MESSAGE_MAX];
        let octets = seal(&answer, variant, &key, &mut room)?;
        Ok(AnsweredMessage {
            octets: octets.to_vec(),
            decision,
        })
    }
}

/// The issuer has a key for every terminal, made from its own: the first sixteen octets of a keyed
/// digest over merchant and terminal. Without custody there is none.
impl TerminalKeys for Issuer {
    fn mac_key(&self, merchant: &MerchantId, terminal: &TerminalId) -> Option<MacKey> {
        let parts = [merchant.text().as_bytes(), terminal.text().as_bytes()];
        let digest = self.keys().digest(Purpose::TerminalMac, &parts).ok();
        let digest = Zeroizing::new(digest?);
        let (key, _) = digest.split_first_chunk()?;
        Some(MacKey::new(*key))
    }
}
