//! Fingerprints of requests: keyed digests over every field, of 32 octets. Two requests are the same
//! if and only if their fingerprints are.

use understudy_acquiring::{
    ApprovalCode, Authorisation, FollowUp, Identity, Original, PinBlock, Settlement,
    TransactionKind,
};
use understudy_core::wire::track2::{Expiry, TRACK2_MAX};
use zeroize::Zeroizing;

use super::totals::NetTotals;
use crate::custody::{CustodyError, KeyCustody, Purpose};

/// The fingerprint of a request with a tap.
pub(super) fn of_tap(
    keys: &dyn KeyCustody,
    request: &Authorisation,
) -> Result<[u8; 32], CustodyError> {
    let psn = request.psn.map(|psn| [psn]);
    let expiry = request.expiry.map(Expiry::to_bcd);
    let named = request.identity.parts();
    let original = request.original.map(|original| original.parts());
    let mut room = Zeroizing::new([0; TRACK2_MAX]);
    let tap: [&[u8]; 12] = [
        b"tap",
        request.processing_code.text().as_bytes(),
        &request.amount.to_bcd(),
        &request.amount.currency().to_bcd(),
        &named,
        expiry.as_ref().map_or(&[], <[u8; 2]>::as_slice),
        request.entry_mode.text().as_bytes(),
        psn.as_ref().map_or(&[], <[u8; 1]>::as_slice),
        request.track2.emit(&mut room),
        request.reference.text().as_bytes(),
        request.pin_block.as_ref().map_or(&[], block),
        request.chip_data.octets(),
    ];
    let parts: Vec<&[u8]> = tap.into_iter().chain(original.as_deref()).collect();
    keys.digest(Purpose::Request, &parts)
}

const fn block(block: &PinBlock) -> &[u8] {
    match block {
        PinBlock::Format0(octets) => octets,
        PinBlock::Format4(octets) => octets,
    }
}

/// The fingerprint of a follow-up of a kind.
pub(super) fn of_follow_up(
    keys: &dyn KeyCustody,
    request: &FollowUp,
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

/// The fingerprint of a settlement, whose totals are as the issuer counts them.
pub(super) fn of_settlement(
    keys: &dyn KeyCustody,
    request: &Settlement,
    totals: &[NetTotals],
) -> Result<[u8; 32], CustodyError> {
    let mut octets = Vec::new();
    for total in totals {
        octets.extend(total.currency.to_bcd());
        for number in [
            total.sales.count,
            total.sales.sum,
            total.refunds.count,
            total.refunds.sum,
        ] {
            octets.extend(number.to_be_bytes());
        }
    }
    keys.digest(
        Purpose::Request,
        &[
            b"settlement",
            &request.identity.parts(),
            &request.batch.get().to_be_bytes(),
            &octets,
            &[u8::from(request.close)],
        ],
    )
}

/// Fields of fixed length, one behind the other, for a code over them.
trait Parts {
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
