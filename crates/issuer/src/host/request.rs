//! The requests of terminals about which the issuer decides.

use std::fmt;

pub use understudy_acquiring::{FollowUp, Identity, Original};
use understudy_core::wire::amount::Amount;
use understudy_core::wire::track2::Expiry;

use crate::custody::{CustodyError, KeyCustody, Purpose};
use understudy_acquiring::{ApprovalCode, EntryMode, PinBlock, Reference};
use understudy_acquiring::{ProcessingCode, TransactionKind};

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
    /// DE 52 or DE 62: ISO 9564-1 format 0 or 4 over the token's number, under the terminals' PIN keys.
    pub pin_block: Option<&'a PinBlock>,
    /// DE 55, at most 255 octets.
    pub de55: &'a [u8],
    /// The payment that a refund gives back, by DE 37 and DE 38. Only a merchant that the issuer
    /// allows to leaves it out.
    pub original: Option<Original>,
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
            self.pin_block.map_or(&[], octets),
            self.de55,
        ];
        let parts: Vec<&[u8]> = tap.into_iter().chain(original.as_deref()).collect();
        keys.digest(Purpose::Request, &parts)
    }
}

/// The octets of a PIN block, which have another length in each format.
const fn octets(block: &PinBlock) -> &[u8] {
    match block {
        PinBlock::Format0(block) => block,
        PinBlock::Format4(block) => block,
    }
}

/// A code over every field of a follow-up and its kind: two requests are the same if and only if their
/// codes are.
pub(crate) fn follow_up_fingerprint(
    request: &FollowUp,
    keys: &dyn KeyCustody,
    kind: TransactionKind,
) -> Result<[u8; 32], CustodyError> {
    let original = &request.original;
    let approval = original.approval.map(ApprovalCode::characters);
    keys.digest(
        Purpose::Request,
        &[
            b"follow-up",
            kind.name().as_bytes(),
            &request.identity.parts(),
            request.reference.text().as_bytes(),
            original.reference.text().as_bytes(),
            approval.as_ref().map_or(&[], <[u8; 6]>::as_slice),
            &request.amount.to_bcd(),
            &request.amount.currency().to_bcd(),
        ],
    )
}

/// Fields of fixed length, one behind the other, for a code over them.
pub(crate) trait Parts {
    /// The octets of the fields.
    fn parts(&self) -> Vec<u8>;
}

impl Parts for Original {
    fn parts(&self) -> Vec<u8> {
        let approval = self.approval.map(ApprovalCode::characters);
        let reference = self.reference.characters();
        reference
            .into_iter()
            .chain(approval.into_iter().flatten())
            .collect()
    }
}

impl Parts for Identity {
    fn parts(&self) -> Vec<u8> {
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
