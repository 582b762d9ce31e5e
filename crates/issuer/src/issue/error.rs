use understudy_core::card::{ProfileError, Scheme};
use understudy_core::crypto::{Algorithms, Cvn, Field};
use understudy_core::scheme::Product;
use understudy_core::wire::track2::{Expiry, Track2Error};

use crate::custody::{CustodyError, KeyFamily};
use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::StoreError;

/// The reason for which nothing was issued. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The PAN does not have 13 to 19 digits, or its Luhn digit is wrong.
    #[error("the card number is mistyped: its check digit is wrong or it is not 13 to 19 digits")]
    Pan,
    /// The PAN is itself from a range of tokens.
    #[error("the card number is itself a stand-in number")]
    PanIsToken,
    /// The issuer's keys are published, and the card is none of the demonstration's.
    #[error(
        "the issuer has published test keys, with which anybody can pay: they are for the \
         demonstration's cards alone"
    )]
    TestKeys,
    /// The expiry month is over.
    #[error("the expiry month {0} is over")]
    Expired(Expiry),
    /// Too few or too many keys.
    #[error("{0} keys were asked for; a package holds 1 to 1000")]
    KeyCount(u16),
    /// The product is not one of the scheme's.
    #[error("{} has no product {}; it has {}", .0.name(), .1.label, products(*.0))]
    Product(Scheme, Product),
    /// The cryptogram version is of another scheme, or has no single-use keys.
    #[error(
        "cryptogram version {} is none of a stand-in card of {}; those are {}",
        .1, .0.name(), versions(*.0, |_| true)
    )]
    Cvn(Scheme, Cvn),
    /// The readers of the scheme do not choose between these algorithms.
    #[error("a card of {} has no keys of {}; it has one of {}", .0.name(), .1, algorithms(*.0))]
    Algorithms(Scheme, Algorithms),
    /// The currency is not under the MAC, and the card is not domestic only.
    #[error(
        "cryptogram version {} does not have the currency under its MAC, so that a relay could \
         change it; issue the card as domestic only, or with one of {}",
        .1, versions(*.0, |cvn| .0.authenticates_currency(cvn))
    )]
    CurrencyUnprotected(Scheme, Cvn),
    /// The card sequence number is not two BCD digits.
    #[error("the card sequence number is not two decimal digits")]
    SequenceNumber,
    /// A card with limited-use keys has keys of triple DES, no discretionary data of the issuer, and pays in
    /// its own currency only.
    #[cfg(feature = "limited-use")]
    #[error(
        "a card of {0} has a limited-use key: of triple DES, with no issuer discretionary data beside \
         its index, and for payments in the card's own currency only"
    )]
    LimitedUse(Cvn),
    /// The token has a hundred limited-use keys of this hour, as many as there are indexes.
    #[cfg(feature = "limited-use")]
    #[error("token {0} got 100 limited-use keys in this hour; ask for the next one in another")]
    KeyIndexes(TokenId),
    /// More issuer discretionary data than the version has room for.
    #[error(
        "the issuer discretionary data is longer than the {} octets of {}",
        .0.longest_discretionary(*.1), .1
    )]
    DiscretionaryData(Scheme, Cvn),
    /// The issuer has no master key for the card.
    #[error("{}", CustodyError::NoMasterKey(*.0))]
    NoMasterKey(KeyFamily),
    /// The issuer has no range of numbers for tokens of the scheme.
    #[error("the issuer has no range of stand-in numbers for {}; give it one", .0.name())]
    NoRange(Scheme),
    /// A limit has more than twelve digits, or the limit for taps without verification is above
    /// that for all taps.
    #[error(
        "the limits are above twelve digits, or the unverified limit is above the verified one"
    )]
    Limits,
    /// A limit is above this issuer's bounds.
    #[error("a limit is above what this bank allows for any card")]
    Bounds,
    /// Every number of every range of the scheme is taken.
    #[error("every stand-in number for {} is taken; give the issuer another range", .0.name())]
    RangeExhausted(Scheme),
    /// Fewer counters are left than keys were requested.
    #[error("the token has only {left} counters left; issue a new one for the card")]
    CountersExhausted {
        /// The number of counters left.
        left: u16,
    },
    /// There is no such token.
    #[error("there is no token {0}")]
    UnknownToken(TokenId),
    /// The token is not verified yet, suspended or deleted.
    #[error("token {0} is not active: it is not verified yet, or suspended, or deleted")]
    NotActive(TokenId),
    /// The account, or its funds, are in another currency than the limits.
    #[error("the account is in another currency than the limits of the card")]
    Currency,
    /// Terminals' countries are to be restricted, and are not under the MAC.
    #[error(
        "cryptogram version {} does not have the terminal's country under its MAC, so that it \
         cannot be restricted; issue the card with one of {}",
        .1, versions(*.0, |cvn| cvn.fields().contains(&Field::TerminalCountry))
    )]
    CountryUnprotected(Scheme, Cvn),
    /// No such device is enrolled.
    #[error("no device of this name is enrolled; enrol it first")]
    UnknownDevice,
    /// Nine wrong codes were entered for the tokens of the account, the last one less than a day
    /// ago.
    #[error("too many wrong codes came for this card; it is bound to no device until a day after")]
    Rests,
    /// The device is suspended.
    #[error("the device is suspended; resume it first")]
    DeviceSuspended,
    /// The greatest number of packages and commands waits for the device.
    #[error(
        "128 packages and commands wait for the device; it must take them and report, then ask again"
    )]
    OutboxFull,
    /// The device was told to erase itself.
    #[error("the device was wiped; enrol it anew")]
    DeviceWiped,
    /// No report of the device came since the last package to it, so that there is no unused
    /// receive key.
    #[error("the device has not reported since it last got keys; its report comes first")]
    ReportFirst,
    /// The device holds a token of the same scheme for the same card.
    #[error("the device holds token {0} for this card and scheme already; delete that first")]
    AlreadyOnDevice(TokenId),
    /// The token is on a device: its keys are sealed to that.
    #[error("token {0} lives on a device; replenish it there")]
    HasDevice(TokenId),
    /// The token was personalised without a device.
    #[error("token {0} lives on no device; ask for more keys in the clear")]
    NoDevice(TokenId),
    /// The database or the key custody could not be used.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The profile cannot be written.
    #[error("the profile: {0}")]
    Profile(#[from] ProfileError),
    /// Track 2 cannot be made.
    #[error("track 2: {0}")]
    Track2(#[from] Track2Error),
}

impl From<CustodyError> for IssueError {
    fn from(error: CustodyError) -> Self {
        match error {
            CustodyError::NoMasterKey(family) => Self::NoMasterKey(family),
            error => Self::Fault(error.into()),
        }
    }
}

impl From<StoreError> for IssueError {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// The labels of the scheme's products.
fn products(scheme: Scheme) -> String {
    listed(scheme.products().iter().map(|product| product.label))
}

/// The names of the scheme's versions that have a property.
fn versions(scheme: Scheme, has: impl Fn(Cvn) -> bool) -> String {
    let versions = scheme.versions().iter();
    #[cfg(feature = "limited-use")]
    let versions = versions.chain(scheme.limited_use_versions());
    listed(versions.filter(|cvn| has(**cvn)).map(|cvn| cvn.name()))
}

/// The algorithms that a card of the scheme may have.
fn algorithms(scheme: Scheme) -> String {
    listed(scheme.permitted_algorithms())
}

fn listed(items: impl Iterator<Item = impl ToString>) -> String {
    let items: Vec<_> = items.map(|item| item.to_string()).collect();
    items.join(", ")
}
