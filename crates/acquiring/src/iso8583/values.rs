//! Values of fields as types.

use understudy_core::wire::amount::{Amount, Currency};
use understudy_core::wire::track2::{Expiry, TRACK2_MAX, Track2};
use zeroize::Zeroizing;

use super::digits::{digits, number};
use super::error::{Error, Problem};
use super::message::Message;
use crate::field::{
    ApprovalCode, FieldError, LocalTime, MerchantId, Reference, TerminalId, TraceNumber,
};
use crate::message::{Identity, Original};

/// The fields with the message authentication code, which are not part of a request.
const CODES: [u8; 2] = [64, 128];

/// A message of which each field is taken at most once, and none left.
pub(super) struct Fields<'m> {
    message: &'m Message,
    taken: u128,
}

impl<'m> Fields<'m> {
    pub(super) fn of(message: &'m Message) -> Self {
        Self { message, taken: 0 }
    }

    /// A field that may be there.
    pub(super) fn maybe(&mut self, number: u8) -> Option<&'m [u8]> {
        self.taken |= 1 << (number & 0x7F);
        self.message.get(number)
    }

    /// A field that the message needs.
    pub(super) fn need(&mut self, number: u8) -> Result<&'m [u8], Error> {
        let missing = Error::Field(number, Problem::Missing);
        self.maybe(number).ok_or(missing)
    }

    /// A field of exactly `N` characters or octets.
    pub(super) fn array<const N: usize>(
        &mut self,
        number: u8,
        error: FieldError,
    ) -> Result<[u8; N], Error> {
        Ok(self.need(number)?.try_into().map_err(|_| error)?)
    }

    /// Refuses a message with a field that was not taken.
    pub(super) fn end(self) -> Result<(), Error> {
        let mut fields = self.message.fields().map(|(row, _)| row.number);
        let left =
            fields.find(|number| !CODES.contains(number) && self.taken >> (number & 0x7F) & 1 == 0);
        left.map_or(Ok(()), |number| {
            Err(Error::Field(number, Problem::Unexpected))
        })
    }

    /// DE 11, 12, 13, 41 and 42.
    pub(super) fn identity(&mut self) -> Result<Identity, Error> {
        let trace = number(self.need(11)?).and_then(|trace| u32::try_from(trace).ok());
        let time = self.array(12, FieldError::LocalTime)?;
        let date = self.array(13, FieldError::LocalDate)?;
        Ok(Identity {
            trace: TraceNumber::new(trace.unwrap_or(0))?,
            local_time: LocalTime::new(time, date)?,
            terminal: TerminalId::new(self.array(41, FieldError::Terminal)?)?,
            merchant: MerchantId::new(self.array(42, FieldError::Merchant)?)?,
        })
    }

    /// DE 4 and 49.
    pub(super) fn amount(&mut self) -> Result<Amount, Error> {
        let minor = number(self.need(4)?).ok_or(FieldError::Amount)?;
        let currency = currency(self.need(49)?)?;
        Ok(Amount::new(minor, currency).ok_or(FieldError::Amount)?)
    }

    /// DE 37.
    pub(super) fn reference(&mut self) -> Result<Reference, Error> {
        Ok(Reference::new(self.array(37, FieldError::Reference)?)?)
    }

    /// DE 61 and 38, if there is a DE 61.
    pub(super) fn original(&mut self) -> Result<Option<Original>, Error> {
        let Some(reference) = self.maybe(61) else {
            return Ok(None);
        };
        let bad = FieldError::OriginalReference;
        let reference = reference.try_into().map_err(|_| bad)?;
        Ok(Some(Original {
            reference: Reference::new(reference).map_err(|_| bad)?,
            approval: self.approval()?,
        }))
    }

    /// DE 38.
    pub(super) fn approval(&mut self) -> Result<Option<ApprovalCode>, Error> {
        let parse = |code: &[u8]| {
            let code = code.try_into().map_err(|_| FieldError::ApprovalCode)?;
            Ok(ApprovalCode::new(code)?)
        };
        self.maybe(38).map(parse).transpose()
    }
}

