//! An environment that hands out known keys and records everything.

#[cfg(feature = "limited-use")]
use understudy_core::card::Refusal;
use understudy_core::card::code::{CodeEnv, CodeRefusal, Shown};
use understudy_core::card::{
    CardId, Env, Event, KeyError, Ledger, Payment, Spent, UnixTime, Usage, UserVerified,
};
use understudy_core::crypto::{Algorithm, Atc, Key, SessionKey};
#[cfg(feature = "limited-use")]
use understudy_core::crypto::{KeyIndex, LentKey, LimitedUseKey, TdesKey};
use understudy_core::wire::amount::Amount;

/// The session key of counter 0001 in the first case of `tests/vectors/unionpay_tdes.json`, twice.
const UNIONPAY_SESSION_KEY: [u8; 32] = [
    0x6F, 0xBD, 0x81, 0x2B, 0x6E, 0xF6, 0x68, 0x03, 0x76, 0xAF, 0x68, 0xDB, 0xB5, 0x53, 0x6B, 0xB5,
    0x6F, 0xBD, 0x81, 0x2B, 0x6E, 0xF6, 0x68, 0x03, 0x76, 0xAF, 0x68, 0xDB, 0xB5, 0x53, 0x6B, 0xB5,
];

/// The card's surroundings, all set and read by a test.
#[derive(Debug)]
pub struct TestEnv {
    /// The time of day, if it is known.
    pub now: Option<u64>,
    /// Seconds since the user verified.
    pub verified: Option<u32>,
    /// Unused keys.
    pub keys: u16,
    /// The last counter used.
    pub atc: u16,
    /// The counts, stored with each payment.
    pub usage: Usage,
    /// True if marks cannot be stored.
    pub broken: bool,
    /// The octets of the session keys, of which each algorithm takes as many as it needs.
    pub key: [u8; 32],
    /// The index of the limited-use key.
    #[cfg(feature = "limited-use")]
    pub index: KeyIndex,
    /// The amount that the limited-use key may still pay.
    #[cfg(feature = "limited-use")]
    pub sum_left: u64,
    /// The counters that it was lent for.
    #[cfg(feature = "limited-use")]
    pub lent: Vec<Atc>,
    /// The payments that keys were spent for.
    pub payments: Vec<(CardId, Payment)>,
    /// The codes that keys were spent for.
    pub codes: Vec<(CardId, Shown)>,
    /// The events that the card reported.
    pub events: Vec<Event>,
}

impl Default for TestEnv {
    fn default() -> Self {
        Self {
            now: None,
            verified: None,
            keys: 1000,
            atc: 0,
            usage: Usage::default(),
            broken: false,
            key: UNIONPAY_SESSION_KEY,
            #[cfg(feature = "limited-use")]
            index: KeyIndex::new(0, 5702, 1).expect("an index"),
            #[cfg(feature = "limited-use")]
            sum_left: u64::MAX,
            #[cfg(feature = "limited-use")]
            lent: Vec::new(),
            payments: Vec::new(),
            codes: Vec::new(),
            events: Vec::with_capacity(64),
        }
    }
}

impl TestEnv {
    /// The session key of every counter for an algorithm: as many octets of `key` as it needs.
    ///
    /// # Panics
    /// Never: no algorithm has longer keys than 32 octets.
    #[must_use]
    pub fn session_key(&self, algorithm: Algorithm) -> SessionKey {
        let octets = self.key.get(..algorithm.key_length());
        let key = octets.and_then(|octets| Key::from_octets(algorithm, octets));
        SessionKey::new(key.expect("as many octets"))
    }

    /// The limited-use key: the first octets of `key`.
    ///
    /// # Panics
    /// Never: `key` is longer.
    #[cfg(feature = "limited-use")]
    #[must_use]
    pub fn limited_use_key(&self) -> LimitedUseKey {
        let octets = self.key.first_chunk().expect("as many octets");
        LimitedUseKey::new(self.index, TdesKey::from_octets(*octets))
    }

    fn take(&mut self, algorithm: Algorithm, usage: Usage) -> Result<Spent, KeyError> {
        if self.broken {
            return Err(KeyError::Storage);
        }
        self.keys = self.keys.checked_sub(1).ok_or(KeyError::Exhausted)?;
        let atc = Atc::new(self.atc + 1).ok_or(KeyError::Exhausted)?;
        self.atc = atc.get();
        self.usage = usage;
        let key = self.session_key(algorithm);
        Ok(Spent { atc, key })
    }
}

impl CodeEnv for TestEnv {
    fn displayed_at(&self) -> Result<UnixTime, CodeRefusal> {
        self.time().ok_or(CodeRefusal::NoTime)
    }

    fn spend_for_code(&mut self, card: CardId, shown: &Shown) -> Result<Spent, KeyError> {
        let spent = self.take(shown.algorithm, shown.usage)?;
        self.codes.push((card, *shown));
        Ok(spent)
    }
}

impl Env for TestEnv {
    fn time(&self) -> Option<UnixTime> {
        self.now.map(UnixTime)
    }

    fn verification(&self, _: CardId, _: Amount) -> Option<UserVerified> {
        self.verified.map(UserVerified::aged)
    }

    fn ledger(&self, _: CardId) -> Ledger {
        Ledger {
            keys: self.keys,
            last_atc: Atc::new(self.atc),
            expired: 0,
            usage: self.usage,
        }
    }

    fn spend(&mut self, card: CardId, payment: &Payment) -> Result<Spent, KeyError> {
        let spent = self.take(payment.algorithm, payment.usage)?;
        self.payments.push((card, *payment));
        Ok(spent)
    }

    #[cfg(feature = "limited-use")]
    fn lend(&mut self, card: CardId, payment: &Payment) -> Result<LentKey, Refusal> {
        let left = self.sum_left.checked_sub(payment.amount.minor());
        let left = left.ok_or(Refusal::OverLimit)?;
        let Spent { atc, .. } = self.spend(card, payment)?;
        self.sum_left = left;
        self.lent.push(atc);
        Ok(self.limited_use_key().for_atc(atc))
    }

    fn observe(&mut self, event: Event) {
        self.events.push(event);
    }
}
