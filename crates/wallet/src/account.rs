//! What is remembered of a card besides its profile: its keys, and which token it is.

use std::collections::VecDeque;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use understudy_core::card::{Exposure, Profile};
use understudy_core::crypto::Atc;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_core::wire::track2::Track2;
use understudy_provisioning::Package;
use understudy_provisioning::letter::SuspendReason;
use zeroize::Zeroizing;

use crate::WalletError;

/// A key at rest, with its counter. Boxed, so that what moves in a collection is not the key.
pub(crate) type StoredKey = (Atc, Box<Zeroizing<[u8; 16]>>);

/// What is remembered of one card besides its profile.
#[derive(Clone, Default)]
pub(crate) struct Account {
    /// In ascending order of their counters.
    pub(crate) keys: VecDeque<StoredKey>,
    pub(crate) last_atc: Option<Atc>,
    pub(crate) exposure: Exposure,
    /// The issuer suspended the card, and only the issuer resumes it.
    pub(crate) suspended: Option<SuspendReason>,
}

impl Account {
    /// Adds keys whose counters lie above every one that was used or is held.
    pub(crate) fn add(&mut self, keys: VecDeque<StoredKey>) -> Result<(), WalletError> {
        let held = self.keys.back().map(|(atc, _)| *atc);
        if keys.front().map(|(atc, _)| *atc) <= held.max(self.last_atc) {
            return Err(WalletError::StaleKeys);
        }
        self.keys.extend(keys);
        Ok(())
    }
}

/// Which token a card is, whatever else its profile says: SHA-256 of the number's digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenDigest(pub(crate) [u8; 32]);

impl TokenDigest {
    pub(crate) fn of<B: AsRef<[u8]>>(profile: &Profile<B>) -> Option<Self> {
        let track2 = Track2::parse(profile.track2()).ok()?;
        Some(Self(Sha256::digest(track2.number().expose()).into()))
    }
}

/// What a card's keys are derived by, beside its number: scheme, CVN and DKI (`C1`), and the card
/// sequence number (`5F34`).
pub(crate) fn derivation(profile: &Profile<Arc<[u8]>>) -> Vec<(Tag, &[u8])> {
    let by = [Tag::new(0xC1), Tag::new(0x5F34)];
    let template = Reader::new(profile.octets()).flatten();
    let objects = template.flat_map(|template| Reader::new(template.value).flatten());
    let mut found: Vec<_> = objects
        .filter(|object| by.contains(&object.tag))
        .map(|object| (object.tag, object.value))
        .collect();
    found.sort_unstable();
    found
}

/// The keys of a package, for keeping.
pub(crate) fn stored_keys(package: &Package<'_>) -> VecDeque<StoredKey> {
    package
        .stored_keys()
        .map(|(atc, key)| (atc, Box::new(Zeroizing::new(*key))))
        .collect()
}