impl Message {
    pub(super) fn set_identity(&mut self, identity: &Identity) -> Result<(), Error> {
        self.set(11, &trace_digits(identity.trace))?;
        self.set(12, &identity.local_time.time())?;
        self.set(13, &identity.local_time.date())?;
        self.set(41, &identity.terminal.characters())?;
        self.set(42, &identity.merchant.characters())
    }

    pub(super) fn set_amount(&mut self, amount: Amount) -> Result<(), Error> {
        let minor = digits::<12>(amount.minor()).ok_or(FieldError::Amount)?;
        self.set(4, &minor)?;
        self.set(49, &currency_digits(amount.currency()))
    }

    pub(super) fn set_original(&mut self, original: &Original) -> Result<(), Error> {
        self.set(61, &original.reference.characters())?;
        match original.approval {
            Some(approval) => self.set(38, &approval.characters()),
            None => Ok(()),
        }
    }
}

pub(super) fn trace_digits(trace: TraceNumber) -> [u8; 6] {
    digits(u64::from(trace.get())).unwrap_or_default()
}

pub(super) fn currency(value: &[u8]) -> Result<Currency, FieldError> {
    let numeric = number(value).and_then(|numeric| u16::try_from(numeric).ok());
    numeric.and_then(Currency::new).ok_or(FieldError::Currency)
}

pub(super) fn currency_digits(currency: Currency) -> [u8; 3] {
    digits(u64::from(currency.numeric())).unwrap_or_default()
}

/// DE 14.
pub(super) fn expiry(value: &[u8]) -> Result<Expiry, FieldError> {
    let text = core::str::from_utf8(value).map_err(|_| FieldError::Expiry)?;
    Expiry::parse(text).map_err(|_| FieldError::Expiry)
}

/// The two BCD digits of DE 23, whose first digit is 0.
pub(super) fn psn(value: &[u8]) -> Result<u8, FieldError> {
    match value {
        [b'0', tens @ b'0'..=b'9', units @ b'0'..=b'9'] => Ok((tens & 0x0F) << 4 | (units & 0x0F)),
        _ => Err(FieldError::SequenceNumber),
    }
}

/// DE 35 from its characters.
pub(super) fn track2(value: &[u8]) -> Result<Track2, FieldError> {
    let mut octets = Zeroizing::new([0xFF; TRACK2_MAX]);
    let nibble = |character: u8| match character {
        b'=' => 0x0D,
        digit => digit & 0x0F,
    };
    for (slot, pair) in octets.iter_mut().zip(value.chunks(2)) {
        let mut nibbles = pair.iter().copied().map(nibble);
        let high = nibbles.next().unwrap_or(0x0F);
        *slot = high << 4 | nibbles.next().unwrap_or(0x0F);
    }
    let whole = octets.get(..value.len().div_ceil(2));
    Track2::parse(whole.unwrap_or_default()).map_err(|_| FieldError::Track2)
}

/// Writes DE 35.
pub(super) fn set_track2(message: &mut Message, track2: &Track2) -> Result<(), Error> {
    let mut octets = Zeroizing::new([0; TRACK2_MAX]);
    let octets = track2.emit(&mut octets);
    let mut characters = Zeroizing::new([0; 2 * TRACK2_MAX]);
    let nibbles = octets.iter().flat_map(|octet| [octet >> 4, octet & 0x0F]);
    let mut length = 0;
    for (slot, nibble) in characters
        .iter_mut()
        .zip(nibbles.take_while(|&nibble| nibble != 0x0F))
    {
        *slot = if nibble == 0x0D { b'=' } else { b'0' + nibble };
        length += 1;
    }
    message.set(35, characters.get(..length).unwrap_or_default())
}
