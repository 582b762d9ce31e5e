//! A card and a terminal, written again: neither is the one of this workspace, and TLV is put
//! together by hand. Key derivation and MAC are the core's, as they are the issuer's: that those
//! are right is for the worked values to show (`vectors.rs`).

use understudy_core::card::UnixTime;
use understudy_core::crypto::{Atc, Cryptogram, CryptogramInput, Cvn, SessionKey, TransactionData};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::Expiry;

use crate::demonstration::{self, TEST_ISSUER_MASTER_KEY, TEST_PAN, TEST_PIN};
use crate::{AuthorisationRequest, IssueOptions, Issuer, Pin, Snapshot, TokenId, Verdict};

/// 2026-11-22T00:00:00Z.
pub(crate) const NOW: UnixTime = UnixTime(1_795_305_600);

pub(crate) const EXPIRY: &str = "2812";

pub(crate) const TERMINAL: [u8; 8] = *b"TERM0001";

/// An issuer, and a card of it.
pub(crate) struct World {
    pub(crate) issuer: Issuer,
    pub(crate) card: Card,
}

/// A card: what the issuer gave it.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) token: TokenId,
    pub(crate) number: CardNumber,
    pub(crate) track2: Vec<u8>,
    pub(crate) options: IssueOptions,
}

/// What terminal and card say about one tap, field by field as it goes into DE 55.
#[derive(Clone)]
pub(crate) struct Chip {
    pub(crate) data: TransactionData,
    pub(crate) atc: u16,
    pub(crate) iad: Vec<u8>,
    pub(crate) information: u8,
    pub(crate) cryptogram: [u8; 8],
    pub(crate) more: Vec<u8>,
}

/// A request, owned.
#[derive(Clone)]
pub(crate) struct Sale {
    pub(crate) de55: Vec<u8>,
    pub(crate) track2: Vec<u8>,
    pub(crate) psn: Option<u8>,
    pub(crate) amount: Amount,
    pub(crate) pin_block: Option<[u8; 8]>,
    pub(crate) terminal: [u8; 8],
    pub(crate) trace_number: u32,
}

pub(crate) fn pan() -> CardNumber {
    CardNumber::parse(TEST_PAN).unwrap()
}

pub(crate) fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(IssueOptions::default())
    }

    pub(crate) fn cvn(cvn: Cvn) -> Self {
        Self::with(IssueOptions {
            cvn,
            domestic_only: cvn == Cvn::UnionPay17,
            ..IssueOptions::default()
        })
    }

    pub(crate) fn with(options: IssueOptions) -> Self {
        Self::of(demonstration::issuer(), options)
    }

    pub(crate) fn of(issuer: Issuer, options: IssueOptions) -> Self {
        let mut world = Self::without_pin(issuer, options);
        let pin = Pin::parse(TEST_PIN).unwrap();
        world.issuer.set_pin(world.card.token, &pin).unwrap();
        world
    }

    pub(crate) fn without_pin(issuer: Issuer, options: IssueOptions) -> Self {
        let mut world = Self {
            issuer,
            card: Card {
                token: TokenId::new(0),
                number: pan(),
                track2: Vec::new(),
                options,
            },
        };
        world.card = world.another_card();
        world
    }

    /// One more card for the same account, with the same options.
    pub(crate) fn another_card(&mut self) -> Card {
        let expiry = Expiry::parse(EXPIRY).unwrap();
        let options = self.card.options.clone();
        let given = self.issuer.issue(&pan(), expiry, &options, NOW).unwrap();
        let track2 = value_of(&given.package, &[0x57]);
        Card {
            token: given.token,
            number: given.number,
            track2,
            options,
        }
    }

    pub(crate) fn authorise(&mut self, sale: &Sale) -> Verdict {
        self.issuer.authorise(&sale.request(), NOW)
    }

    /// All that the issuer knows, as text that can be compared.
    pub(crate) fn state(&self) -> String {
        serde_json::to_string(&self.issuer.snapshot()).unwrap()
    }

    /// A second world that knows the same.
    pub(crate) fn fork(&self) -> Self {
        let snapshot: Snapshot = serde_json::from_str(&self.state()).unwrap();
        Self {
            issuer: Issuer::restore(snapshot).unwrap(),
            card: self.card.clone(),
        }
    }
}

impl Card {
    /// The card's part of a tap, without verification on the device.
    pub(crate) fn tap(&self, atc: u16, amount: Amount) -> Chip {
        self.tap_saying(atc, amount, [0xA0, 0x00, 0x00])
    }

    pub(crate) fn tap_verified(&self, atc: u16, amount: Amount) -> Chip {
        self.tap_saying(atc, amount, [0xA4, 0x00, 0x00])
    }

    /// The card's part of a tap with these card verification results.
    pub(crate) fn tap_saying(&self, atc: u16, amount: Amount, cvr: [u8; 3]) -> Chip {
        let mut iad = vec![0x07, self.options.dki, self.options.cvn.byte(), 0x03];
        iad.extend(cvr);
        iad.push(0x01);
        if !self.options.discretionary.is_empty() {
            iad.push(u8::try_from(self.options.discretionary.len()).unwrap());
            iad.extend(&self.options.discretionary);
        }
        let mut chip = Chip {
            data: TransactionData {
                amount_authorised: amount.to_bcd(),
                amount_other: [0; 6],
                terminal_country: [0x01, 0x56],
                tvr: [0; 5],
                currency: amount.currency().to_bcd(),
                date: [0x26, 0x11, 0x22],
                transaction_type: 0x00,
                unpredictable_number: [0xA1, 0xB2, 0xC3, 0xD4],
                aip: [0x00, 0x00],
            },
            atc,
            iad,
            information: (cvr[0] & 0x30) << 2,
            cryptogram: [0; 8],
            more: Vec::new(),
        };
        self.sign(&mut chip);
        chip
    }

