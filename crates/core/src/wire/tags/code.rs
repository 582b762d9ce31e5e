//! Tags that have their meaning in a payment code alone (EMV QR Code Specification,
//! Consumer-Presented Mode, 1.1): elsewhere octets such as `62` are the beginning of a card number.

use crate::wire::tlv::Tag;

/// `85`: payload format indicator.
pub const PAYLOAD_FORMAT: Tag = Tag::new(0x85);
/// `62`: common data template.
pub const COMMON: Tag = Tag::new(0x62);
/// `63`: application specific transparent template, objects for the issuer.
pub const APPLICATION_TRANSPARENT: Tag = Tag::new(0x63);
/// `64`: common data transparent template.
pub const COMMON_TRANSPARENT: Tag = Tag::new(0x64);
