//! Codes that the merchant presents (EMV QR Code Specification, Merchant-Presented Mode, 1.1).
//!
//! Text of fields, each an identifier of two digits, a length of two digits and as many characters:
//! `00 02 01`, then the merchant and the amount, last `63 04` and a check sum over everything before it.

mod fields;

use crc::{CRC_16_IBM_3740, Crc};
use thiserror::Error;

pub use fields::{Field, FieldError, Fields};

/// The identifiers of fields that stand outside templates.
pub mod id {
    /// Payload format indicator: `01`.
    pub const PAYLOAD_FORMAT: u8 = 0;
    /// Point of initiation method: `11` static, `12` dynamic.
    pub const INITIATION: u8 = 1;
    /// Merchant category code (ISO 18245), four digits.
    pub const CATEGORY: u8 = 52;
    /// Transaction currency (ISO 4217), three digits.
    pub const CURRENCY: u8 = 53;
    /// Transaction amount: digits, with a point in front of minor units.
    pub const AMOUNT: u8 = 54;
    /// Country (ISO 3166-1), two letters.
    pub const COUNTRY: u8 = 58;
    /// Merchant name.
    pub const NAME: u8 = 59;
    /// Merchant city.
    pub const CITY: u8 = 60;
    /// Postal code.
    pub const POSTAL_CODE: u8 = 61;
    /// Additional data, a template.
    pub const ADDITIONAL: u8 = 62;
    /// Check sum.
    pub const CRC: u8 = 63;
    /// The merchant in another language, a template.
    pub const OTHER_LANGUAGE: u8 = 64;
}

/// The fields without which there is no code, beside an account and the check sum.
const MANDATORY: [u8; 5] = [id::CATEGORY, id::CURRENCY, id::COUNTRY, id::NAME, id::CITY];

/// A merchant's account with one network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// 02 to 51.
    pub id: u8,
    /// The network that the identifier is reserved for; none from 26 on.
    pub network: Option<&'static str>,
    /// From 26 on the name of the network in the template (field 00): an AID, a domain or a UUID.
    pub name: Option<&'a str>,
    /// The whole value.
    pub value: &'a str,
}

/// A code of a merchant, checked once: well-formed, complete, and with the right check sum.
#[derive(Clone, Copy)]
pub struct MerchantCode<'a>(&'a str);

/// The reason for which a text is not a code of a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MerchantCodeError {
    /// A field that is not well-formed.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// Anything but `000201` at the start.
    #[error("the code does not begin with 000201")]
    Format,
    /// A field that is there twice.
    #[error("field {0:02} is there twice")]
    Twice(u8),
    /// A field that is missing.
    #[error("field {0:02} is missing")]
    Missing(u8),
    /// No merchant account information (02 to 51).
    #[error("no field from 02 to 51 names an account of the merchant")]
    NoAccount,
    /// A field whose value has another form than its identifier asks for.
    #[error("field {0:02} has another form than it must")]
    Value(u8),
    /// Fields behind the check sum.
    #[error("the check sum (63) is not the last field")]
    NotLast,
    /// Another check sum than the text has.
    #[error("the check sum is wrong: the code says {said:04X}, its text gives {computed:04X}")]
    Crc {
        /// The check sum in the code.
        said: u16,
        /// The check sum of the text.
        computed: u16,
    },
}

