//! The octets between card and reader, without any notion of cards, keys or terminals.
//!
//! Parsers borrow from the octets they are given, look at all of them, and refuse what does not
//! fit the format exactly. Writers fill a caller's buffer or say that it is too small.
//!
//! | module | format | clause |
//! |---|---|---|
//! | [`apdu`] | command and response | ISO/IEC 7816-3 §12.1, 7816-4 §5.1 |
//! | [`answer`], [`status`] | response body and status word | ISO/IEC 7816-4 §5.6 |
//! | [`tlv`] | BER-TLV data objects | EMV Book 3 Annex B |
//! | [`dol`] | data object lists | EMV Book 3 §5.4 |
//! | [`digits`], [`amount`] | card numbers, BCD, money | EMV Book 3 §4.3 |
//! | [`track2`] | track 2 equivalent data | EMV Book 3 Annex A, ISO/IEC 7813 |
//! | [`qualifiers`] | TTQ, CTQ, cryptogram type | EMV Contactless Book A §5.7, JR/T 0025.12 |
//! | [`iad`] | bounds of issuer application data | EMV Book 3 Annex A |
//! | [`tags`] | the dictionary: number, name, format | EMV Book 3 Annex A, kernels |

pub mod amount;
pub mod answer;
pub mod apdu;
pub mod digits;
pub mod dol;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod iad;
pub mod qualifiers;
pub mod status;
pub mod tags;
pub mod tlv;
pub mod track2;
