use understudy_core::wire::tlv::TlvError;

/// The reason for which a package is refused. It holds no data of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    /// The TLV structure is damaged.
    #[error("the package is damaged: {0}")]
    Tlv(#[from] TlvError),
    /// The octets are not one E8 object.
    #[error("not a package")]
    NotAPackage,
    /// The format version is missing or not known: 01, 02 and 03 are, and with the feature
    /// `limited-use` 04.
    #[error("the package's format version is not known here")]
    Version,
    /// No expiry of 8 octets follows the version 02 or a later one.
    #[error("the package does not say until when its keys are good")]
    Expiry,
    /// No one or two known algorithms in ascending order follow the expiry in version 03.
    #[error(
        "the package does not name the ciphers of its keys, or names one that is not known here"
    )]
    Algorithms,
    /// No valid limits of a limited-use key follow the expiry in version 04.
    #[cfg(feature = "limited-use")]
    #[error("the package does not say how far its limited-use key is good, or not validly")]
    LimitedUse,
    /// Neither a profile nor a card number follows the version.
    #[error("the package does not say which card it is for")]
    Subject,
    /// The number of the card to replenish is not 8 to 19 digits.
    #[error("the card number in the package is not 8 to 19 digits")]
    Number,
    /// An object is unknown, repeated, or out of order.
    #[error("the package holds an object that does not belong where it stands")]
    Unexpected,
    /// A key object does not hold a counter and a key of each algorithm.
    #[error("a key of the package has the wrong length")]
    KeyLength,
    /// A key has the counter 0000 or FFFF, which a card never uses.
    #[error("a key of the package is bound to a counter that no card uses")]
    Counter,
    /// The counters do not ascend strictly.
    #[error("the keys of the package are not in ascending order of their counters")]
    Order,
    /// The package holds no key.
    #[error("the package holds no key")]
    NoKeys,
    /// A length field is longer than necessary, or there is padding between objects.
    #[error("the package is not in its shortest encoding")]
    Encoding,
}
