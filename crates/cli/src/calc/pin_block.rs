//! `calc pin-block`.

use clap::{Args, ValueEnum};
use understudy_acquiring::line::{ClearBlock, Pin};
use understudy_calculator::{
    Algorithm, BlockKey, PinBlockError, open_pin, open_pin_format_4, seal_pin, seal_pin_format_4,
};
use understudy_core::wire::digits::CardNumber;
use zeroize::Zeroizing;

use super::value::{Value, block_key};
use crate::failure::Failure;
use crate::input::{Given, array, digits, text};

/// Nibbles of a block of eight octets that PIN and fill share.
const DIGITS: usize = 14;
/// The least random digit of format 3.
const FILL_3: u8 = 0xA;

/// Options of `calc pin-block`.
#[derive(Debug, Args)]
pub(crate) struct PinBlock {
    /// Format of ISO 9564-1. 0, 3 and 4 bind the PIN to a card number; 1 does not
    #[arg(long, value_name = "FORMAT")]
    format: Format,
    /// PIN, 4 to 12 digits: makes its block
    #[arg(long, value_name = "DIGITS", required_unless_present = "open")]
    pin: Option<Given>,
    /// A block to take the PIN out of: prints the PIN
    #[arg(long, value_name = "HEX", conflicts_with_all = ["pin", "fill"])]
    open: Option<Given>,
    /// Card number, 8 to 19 digits; not with format 1
    #[arg(long, value_name = "DIGITS")]
    pan: Option<Given>,
    /// Key of the block: of DES with 8, 16 or 24 octets, for format 4 of AES with 16, 24 or 32. Without
    /// one, blocks of formats 0, 1 and 3 are in the clear
    #[arg(long, value_name = "HEX")]
    key: Option<Given>,
    /// Digits that stand behind the PIN, otherwise random: for format 1 hex digits up to 14 with the PIN, for
    /// format 3 such digits from A to F, for format 4 eight octets
    #[arg(long, value_name = "HEX")]
    fill: Option<Given>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    #[value(name = "0")]
    Zero,
    #[value(name = "1")]
    One,
    #[value(name = "3")]
    Three,
    #[value(name = "4")]
    Four,
}

