//! Session keys for the next counters, packed for the device.

use understudy_core::crypto::{Atc, Cvn};
use understudy_provisioning::package::{Subject, encoded_len, write};
use zeroize::Zeroizing;

use super::{IssueError, PackageOctets};
use crate::custody::{CardIdentity, IssuerKeys};

/// The next single-use keys of a card.
pub(super) struct Batch<'a> {
    pub(super) card: CardIdentity<'a>,
    pub(super) cvn: Cvn,
    /// The highest counter that has a key.
    pub(super) after: Option<Atc>,
    pub(super) count: u16,
}

impl Batch<'_> {
    /// Derives the keys and packs them. Also returns the last counter.
    pub(super) fn pack(
        &self,
        keys: &IssuerKeys,
        subject: &Subject<'_>,
    ) -> Result<(PackageOctets, Atc), IssueError> {
        let issued = self.after.map_or(0, Atc::get);
        let left = Atc::LAST.get().saturating_sub(issued);
        let last = issued.checked_add(self.count).and_then(Atc::new);
        let last = last.ok_or(IssueError::CountersExhausted { left })?;

        let card_key = keys.card_key(self.card)?;
        let method = self.cvn.session_key_method();
        let session_keys = (issued + 1..=last.get()).filter_map(Atc::new).map(|atc| {
            // The session keys of UnionPay do not depend on the terminal's unpredictable number.
            let key = card_key.session_key(method, atc, [0; 4]);
            (atc, Zeroizing::new(*key.expose()))
        });
        let length = encoded_len(subject, usize::from(self.count));
        let mut octets = Zeroizing::new(vec![0; length]);
        let written = write(&mut octets, subject, session_keys)?.len();
        octets.truncate(written);
        Ok((octets, last))
    }
}
