//! What a terminal asks, field by field. The message around it (ISO 8583) is not built.

use std::fmt;

use understudy_core::wire::amount::Amount;
use understudy_core::wire::track2::Expiry;

use super::field::{
    ApprovalCode, EntryMode, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
};
use super::processing::{ProcessingCode, TransactionKind};
use crate::custody::{CustodyError, KeyCustody, Purpose};

/// What names a request: who sent it, under which number, and when by the sender's clock. A
/// reversal names its original by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// DE 42.
    pub merchant: MerchantId,
    /// DE 41.
    pub terminal: TerminalId,
    /// DE 11.
    pub trace: TraceNumber,
    /// DE 12 and DE 13.
    pub local_time: LocalTime,
}

/// A request with a tap.
#[derive(Clone, Copy)]
pub struct AuthorisationRequest<'a> {
    /// DE 3.
    pub processing_code: ProcessingCode,
    /// DE 4 in the currency of DE 49.
    pub amount: Amount,
    /// DE 11, 12, 13, 41 and 42.
    pub identity: Identity,
    /// DE 14.
    pub expiry: Option<Expiry>,
    /// DE 22.
    pub entry_mode: EntryMode,
    /// DE 23: the card sequence number, two BCD digits.
    pub psn: Option<u8>,
    /// DE 35: track 2 as in `57`, at most 19 octets.
    pub track2: &'a [u8],
    /// DE 37.
    pub reference: Reference,
    /// DE 52: ISO 9564-1 format 0 over the token's number under the terminal PIN key.
    pub pin_block: Option<[u8; 8]>,
    /// DE 55, at most 255 octets.
    pub de55: &'a [u8],
    /// The payment that a refund gives back, by DE 37 and DE 38. Only a merchant that the issuer
    /// allows to leaves it out.
    pub original: Option<Original>,
}

/// A request without a card, about an earlier one that was approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FollowUpRequest {
    /// DE 11, 12, 13, 41 and 42 of this request.
    pub identity: Identity,
    /// DE 37 of this request.
    pub reference: Reference,
    /// What it is about.
    pub original: Original,
    /// DE 4 in the currency of DE 49.
    pub amount: Amount,
}

/// How a request names the one that it follows, which is the same merchant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Original {
    /// DE 37 of the original.
    pub reference: Reference,
    /// DE 38 that the original was answered with.
    pub approval: ApprovalCode,
}

/// A reversal: the terminal does not know what became of its request, or cannot use the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReversalRequest {
    /// The identity of the request that shall not count.
    pub original: Identity,
}

impl AuthorisationRequest<'_> {
    /// A code over every field: two requests are the same if and only if their codes are.
    pub(crate) fn fingerprint(&self, keys: &dyn KeyCustody) -> Result<[u8; 32], CustodyError> {
        let psn = self.psn.map(|psn| [psn]);
        let expiry = self.expiry.map(Expiry::to_bcd);
        let named = self.identity.parts();
        let original = self.original.map(|original| original.parts());
        let tap: [&[u8]; 12] = [
            b"tap",
            self.processing_code.text().as_bytes(),
            &self.amount.to_bcd(),
            &self.amount.currency().to_bcd(),
            &named,
            expiry.as_ref().map_or(&[], <[u8; 2]>::as_slice),
            self.entry_mode.text().as_bytes(),
            psn.as_ref().map_or(&[], <[u8; 1]>::as_slice),
            self.track2,
            self.reference.text().as_bytes(),
            self.pin_block.as_ref().map_or(&[], <[u8; 8]>::as_slice),
            self.de55,
        ];
        let parts: Vec<&[u8]> = tap.into_iter().chain(original.as_deref()).collect();
        keys.digest(Purpose::Request, &parts)
    }
}

impl Original {
    /// Fields of fixed length, one behind the other.
    fn parts(&self) -> Vec<u8> {
        [self.reference.text(), self.approval.text()]
            .concat()
            .into_bytes()
    }
}

impl FollowUpRequest {
    /// A code over every field and the kind.
    pub(crate) fn fingerprint(
        &self,
        keys: &dyn KeyCustody,
        kind: TransactionKind,
    ) -> Result<[u8; 32], CustodyError> {
        let named = self.identity.parts();
        keys.digest(
            Purpose::Request,
            &[
                b"follow-up",
                kind.name().as_bytes(),
                &named,
                self.reference.text().as_bytes(),
                self.original.reference.text().as_bytes(),
                self.original.approval.text().as_bytes(),
                &self.amount.to_bcd(),
                &self.amount.currency().to_bcd(),
            ],
        )
    }
}

impl Identity {
    /// Fields of fixed length, one behind the other.
    pub(crate) fn parts(&self) -> Vec<u8> {
        [
            self.merchant.text().as_bytes(),
            self.terminal.text().as_bytes(),
            &self.trace.get().to_be_bytes(),
            self.local_time.text().as_bytes(),
        ]
        .concat()
    }
}

impl fmt::Debug for AuthorisationRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorisationRequest")
            .field("processing_code", &self.processing_code.text())
            .field("amount", &self.amount)
            .field("identity", &self.identity)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}
