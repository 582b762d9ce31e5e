//! How much, how often and how long.

use std::time::Duration;

/// Limits in minor units of the terminal's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Limits {
    /// Those of the reader, where an application has no others.
    pub(crate) reader: ReaderLimits,
    /// With `pin_after_read`: a PIN above this amount.
    pub(crate) no_pin: u64,
    pub(crate) other_currency: OtherCurrency,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reader: ReaderLimits {
                transaction: None,
                floor: 0,
                cvm_required: 100_001,
            },
            no_pin: 100_000,
            other_currency: OtherCurrency::Reached,
        }
    }
}

/// The limits of pre-processing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ReaderLimits {
    /// The application is not used from this amount on.
    pub(crate) transaction: Option<u64>,
    /// A transaction goes online above this amount.
    pub(crate) floor: u64,
    /// The reader requires a CVM from this amount on.
    pub(crate) cvm_required: u64,
}

/// What a transaction limit is to an amount in another currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OtherCurrency {
    Reached,
    NotReached,
}

/// How the taps of one transaction go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TapSettings {
    /// The reader looks this often for one card alone.
    pub(crate) polls: u32,
    /// Taps after the first one.
    pub(crate) restarts: u32,
    /// No command is sent later than this after the first one.
    pub(crate) time_limit: Duration,
    /// How long an error is shown at least.
    pub(crate) hold_time: Duration,
}

impl Default for TapSettings {
    fn default() -> Self {
        Self {
            polls: 50,
            restarts: 3,
            time_limit: Duration::from_secs(60),
            hold_time: Duration::from_millis(1_300),
        }
    }
}
