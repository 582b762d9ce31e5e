//! A card in the wallet's book.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use understudy_core::card::tags::{ALGORITHMS, SCHEME};
use understudy_core::card::{CardId, Exposure, Limits, Profile, ProfileError, Slot, Standing};
use understudy_core::crypto::Atc;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Reader, Tag};
use understudy_core::wire::track2::Track2;
use understudy_provisioning::letter::SuspendReason;

use crate::clock::BootId;
use crate::history::CardHistory;
use crate::keys::Keys;

/// A card, its account, and its armed key.
#[derive(Clone)]
pub(crate) struct Card {
    /// Shared with a command while the card answers it.
    pub(crate) slot: Arc<Slot<Arc<[u8]>>>,
    pub(crate) token: Token,
    pub(crate) account: Account,
    /// The armed key; at most one card of a wallet has one.
    pub(crate) armed: Option<Armed>,
}

/// The identity of a stand-in card, read once from the track 2 of its profile.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) digest: TokenDigest,
    /// The number's first six and last four digits.
    pub(crate) masked: Arc<str>,
}

/// A key that the store allows to be used in one boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Armed {
    pub(crate) atc: Atc,
    /// The boot; `None` if it had no name, and then it cannot be distinguished from others.
    pub(crate) boot: Option<BootId>,
}

/// The state of one card apart from its profile.
#[derive(Clone, Default)]
pub(crate) struct Account {
    pub(crate) keys: Keys,
    pub(crate) last_atc: Option<Atc>,
    pub(crate) exposure: Exposure,
    /// The reason of the issuer's suspension, which only the issuer lifts.
    pub(crate) suspended: Option<SuspendReason>,
    /// The limits that the issuer set in place of the profile's.
    pub(crate) limits: Option<Limits>,
    pub(crate) history: CardHistory,
}

/// The identity of a token, whatever else its profile says: SHA-256 of the number's digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenDigest(pub(crate) [u8; 32]);

impl Card {
    /// An active card without keys.
    pub(crate) fn new(id: CardId, profile: Profile<Arc<[u8]>>) -> Result<Self, ProfileError> {
        let token = Token::of(&profile)?;
        let slot = Slot {
            id,
            profile,
            standing: Standing::Active,
        };
        Ok(Self {
            slot: Arc::new(slot),
            token,
            account: Account::default(),
            armed: None,
        })
    }

    pub(crate) fn id(&self) -> CardId {
        self.slot.id
    }

    pub(crate) fn is_active(&self) -> bool {
        self.slot.standing == Standing::Active
    }

    /// Replaces the profile by another of the same token, and applies the issuer's limits to it.
    pub(crate) fn set_profile(&mut self, profile: Profile<Arc<[u8]>>) {
        self.account.limits = None;
        Arc::make_mut(&mut self.slot).profile = profile;
    }

    pub(crate) fn set_standing(&mut self, standing: Standing) {
        Arc::make_mut(&mut self.slot).standing = standing;
        if standing == Standing::Suspended {
            self.armed = None;
        }
    }

    pub(crate) fn set_limits(&mut self, limits: Limits) {
        self.account.limits = Some(limits);
        Arc::make_mut(&mut self.slot).profile.set_limits(limits);
    }
}

impl Token {
    pub(crate) fn of<B: AsRef<[u8]>>(profile: &Profile<B>) -> Result<Self, ProfileError> {
        let track2 = Track2::parse(profile.track2());
        let track2 = track2.map_err(|_| ProfileError::Value(tags::TRACK_2_EQUIVALENT_DATA))?;
        Ok(Self {
            digest: TokenDigest::of(track2.number()),
            masked: track2.number().to_string().into(),
        })
    }
}

impl TokenDigest {
    pub(crate) fn of(number: &CardNumber) -> Self {
        Self(Sha256::digest(number.expose()).into())
    }
}

/// The objects that a card's keys are derived from, besides its number: scheme, CVN and DKI (`C1`),
/// algorithms (`C7`), and the card sequence number (`5F34`).
pub(crate) fn derivation(profile: &Profile<Arc<[u8]>>) -> Vec<(Tag, &[u8])> {
    let by = [SCHEME, ALGORITHMS, tags::PAN_SEQUENCE_NUMBER];
    let template = Reader::new(profile.octets()).flatten();
    let objects = template.flat_map(|template| Reader::new(template.value).flatten());
    let mut found: Vec<_> = objects
        .filter(|object| by.contains(&object.tag))
        .map(|object| (object.tag, object.value))
        .collect();
    found.sort_unstable();
    found
}