    /// Makes the cryptogram over what the chip data says now.
    pub(crate) fn sign(&self, chip: &mut Chip) {
        let Some(atc) = Atc::new(chip.atc) else {
            return;
        };
        let input = CryptogramInput::new(self.options.cvn, chip.data, &chip.iad).unwrap();
        let Cryptogram(made) = self.session_key(atc).application_cryptogram(&input, atc);
        chip.cryptogram = made;
    }

    pub(crate) fn session_key(&self, atc: Atc) -> SessionKey {
        IssuerMasterKey::from_octets(TEST_ISSUER_MASTER_KEY)
            .card_master_key(
                MasterKeyMethod::OptionA,
                self.number.expose(),
                self.options.psn,
            )
            .unwrap()
            .session_key(SessionKeyMethod::UnionPay, atc, [0; 4])
    }

    /// The request that a terminal makes of a tap.
    pub(crate) fn request(&self, chip: &Chip, amount: Amount) -> Sale {
        Sale {
            de55: chip.de55(),
            track2: self.track2.clone(),
            psn: self.options.psn,
            amount,
            pin_block: None,
            terminal: TERMINAL,
            trace_number: 1,
        }
    }

    /// An ordinary tap of an amount.
    pub(crate) fn sale(&self, atc: u16, amount: Amount) -> Sale {
        self.request(&self.tap(atc, amount), amount)
    }

    /// A PIN block as a terminal makes it.
    pub(crate) fn pin_block(&self, pin: &str) -> [u8; 8] {
        demonstration::keys()
            .terminal_pin()
            .seal(&Pin::parse(pin).unwrap(), &self.number)
    }
}

impl Chip {
    /// Tag and value of everything in DE 55, in the order in which it is sent.
    pub(crate) fn objects(&self) -> Vec<(&'static str, Vec<u8>)> {
        let data = &self.data;
        vec![
            ("9F26", self.cryptogram.to_vec()),
            ("9F27", vec![self.information]),
            ("9F10", self.iad.clone()),
            ("9F37", data.unpredictable_number.to_vec()),
            ("9F36", self.atc.to_be_bytes().to_vec()),
            ("95", data.tvr.to_vec()),
            ("9A", data.date.to_vec()),
            ("9C", vec![data.transaction_type]),
            ("9F02", data.amount_authorised.to_vec()),
            ("5F2A", data.currency.to_vec()),
            ("82", data.aip.to_vec()),
            ("9F1A", data.terminal_country.to_vec()),
            ("9F03", data.amount_other.to_vec()),
            ("9F33", vec![0xE0, 0xE1, 0xC8]),
        ]
    }

    pub(crate) fn de55(&self) -> Vec<u8> {
        let mut octets = encode(&self.objects());
        octets.extend(&self.more);
        octets
    }
}

impl Sale {
    pub(crate) fn request(&self) -> AuthorisationRequest<'_> {
        AuthorisationRequest {
            de55: &self.de55,
            track2: &self.track2,
            psn: self.psn,
            amount: self.amount,
            pin_block: self.pin_block,
            terminal: self.terminal,
            trace_number: self.trace_number,
        }
    }

    pub(crate) fn with_pin(self, block: [u8; 8]) -> Self {
        Self {
            pin_block: Some(block),
            ..self
        }
    }
}

pub(crate) fn encode(objects: &[(&str, Vec<u8>)]) -> Vec<u8> {
    objects
        .iter()
        .flat_map(|(tag, value)| object(tag, value))
        .collect()
}

pub(crate) fn object(tag: &str, value: &[u8]) -> Vec<u8> {
    let mut octets = hex::decode(tag).unwrap();
    octets.push(u8::try_from(value.len()).unwrap());
    octets.extend(value);
    octets
}

/// Every way of flipping one bit.
pub(crate) fn flips(octets: &[u8]) -> impl Iterator<Item = (usize, Vec<u8>)> {
    (0..octets.len() * 8).map(|bit| {
        let mut flipped = octets.to_vec();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        (bit / 8, flipped)
    })
}

/// The value of an object of a package's profile, by a walk over one level.
pub(crate) fn value_of(package: &[u8], tag: &[u8]) -> Vec<u8> {
    let profile = understudy_provisioning::Package::parse(package)
        .unwrap()
        .profile()
        .unwrap();
    let header = match profile[1] {
        0x81 => 3,
        0x82 => 4,
        _ => 2,
    };
    let mut rest = &profile[header..];
    while !rest.is_empty() {
        let tag_len = if rest[0] & 0x1F == 0x1F { 2 } else { 1 };
        let (length, value) = (usize::from(rest[tag_len]), &rest[tag_len + 1..]);
        if &rest[..tag_len] == tag {
            return value[..length].to_vec();
        }
        rest = &value[length..];
    }
    panic!("no such object")
}
