//! Assertions that a type keeps a secret.

extern crate std;

use core::fmt::Debug;
use std::format;
use zeroize::ZeroizeOnDrop;

/// Compiles only for types that are wiped when they are dropped.
pub(crate) fn assert_wiped<T: ZeroizeOnDrop>() {}

/// Fails to compile if the type implements the trait: the compiler would then have two
/// candidates for the type it is asked to infer.
macro_rules! assert_does_not_implement {
    ($type:ty: $($bound:path),+) => {$({
        trait Candidate<Marker> {
            fn unique() {}
        }
        struct Implements;
        impl<T: ?Sized> Candidate<()> for T {}
        impl<T: ?Sized + $bound> Candidate<Implements> for T {}
        <$type as Candidate<_>>::unique();
    })+};
}
pub(crate) use assert_does_not_implement;

/// Fails if any octet of the secret, in hex or decimal, shows in the debugging output.
pub(crate) fn assert_debug_hides(value: &impl Debug, secret: &[u8]) {
    for text in [
        format!("{value:?}"),
        format!("{value:#?}"),
        format!("{value:x?}"),
    ] {
        assert!(text.ends_with("(..)"), "{text}");
        for octet in secret {
            for shown in [
                format!("{octet:02X}"),
                format!("{octet:02x}"),
                format!("{octet}"),
            ] {
                assert!(!text.contains(&shown), "{text} shows {shown}");
            }
        }
    }
}