/// A format with the card number that it needs.
enum Layout<'n> {
    Eight(ClearBlock<'n>),
    Sixteen(&'n CardNumber),
}

impl PinBlock {
    pub(super) fn compute(&self) -> Result<Value, Failure> {
        match (&self.pin, &self.open) {
            (Some(given), None) => {
                let digits = digits("--pin", given, 4, 12)?;
                let pin = Pin::parse(&digits);
                self.seal(&pin.map_err(|error| Failure::Input(format!("--pin: {error}")))?)
            }
            (None, Some(block)) => self.take_out(block),
            _ => Err(usage("either --pin or --open is needed")),
        }
    }

    fn seal(&self, pin: &Pin) -> Result<Value, Failure> {
        let number = self.number()?;
        let (layout, key) = (self.layout(number.as_ref())?, self.key()?);
        match (layout, key) {
            (Layout::Eight(format), None) => {
                Ok(Value::hex(&*format.octets(pin, self.fill_of_eight(pin)?)))
            }
            (Layout::Eight(format), Some(key)) => {
                let block = seal_pin(&key, format, pin, self.fill_of_eight(pin)?);
                Ok(Value::hex(&block.map_err(refused)?))
            }
            (Layout::Sixteen(number), Some(key)) => {
                let block = seal_pin_format_4(&key, number, pin, self.fill_of_sixteen()?);
                Ok(Value::hex(&block.map_err(refused)?))
            }
            (Layout::Sixteen(_), None) => Err(usage("--format 4 needs --key")),
        }
    }

    fn take_out(&self, block: &Given) -> Result<Value, Failure> {
        let whole = match self.format {
            Format::Four => array::<16>("--open", block)?.to_vec(),
            _ => array::<8>("--open", block)?.to_vec(),
        };
        let whole = Zeroizing::new(whole);
        let number = self.number()?;
        let (layout, key) = (self.layout(number.as_ref())?, self.key()?);
        // A block has the length of its format: one of the chunks is the whole.
        let pin = match (layout, key, whole.first_chunk(), whole.first_chunk()) {
            (Layout::Eight(format), None, Some(block), _) => {
                format.read(block).ok_or(PinBlockError::NoPin)
            }
            (Layout::Eight(format), Some(key), Some(block), _) => open_pin(&key, format, *block),
            (Layout::Sixteen(number), Some(key), _, Some(block)) => {
                open_pin_format_4(&key, number, *block)
            }
            _ => return Err(usage("--format 4 needs --key")),
        };
        let pin = pin.map_err(refused)?;
        let digits = pin.digits().iter().map(|digit| char::from(b'0' | digit));
        Ok(Value::digits(digits.collect()))
    }

    fn number(&self) -> Result<Option<CardNumber>, Failure> {
        let Some(given) = &self.pan else {
            return Ok(None);
        };
        let number = CardNumber::parse(&digits("--pan", given, 8, 19)?);
        number
            .map(Some)
            .map_err(|error| Failure::Input(format!("--pan: {error}")))
    }

    fn layout<'n>(&self, number: Option<&'n CardNumber>) -> Result<Layout<'n>, Failure> {
        match (self.format, number) {
            (Format::Zero, Some(number)) => Ok(Layout::Eight(ClearBlock::Format0(number))),
            (Format::One, None) => Ok(Layout::Eight(ClearBlock::Format1)),
            (Format::Three, Some(number)) => Ok(Layout::Eight(ClearBlock::Format3(number))),
            (Format::Four, Some(number)) => Ok(Layout::Sixteen(number)),
            (Format::One, Some(_)) => Err(usage("--format 1 takes no --pan")),
            (_, None) => Err(usage("--format 0, 3 and 4 need --pan")),
        }
    }

    fn key(&self) -> Result<Option<BlockKey>, Failure> {
        let algorithm = match self.format {
            Format::Four => Algorithm::Aes,
            _ => Algorithm::Des,
        };
        let key = self.key.as_ref();
        key.map(|key| block_key("--key", key, algorithm))
            .transpose()
    }

    /// The digits behind the PIN, each as the octet that gives it: see [`ClearBlock::octets`].
    fn fill_of_eight(&self, pin: &Pin) -> Result<[u8; 10], Failure> {
        let mut fill = random()?;
        let Some(given) = &self.fill else {
            return Ok(fill);
        };
        let least = match self.format {
            Format::One => 0,
            Format::Three => FILL_3,
            _ => return Err(usage("--format 0 takes no --fill")),
        };
        let wanted = DIGITS.saturating_sub(pin.digits().len());
        let given = text("--fill", given)?;
        if given.chars().count() != wanted {
            return Err(Failure::Input(format!(
                "--fill: {wanted} hex digits stand behind this PIN, {} given",
                given.chars().count()
            )));
        }
        for (slot, digit) in fill.iter_mut().zip(given.chars()) {
            let value = digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok());
            let value = value.and_then(|value| value.checked_sub(least));
            *slot = value.ok_or_else(|| {
                Failure::Input(format!("--fill: digits from {least:X} to F are needed"))
            })?;
        }
        Ok(fill)
    }

    fn fill_of_sixteen(&self) -> Result<[u8; 8], Failure> {
        match &self.fill {
            Some(given) => Ok(*array("--fill", given)?),
            None => random(),
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets)
        .map_err(|error| Failure::Home(format!("the system gives no random numbers: {error}")))?;
    Ok(octets)
}

fn refused(error: PinBlockError) -> Failure {
    Failure::Input(error.to_string())
}

fn usage(text: &str) -> Failure {
    Failure::Usage(text.to_owned())
}
