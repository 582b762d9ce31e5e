//! A card and a terminal, written again: neither is the one of this workspace, and TLV is put
//! together by hand. Key derivation and MAC are the core's, as they are the issuer's: that those
//! are right is for the worked values to show.

use std::sync::atomic::{AtomicU32, Ordering};

use understudy_core::crypto::{
    Algorithm, Atc, Cryptogram, CryptogramInput, SessionKey, TransactionData,
};
use understudy_core::kd::{IssuerMasterKey, MasterKeyMethod};
use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::track2::{Expiry, Track2};

pub(crate) use super::world::{FUNDS, NOW, World, pan};
use crate::demonstration;
use crate::{
    Authorisation, BatchNumber, ChipData, EntryMode, FieldError, FollowUp, Identity, IssueOptions,
    KeyFamily, LocalTime, MerchantId, Original, Pin, PinBlock, ProcessingCode, Reference,
    Settlement, TerminalId, TokenId, Totals, TraceNumber, Verdict,
};

pub(crate) const EXPIRY: &str = "2812";

/// The index of the issuer master key of all cards.
pub(crate) const DKI: u8 = 0x01;

/// A card: what the issuer gave it.
#[derive(Clone)]
pub(crate) struct Card {
    pub(crate) token: TokenId,
    pub(crate) number: CardNumber,
    pub(crate) track2: Vec<u8>,
    pub(crate) options: IssueOptions,
}

/// The data of terminal and card about one tap, field by field as it goes into DE 55.
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
    pub(crate) processing_code: ProcessingCode,
    pub(crate) de55: Vec<u8>,
    pub(crate) track2: Vec<u8>,
    pub(crate) psn: Option<u8>,
    pub(crate) expiry: Option<Expiry>,
    pub(crate) entry_mode: EntryMode,
    pub(crate) amount: Amount,
    pub(crate) pin_block: Option<PinBlock>,
    pub(crate) original: Option<Original>,
    pub(crate) identity: Identity,
    pub(crate) reference: Reference,
}

pub(crate) fn cny(minor: u64) -> Amount {
    Amount::new(minor, Currency::CNY).unwrap()
}

/// The terminal of all requests, each under a trace number of its own.
pub(crate) fn identity() -> Identity {
    static TRACE: AtomicU32 = AtomicU32::new(0);
    let trace = TRACE.fetch_add(1, Ordering::Relaxed) % 999_999 + 1;
    Identity {
        merchant: MerchantId::parse("MERCHANT0000001").unwrap(),
        terminal: TerminalId::parse("TERM0001").unwrap(),
        trace: TraceNumber::new(trace).unwrap(),
        local_time: LocalTime::parse("093000", "1122").unwrap(),
    }
}

