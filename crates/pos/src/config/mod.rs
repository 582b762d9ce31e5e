//! The terminal's configuration, from TOML.

use serde::Deserialize;
use thiserror::Error;
use understudy_core::wire::amount::Currency;

use crate::aid::Aid;
use crate::kernel_id::KernelId;
use crate::money::MoneyError;

mod application;
mod applications;
mod fields;
mod file;
mod limits;
mod table;

pub(crate) use application::{Application, ZeroAmount};
pub(crate) use limits::{Limits, OtherCurrency, ReaderLimits, TapSettings};

/// A terminal's configuration. [`Config::default`] is a point of sale in mainland China, which
/// [`Config::DEFAULT_TOML`] writes out with a comment for each field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    pub(crate) country: [u8; 2],
    pub(crate) currency: Currency,
    pub(crate) utc_offset_minutes: i16,
    pub(crate) terminal: TerminalIdentity,
    pub(crate) merchant: Merchant,
    pub(crate) reader: ReaderFeatures,
    pub(crate) limits: Limits,
    pub(crate) tap: TapSettings,
    /// The applications; at least one.
    pub(crate) applications: Vec<Application>,
}

impl Config {
    /// The default configuration as a TOML file.
    pub const DEFAULT_TOML: &str = include_str!("default.toml");

    /// Reads a TOML file. A field that is left out keeps its default.
    ///
    /// # Errors
    /// [`ConfigError`] names the field; for an unknown field or broken syntax, the line.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        file::read(text)
    }

    /// The same terminal without the SM algorithms, for every application: it states 00 in `DF69`.
    #[must_use]
    pub fn without_sm_algorithms(mut self) -> Self {
        self.reader.sm_algorithms = false;
        for application in &mut self.applications {
            application.reader.sm_algorithms = false;
        }
        self
    }

    /// The currency of the limits.
    #[must_use]
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// The terminal's identification (`9F1C`, DE 41), eight ASCII letters and digits.
    #[must_use]
    pub const fn terminal_id(&self) -> [u8; 8] {
        self.terminal.id
    }

    /// The merchant's identification (`9F16`, DE 42), fifteen ASCII letters and digits.
    #[must_use]
    pub const fn merchant_id(&self) -> [u8; 15] {
        self.merchant.id
    }

    /// The merchant's name (`9F4E`).
    #[must_use]
    pub fn merchant_name(&self) -> &str {
        &self.merchant.name
    }

    /// The local time's offset from UTC, in minutes, positive to the east.
    #[must_use]
    pub const fn utc_offset_minutes(&self) -> i16 {
        self.utc_offset_minutes
    }
}

/// The applications of the default configuration, each with its kernel.
const APPLICATIONS: [(Aid, KernelId); 4] = [
    (Aid::UNIONPAY, KernelId::UnionPay),
    (Aid::VISA, KernelId::Visa),
    (Aid::MASTERCARD, KernelId::Mastercard),
    (Aid::MAESTRO, KernelId::Mastercard),
];

impl Default for Config {
    fn default() -> Self {
        let limits = Limits::default();
        let reader = ReaderFeatures::default();
        Self {
            country: [0x01, 0x56],
            currency: Currency::CNY,
            utc_offset_minutes: 8 * 60,
            terminal: TerminalIdentity::default(),
            merchant: Merchant::default(),
            reader,
            limits,
            tap: TapSettings::default(),
            applications: APPLICATIONS
                .map(|(aid, kernel)| Application::new(aid, kernel, limits.reader, reader))
                .into(),
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TerminalIdentity {
    pub(crate) id: [u8; 8],
    pub(crate) serial_number: [u8; 8],
    pub(crate) kind: u8,
    pub(crate) capabilities: [u8; 3],
    pub(crate) additional_capabilities: [u8; 5],
    pub(crate) application_version: [u8; 2],
}

impl Default for TerminalIdentity {
    fn default() -> Self {
        Self {
            id: *b"00000001",
            serial_number: *b"00000001",
            kind: 0x21,
            capabilities: [0xE0, 0x68, 0x00],
            additional_capabilities: [0x60, 0x00, 0xF0, 0xA0, 0x01],
            application_version: [0x00, 0x30],
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Merchant {
    pub(crate) id: [u8; 15],
    pub(crate) category: [u8; 2],
    pub(crate) name: String,
}

impl Default for Merchant {
    fn default() -> Self {
        Self {
            id: *b"000000000000001",
            category: [0x59, 0x99],
            name: "Understudy".to_owned(),
        }
    }
}

/// The reader's features.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one bit that a card is told, or a rule"
)]
pub(crate) struct ReaderFeatures {
    pub(crate) emv_mode: bool,
    pub(crate) contact: bool,
    pub(crate) offline_only: bool,
    pub(crate) online_pin: bool,
    pub(crate) signature: bool,
    pub(crate) device_cvm: bool,
    pub(crate) pin_after_read: bool,
    pub(crate) sm_algorithms: bool,
}

impl Default for ReaderFeatures {
    fn default() -> Self {
        Self {
            emv_mode: true,
            contact: false,
            offline_only: false,
            online_pin: true,
            signature: true,
            device_cvm: true,
            pin_after_read: true,
            sm_algorithms: true,
        }
    }
}

/// The reason for which a text is not a configuration.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum ConfigError {
    /// The text is not TOML, or has an unknown field or a value of the wrong type; with the line,
    /// and the path where known.
    #[error("{0}")]
    Toml(String),
    /// A field has an invalid value.
    #[error("{field}: {problem}")]
    Field {
        /// The path of the field, such as `applications[1].floor_limit`.
        field: String,
        /// The problem with its value.
        problem: FieldProblem,
    },
}

/// The problem with the value of a field.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum FieldProblem {
    /// The value is not an amount or a currency.
    #[error("{0}")]
    Money(#[from] MoneyError),
    /// The value is not of the expected form.
    #[error("`{value}` is not {expected}")]
    Text {
        /// The value that was given.
        value: String,
        /// The expected form.
        expected: &'static str,
    },
    /// The value is not a number in this range.
    #[error("{value} is not between {least} and {most}")]
    Number {
        /// The value that was given.
        value: i64,
        /// The least allowed.
        least: u32,
        /// The most allowed.
        most: u32,
    },
    /// The terminal does not have this kernel.
    #[error(
        "kernel {0:02X} is not in this terminal: it has 02 (Mastercard), 03 (Visa) and 07 (UnionPay)"
    )]
    Kernel(u8),
    /// The value contradicts other fields.
    #[error("{0}")]
    Conflict(&'static str),
}
