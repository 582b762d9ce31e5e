//! Batches of keys, made and packed: in a letter to a device, or in the clear for a test bench.

use getrandom::SysRng;
use understudy_core::crypto::Atc;
use understudy_provisioning::Package;
use understudy_provisioning::letter::{self, Body, Letter, Recipient};
use understudy_provisioning::message::OVERHEAD;
use understudy_provisioning::package::{self, Subject};
use zeroize::Zeroizing;

use super::SoftwareCustody;
use crate::custody::{BatchKeys, BatchLetter, BatchOrder, CustodyError, SingleUse};
use crate::issue::PackageOctets;

/// A counter and its keys, one of each algorithm behind the other.
type CounterKey = (Atc, Zeroizing<Vec<u8>>);

impl SoftwareCustody {
    /// A package in the clear, for a chip or a test bench to which it is carried by hand. Its keys are
    /// protected by nothing. No other custody can make one.
    ///
    /// # Errors
    /// [`CustodyError`].
    pub fn clear_package(&self, batch: &BatchOrder<'_>) -> Result<PackageOctets, CustodyError> {
        let subject = match batch.profile {
            Some(profile) => Subject::Card { profile },
            None => Subject::Keys {
                number: batch.card.number.clone(),
            },
        };
        match batch.keys {
            BatchKeys::SingleUse(version) => self.single_use_package(batch, &subject, version),
            #[cfg(feature = "limited-use")]
            BatchKeys::LimitedUse(limits) => self.limited_use_package(batch, &subject, limits),
        }
    }

    fn single_use_package(
        &self,
        batch: &BatchOrder<'_>,
        subject: &Subject<'_>,
        version: SingleUse,
    ) -> Result<PackageOctets, CustodyError> {
        let keys = self.single_use_keys(batch, version)?;
        let length = package::emitted_len(subject, batch.algorithms, keys.len());
        let mut octets = Zeroizing::new(vec![0; length]);
        let not_after = batch.not_after;
        let written = package::emit(&mut octets, subject, not_after, batch.algorithms, keys)?.len();
        octets.truncate(written);
        Ok(octets)
    }

    /// Seals the package of a batch to a device.
    pub(super) fn sealed_package(
        &self,
        batch: &BatchOrder<'_>,
        head: &BatchLetter,
        to: &Recipient,
    ) -> Result<Vec<u8>, CustodyError> {
        let clear = self.clear_package(batch)?;
        let package = Package::parse(&clear).map_err(|_| CustodyError::Refused)?;
        let letter = Letter {
            card: Some(head.card),
            sequence: head.sequence,
            issued_at: head.issued_at,
            body: Body::Package(package),
        };
        let mut out = vec![0; clear.len().saturating_add(OVERHEAD)];
        let length = letter::seal(&mut out, &letter, to, &self.keys.sign, &mut SysRng)?.len();
        out.truncate(length);
        Ok(out)
    }

    /// The keys of each counter, in ascending order.
    fn single_use_keys(
        &self,
        batch: &BatchOrder<'_>,
        version: SingleUse,
    ) -> Result<Vec<CounterKey>, CustodyError> {
        let cards = (batch.algorithms.iter()).map(|algorithm| self.card_key(batch.card, algorithm));
        let cards: Vec<_> = cards.collect::<Result<_, _>>()?;
        let method = version.cvn().session_key_method();
        let method = method.ok_or(CustodyError::Derivation)?;
        // Room for all keys: a vector that grows leaves copies in freed memory.
        let mut keys = Vec::with_capacity(batch.counters.len());
        for atc in batch.counters.clone().filter_map(Atc::new) {
            // Single-use keys do not depend on the terminal's unpredictable number.
            let mut octets = Zeroizing::new(Vec::with_capacity(batch.algorithms.keys_length()));
            for card in &cards {
                octets.extend_from_slice(card.session_key(method, atc, [0; 4]).expose());
            }
            keys.push((atc, octets));
        }
        Ok(keys)
    }
}
