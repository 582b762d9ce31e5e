//! Values of one fixed length (EMV Book 3 Annex A).

use understudy_core::wire::tags::{self, Kernel};
use understudy_core::wire::tlv::Tag;

use super::value;

/// Tags by the length of their values, in octets.
const LENGTHS: &[(usize, &[Tag])] = &[
    (
        1,
        &[
            tags::CRYPTOGRAM_INFORMATION_DATA,
            tags::TRANSACTION_TYPE,
            tags::TERMINAL_TYPE,
            tags::APPLICATION_PRIORITY_INDICATOR,
            tags::PIN_TRY_COUNTER,
        ],
    ),
    (
        2,
        &[
            tags::AIP,
            tags::ATC,
            tags::LAST_ONLINE_ATC_REGISTER,
            tags::TERMINAL_COUNTRY_CODE,
            tags::ISSUER_COUNTRY_CODE,
            tags::TRANSACTION_CURRENCY_CODE,
            tags::APPLICATION_CURRENCY_CODE,
            tags::TSI,
            tags::CTQ,
        ],
    ),
    (
        3,
        &[
            tags::TRANSACTION_DATE,
            tags::TRANSACTION_TIME,
            tags::APPLICATION_EXPIRATION_DATE,
            tags::APPLICATION_EFFECTIVE_DATE,
            tags::CVM_RESULTS,
        ],
    ),
    (4, &[tags::UNPREDICTABLE_NUMBER, tags::TTQ]),
    (
        5,
        &[
            tags::TVR,
            tags::ISSUER_ACTION_CODE_DEFAULT,
            tags::ISSUER_ACTION_CODE_DENIAL,
            tags::ISSUER_ACTION_CODE_ONLINE,
        ],
    ),
    (6, &[tags::AMOUNT_AUTHORISED, tags::AMOUNT_OTHER]),
    (8, &[tags::APPLICATION_CRYPTOGRAM]),
];

/// The problem with the length of a value, in words. An empty value counts as absent.
pub(super) fn problem(tag: Tag, length: usize, kernel: Kernel) -> Option<String> {
    // Kernel 2 uses the tags of the qualifiers for other data.
    let other = kernel == Kernel::Mastercard && matches!(tag, tags::TTQ | tags::CTQ);
    if other || length == 0 {
        return None;
    }
    let (wanted, _) = LENGTHS.iter().find(|(_, those)| those.contains(&tag))?;
    (length != *wanted).then(|| {
        let wanted = value::octets(*wanted);
        format!("{tag} has {wanted}, not {length}")
    })
}
