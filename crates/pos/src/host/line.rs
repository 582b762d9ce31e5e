//! A request as a message on a line, and the answer from it.

use understudy_acquiring::iso8583::{MESSAGE_MAX, Variant, emit_request, parse_response};
use understudy_acquiring::line::{TerminalKeys, open, seal};
use understudy_acquiring::{Request, Response};

use super::HostError;

/// Sends a request as a message of ISO 8583 with a code under the terminal's key, and reads the answer.
/// `exchange` brings the message to the host and its answer back. What is no authentic answer to this
/// very request counts as none.
///
/// # Errors
/// [`HostError::NotSayable`] if nothing was sent, [`HostError::NotAnAnswer`], and what `exchange` says.
pub fn send_message(
    request: &Request,
    variant: Variant,
    keys: &impl TerminalKeys,
    exchange: impl FnOnce(&[u8]) -> Result<Vec<u8>, HostError>,
) -> Result<Response, HostError> {
    let message = emit_request(request).map_err(|_| HostError::NotSayable)?;
    let identity = request.identity();
    let key = keys.mac_key(&identity.merchant, &identity.terminal);
    let key = key.ok_or(HostError::NotSayable)?;
    let mut room = [0; MESSAGE_MAX];
    let octets = seal(&message, variant, &key, &mut room);
    let answer = exchange(octets.map_err(|_| HostError::NotSayable)?)?;
    let answer = open(&answer, variant, keys).map_err(|_| HostError::NotAnAnswer)?;
    parse_response(&answer, &message).map_err(|_| HostError::NotAnAnswer)
}