impl<'a> MerchantCode<'a> {
    /// The code in this text.
    ///
    /// # Errors
    /// [`MerchantCodeError`].
    pub fn parse(text: &'a str) -> Result<Self, MerchantCodeError> {
        let mut fields = Fields::new(text);
        let first = fields.next().transpose()?;
        if first.is_none_or(|field| field.id != id::PAYLOAD_FORMAT || field.value != "01") {
            return Err(MerchantCodeError::Format);
        }
        let mut rest = fields.clone();
        while let Some(field) = rest.next() {
            let field = field?;
            let mut others = rest.clone().filter_map(Result::ok);
            if field.id == id::PAYLOAD_FORMAT || others.any(|other| other.id == field.id) {
                return Err(MerchantCodeError::Twice(field.id));
            }
            if !has_its_form(field) {
                return Err(MerchantCodeError::Value(field.id));
            }
        }
        let code = Self(text);
        if code.value(id::CRC).is_none() {
            return Err(MerchantCodeError::Missing(id::CRC));
        }
        check_sum(text)?;
        let missing = MANDATORY.iter().find(|id| code.value(**id).is_none());
        match (missing, code.accounts().next()) {
            (Some(id), _) => Err(MerchantCodeError::Missing(*id)),
            (None, None) => Err(MerchantCodeError::NoAccount),
            (None, Some(_)) => Ok(code),
        }
    }

    /// The fields, in their order.
    #[must_use]
    pub fn fields(self) -> Fields<'a> {
        Fields::new(self.0)
    }

    /// The value of a field.
    #[must_use]
    pub fn value(self, id: u8) -> Option<&'a str> {
        let mut fields = self.fields().filter_map(Result::ok);
        fields.find(|field| field.id == id).map(|field| field.value)
    }

    /// The merchant's accounts, of which the payer's app chooses one.
    pub fn accounts(self) -> impl Iterator<Item = Account<'a>> {
        let fields = self.fields().filter_map(Result::ok);
        fields
            .filter(|field| (2..=51).contains(&field.id))
            .map(account)
    }
}

fn account(Field { id, value }: Field<'_>) -> Account<'_> {
    let network = match id {
        2 | 3 => Some("Visa"),
        4 | 5 => Some("Mastercard"),
        9 | 10 => Some("Discover"),
        11 | 12 => Some("American Express"),
        13 | 14 => Some("JCB"),
        15 | 16 => Some("UnionPay"),
        ..=25 => Some("reserved by EMVCo"),
        _ => None,
    };
    let first = Fields::new(value).next().and_then(Result::ok);
    let name = first.filter(|field| network.is_none() && field.id == 0);
    Account {
        id,
        network,
        name: name.map(|field| field.value),
        value,
    }
}

/// True if the value has the form that its identifier asks for.
fn has_its_form(field: Field<'_>) -> bool {
    let value = field.value;
    let digits = |count| value.len() == count && value.bytes().all(|octet| octet.is_ascii_digit());
    match field.id {
        id::INITIATION => matches!(value, "11" | "12"),
        id::CATEGORY => digits(4),
        id::CURRENCY => digits(3),
        id::AMOUNT => is_amount(value),
        id::COUNTRY => value.len() == 2 && value.bytes().all(|octet| octet.is_ascii_alphabetic()),
        id::NAME => value.chars().count() <= 25,
        id::CITY => value.chars().count() <= 15,
        id::CRC => value.len() == 4,
        _ => true,
    }
}

/// Up to 13 characters: digits, and at most one point, which is not the first.
fn is_amount(value: &str) -> bool {
    let (whole, minor) = value.split_once('.').unwrap_or((value, ""));
    let digits = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit());
    value.len() <= 13 && !whole.is_empty() && digits(whole) && digits(minor)
}

/// The check sum: CRC-16/CCITT-FALSE over the text with the identifier and length of the sum itself.
fn check_sum(text: &str) -> Result<(), MerchantCodeError> {
    let end = text.len().saturating_sub(4);
    let (Some(before), Some(said)) = (text.get(..end), text.get(end..)) else {
        return Err(MerchantCodeError::NotLast);
    };
    if !before.ends_with("6304") {
        return Err(MerchantCodeError::NotLast);
    }
    let said = u16::from_str_radix(said, 16).map_err(|_| MerchantCodeError::Value(id::CRC))?;
    let computed = Crc::<u16>::new(&CRC_16_IBM_3740).checksum(before.as_bytes());
    if said == computed {
        Ok(())
    } else {
        Err(MerchantCodeError::Crc { said, computed })
    }
}
