//! The choice of a cardholder verification method by kernel 2: on the device, or by the card's list
//! (EMV Book 3 §10.5).

use crate::outcome::Cvm;
use crate::reason::Reason;
use crate::setting::Chosen;
use crate::step::CvmReason;

/// AIP byte 1 bit 5: the card supports cardholder verification, by its list.
const BY_LIST: u8 = 0x10;
/// AIP byte 1 bit 2: the card supports verification on the device.
const ON_DEVICE: u8 = 0x02;

/// A method, the reason for it, and the CVM results (`9F34`) that say so.
pub(super) struct Method {
    pub(super) cvm: Cvm,
    pub(super) because: CvmReason,
    pub(super) results: [u8; 3],
}

/// The method for a card with this AIP byte 1 and CVM list. Where card and reader both have
/// verification on the device, it is the only one. Where none is required, a list that names none is
/// no obstacle.
pub(super) fn choose(chosen: &Chosen<'_>, aip: u8, list: &[u8]) -> Result<Method, Reason> {
    let required = chosen.indicators.cvm.required();
    let none = Method {
        cvm: Cvm::None,
        because: CvmReason::NotRequired,
        results: [0x3F, 0x00, 0x02],
    };
    if aip & ON_DEVICE != 0 && chosen.combination.reader.device_cvm {
        let on_device = Method {
            cvm: Cvm::Device,
            because: CvmReason::DeviceOffered,
            results: [0x01, 0x00, 0x02],
        };
        return Ok(if required { on_device } else { none });
    }
    if aip & BY_LIST == 0 || list.is_empty() {
        return if required {
            Err(Reason::NoCommonCvm)
        } else {
            Ok(none)
        };
    }
    let by_list = by_list(chosen, required, list);
    let method = by_list.or_else(|| (!required).then_some(none));
    method.ok_or(Reason::NoCommonCvm)
}

/// The first rule of the list whose method the reader has for this amount. The rules stand behind
/// two amounts of four octets; of their conditions "always" and "if the terminal supports it" are
/// known, and a rule with another one does not apply.
fn by_list(chosen: &Chosen<'_>, required: bool, list: &[u8]) -> Option<Method> {
    let reader = chosen.combination.reader;
    let rules = list.get(8..)?.chunks_exact(2);
    for rule in rules {
        let [code, condition] = *rule.first_chunk()?;
        let (cvm, supported, result) = match code & 0x3F {
            0x02 => (Cvm::OnlinePin, required && reader.online_pin, 0x00),
            0x1E => (Cvm::Signature, required && reader.signature, 0x00),
            0x1F => (Cvm::None, !required, 0x02),
            _ => (Cvm::None, false, 0x00),
        };
        match condition {
            0x00 | 0x03 if supported => {
                return Some(Method {
                    cvm,
                    because: CvmReason::CardLists,
                    results: [code, condition, result],
                });
            }
            // "Fail if this CVM is unsuccessful": bit 7 is not set.
            0x00 if code & 0x40 == 0 => return None,
            _ => {}
        }
    }
    None
}
