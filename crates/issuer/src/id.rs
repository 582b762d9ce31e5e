//! The names of what the issuer keeps: numbers, counted up from 1.

use std::fmt;

macro_rules! id {
    ($(#[$meta:meta])* $name:ident($number:ty), $what:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) $number);

        impl $name {
            #[doc = concat!("The ", $what, " of this number.")]
            #[must_use]
            pub const fn new(number: $number) -> Self {
                Self(number)
            }

            /// The number, as `Display` prints it.
            #[must_use]
            pub const fn get(self) -> $number {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// The name of an account.
    AccountId(u32), "account"
}
id! {
    /// The name of a token. Unlike its number it may be shown, stored and logged.
    TokenId(u32), "token"
}
id! {
    /// The name of a recorded request.
    AuthorisationId(u64), "request"
}
id! {
    /// The name of a settlement.
    SettlementId(u64), "settlement"
}
id! {
    /// The name of a movement of money.
    MovementId(u64), "movement"
}
