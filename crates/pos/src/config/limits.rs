//! Limits of amount, number and time.

use std::time::Duration;

/// Limits in minor units of the terminal's currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Limits {
    /// The reader's limits, for applications without their own.
    pub(crate) reader: ReaderLimits,
    /// With `pin_after_read`: the amount above which a PIN is required.
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
    /// The amount from which on the application is not used.
    pub(crate) transaction: Option<u64>,
    /// The amount above which a transaction goes online.
    pub(crate) floor: u64,
    /// The amount from which on the reader requires a CVM.
    pub(crate) cvm_required: u64,
}

/// The result of comparing a transaction limit with an amount in another currency.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum OtherCurrency {
    Reached,
    NotReached,
}

/// The settings for the taps of one transaction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TapSettings {
    /// The number of polls for one card alone in the field.
    pub(crate) polls: u32,
    /// The number of taps after the first one.
    pub(crate) restarts: u32,
    /// The time from the first command on, after which no further one is sent.
    pub(crate) time_limit: Duration,
    /// The shortest time for which an error is shown.
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