/// A reference that goes with an identity.
pub(crate) fn reference(identity: &Identity) -> Reference {
    Reference::parse(&format!("R{:011}", identity.trace.get())).unwrap()
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
        let mut iad = vec![0x07, DKI, self.options.cvn.byte(), 0x03];
        iad.extend(cvr);
        iad.push(0x01);
        if !self.options.discretionary.is_empty() {
            iad.push(u8::try_from(self.options.discretionary.len()).unwrap());
            iad.extend(&self.options.discretionary);
        }
        let mut chip = self.unsigned(atc, amount, iad, (cvr[0] & 0x30) << 2);
        self.sign(&mut chip);
        chip
    }

    /// A tap with this issuer application data and `9F27`, whose cryptogram is not made yet.
    pub(crate) fn unsigned(&self, atc: u16, amount: Amount, iad: Vec<u8>, information: u8) -> Chip {
        Chip {
            data: TransactionData {
                amount_authorised: amount.to_bcd(),
                amount_other: [0; 6],
                terminal_country: [0x01, 0x56],
                tvr: [0; 5],
                currency: amount.currency().to_bcd(),
                date: [0x26, 0x11, 0x22],
                transaction_type: 0x00,
                unpredictable_number: [0xA1, 0xB2, 0xC3, 0xD4],
                aip: self.options.scheme.aip(),
            },
            atc,
            iad,
            information,
            cryptogram: [0; 8],
            more: Vec::new(),
        }
    }

    /// The chip data of a code that is displayed at this time, in seconds since 1970.
    pub(crate) fn code(&self, atc: u16, displayed: u64) -> Chip {
        let mut chip = self.tap_verified(atc, cny(0));
        chip.data = TransactionData {
            amount_authorised: [0; 6],
            amount_other: [0; 6],
            terminal_country: [0; 2],
            tvr: [0; 5],
            currency: [0x01, 0x56],
            date: [0; 3],
            transaction_type: 0x00,
            unpredictable_number: u32::try_from(displayed).unwrap().to_be_bytes(),
            aip: [0x00, 0x02],
        };
        self.sign(&mut chip);
        chip
    }

    /// The request that a terminal makes of a code.
    pub(crate) fn scan(&self, code: &Chip, amount: Amount) -> Sale {
        Sale {
            de55: encode(&code.objects_of_code()),
            entry_mode: EntryMode::parse("032").unwrap(),
            ..self.request(code, amount)
        }
    }

    /// Makes the cryptogram over what the chip data says now.
    pub(crate) fn sign(&self, chip: &mut Chip) {
        self.sign_with(chip, KeyFamily::UNIONPAY_TDES);
    }

    /// As [`sign`](Self::sign), with a key out of a family.
    pub(crate) fn sign_with(&self, chip: &mut Chip, family: KeyFamily) {
        let Some(atc) = Atc::new(chip.atc) else {
            return;
        };
        let input = CryptogramInput::new(self.options.cvn, chip.data, &chip.iad).unwrap();
        let key = self.key_of(family, atc);
        let Cryptogram(made) = key.application_cryptogram(&input, atc);
        chip.cryptogram = made;
    }

    pub(crate) fn session_key(&self, atc: Atc) -> SessionKey {
        self.key_of(KeyFamily::UNIONPAY_TDES, atc)
    }

    /// The key of a counter, out of a family of issuer master keys.
    pub(crate) fn key_of(&self, family: KeyFamily, atc: Atc) -> SessionKey {
        let KeyFamily { scheme, algorithm } = family;
        let method = match algorithm {
            Algorithm::Tdes => MasterKeyMethod::OptionA,
            Algorithm::Sm4 => MasterKeyMethod::Sm4,
            Algorithm::Aes128 | Algorithm::Aes192 | Algorithm::Aes256 => MasterKeyMethod::OptionC,
        };
        IssuerMasterKey::new(demonstration::test_issuer_master_key(scheme, algorithm))
            .card_master_key(method, self.number.expose(), self.options.psn)
            .unwrap()
            .session_key(self.options.cvn.session_key_method().unwrap(), atc, [0; 4])
    }

    /// The request that a terminal makes of a tap.
    pub(crate) fn request(&self, chip: &Chip, amount: Amount) -> Sale {
        let identity = identity();
        Sale {
            processing_code: ProcessingCode::SALE,
            de55: chip.de55(),
            track2: self.track2.clone(),
            psn: self.options.psn,
            expiry: Some(Expiry::parse(EXPIRY).unwrap()),
            entry_mode: EntryMode::parse("071").unwrap(),
            amount,
            pin_block: None,
            original: None,
            identity,
            reference: reference(&identity),
        }
    }

    /// A tap of a kind that is named by its processing code, verified on the device.
    pub(crate) fn request_of(&self, code: ProcessingCode, atc: u16, amount: Amount) -> Sale {
        let mut chip = self.tap_verified(atc, amount);
        chip.data.transaction_type = code.transaction_type();
        self.sign(&mut chip);
        Sale {
            processing_code: code,
            ..self.request(&chip, amount)
        }
    }

    /// An ordinary tap of an amount.
    pub(crate) fn sale(&self, atc: u16, amount: Amount) -> Sale {
        self.request(&self.tap(atc, amount), amount)
    }

    /// A PIN block as a terminal makes it.
    pub(crate) fn pin_block(&self, pin: &str) -> PinBlock {
        demonstration::terminal_pin_key().seal(&Pin::parse(pin).unwrap(), &self.number)
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

    /// Tag and value of everything that a code has for the issuer.
    pub(crate) fn objects_of_code(&self) -> Vec<(&'static str, Vec<u8>)> {
        let data = &self.data;
        vec![
            ("9F26", self.cryptogram.to_vec()),
            ("9F27", vec![self.information]),
            ("9F10", self.iad.clone()),
            ("9F36", self.atc.to_be_bytes().to_vec()),
            ("82", data.aip.to_vec()),
            ("9F37", data.unpredictable_number.to_vec()),
        ]
    }

    pub(crate) fn de55(&self) -> Vec<u8> {
        let mut octets = encode(&self.objects());
        octets.extend(&self.more);
        octets
    }
}

impl Sale {
    /// The message of a terminal.
    pub(crate) fn request(&self) -> Authorisation {
        self.message().unwrap()
    }

    /// As [`request`](Self::request); an error if track 2 or the chip data is of no form that a
    /// message has.
    pub(crate) fn message(&self) -> Result<Authorisation, FieldError> {
        Ok(Authorisation {
            processing_code: self.processing_code,
            amount: self.amount,
            identity: self.identity,
            expiry: self.expiry,
            entry_mode: self.entry_mode,
            psn: self.psn,
            track2: Track2::parse(&self.track2).map_err(|_| FieldError::Track2)?,
            reference: self.reference,
            pin_block: self.pin_block.clone(),
            chip_data: ChipData::new(&self.de55)?,
            original: self.original,
        })
    }

    pub(crate) fn with_pin(self, block: PinBlock) -> Self {
        Self {
            pin_block: Some(block),
            ..self
        }
    }

    /// The same under another trace number.
    pub(crate) fn again(&self) -> Self {
        Self {
            identity: identity(),
            ..self.clone()
        }
    }

    /// A request that follows this one, which was answered so.
    pub(crate) fn followed(&self, verdict: &Verdict, amount: Amount) -> FollowUp {
        follow(self.reference, verdict, amount)
    }
}

/// The end of a terminal's day, without totals, which the issuer settles all the same.
pub(crate) fn closing(identity: Identity, batch: u32) -> Settlement {
    Settlement {
        identity,
        batch: BatchNumber::new(batch).unwrap(),
        totals: Totals::NONE,
        close: true,
    }
}

/// A request that follows the one of this reference, which was answered so.
pub(crate) fn follow(original: Reference, verdict: &Verdict, amount: Amount) -> FollowUp {
    let identity = identity();
    FollowUp {
        identity,
        reference: reference(&identity),
        original: Original {
            reference: original,
            approval: verdict.approval,
        },
        amount,
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
