//! A card as the wallet keeps it.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
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

/// A card, its account, and which of its keys is armed.
#[derive(Clone)]
pub(crate) struct Card {
    /// Shared with a command while the card answers it.
    pub(crate) slot: Arc<Slot<Arc<[u8]>>>,
    pub(crate) token: Token,
    pub(crate) account: Account,
    /// At most one card of a wallet has one.
    pub(crate) armed: Option<Armed>,
}

/// Which stand-in card it is; read out of the profile's track 2 once.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) digest: TokenDigest,
    /// First six and last four digits.
    pub(crate) masked: Arc<str>,
}

/// A key that the store lets out in one boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Armed {
    pub(crate) atc: Atc,
    /// `None` if the boot had no name: then it cannot be told from another.
    pub(crate) boot: Option<BootId>,
}

/// What is remembered of one card besides its profile.
#[derive(Clone, Default)]
pub(crate) struct Account {
    pub(crate) keys: Keys,
    pub(crate) last_atc: Option<Atc>,
    pub(crate) exposure: Exposure,
    /// The issuer suspended the card, and only the issuer resumes it.
    pub(crate) suspended: Option<SuspendReason>,
    /// The issuer put them in the place of the profile's.
    pub(crate) limits: Option<Limits>,
    pub(crate) history: CardHistory,
}

/// Which token a card is, whatever else its profile says: SHA-256 of the number's digits.
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

    /// Puts another profile of the same token in the place of this one, with the limits in it.
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
