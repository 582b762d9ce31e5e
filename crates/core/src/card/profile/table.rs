//! The objects of a profile: for reading and for writing.

use core::ops::RangeInclusive;

use super::sheet::{Row, may, must};
use super::tags as ours;
use crate::wire::tags;

/// Every object of a profile, apart from its applications.
pub(super) const PROFILE: [Row; 20] = [
    must(ours::VERSION, 1, 1),
    may(tags::LANGUAGE_PREFERENCE, 2, 8),
    may(tags::FCI_ISSUER_DISCRETIONARY_DATA, 0, 222),
    may(tags::PDOL, 1, 128),
    must(tags::AIP, 2, 2),
    must(tags::TRACK_2_EQUIVALENT_DATA, 1, 19),
    must(tags::APPLICATION_EXPIRATION_DATE, 3, 3),
    may(tags::PAN_SEQUENCE_NUMBER, 1, 1),
    must(tags::APPLICATION_CURRENCY_CODE_SCHEME, 2, 2),
    may(tags::PAYMENT_ACCOUNT_REFERENCE, 29, 29),
    may(tags::TOKEN_REQUESTOR_ID, 6, 6),
    may(tags::LAST_4_DIGITS_OF_PAN, 2, 2),
    may(tags::FORM_FACTOR_INDICATOR, 4, 32),
    may(tags::PRODUCT_IDENTIFICATION, 16, 16),
    must(ours::SCHEME, 3, 3),
    may(ours::ISSUER_DISCRETIONARY, 0, 24),
    must(ours::FLAGS, 1, 1),
    must(ours::CVM_POLICY, 2, 2),
    must(ours::LIMITS, 21, 21),
    may(ours::ALGORITHMS, 1, 2),
];

/// Every object of one application.
pub(super) const APPLICATION: [Row; 5] = [
    must(tags::APPLICATION_IDENTIFIER, 5, 16),
    must(tags::APPLICATION_LABEL, 1, 16),
    must(tags::APPLICATION_PRIORITY_INDICATOR, 1, 1),
    may(tags::APPLICATION_PREFERRED_NAME, 1, 16),
    may(tags::ISSUER_CODE_TABLE_INDEX, 1, 1),
];

/// The octets of a record's name and content. An answer holds the content and its length in 256.
pub(super) const RECORD_LENGTH: RangeInclusive<usize> = 3..=255;
