//! Cardholder verification: the card's qualifiers (CTQ), the reader's features, and the no-PIN
//! rule.
//!
//! The CTQ is not authenticated. A terminal follows it; the issuer decides by the data under the
//! cryptogram.

use understudy_core::wire::qualifiers::Ctq;

use crate::config::ReaderFeatures;
use crate::no_pin::PinRule;
use crate::outcome::Cvm;
use crate::reason::Reason;
use crate::setting::Chosen;
use crate::step::CvmReason;

/// The input of the decision.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
    reader: ReaderFeatures,
    /// True if the reader requires a CVM.
    required: bool,
    ctq: Option<Ctq>,
    pin_rule: Option<PinRule>,
}

impl Situation {
    pub(crate) fn new(chosen: &Chosen<'_>, ctq: Option<Ctq>, pin_rule: Option<PinRule>) -> Self {
        Self {
            reader: chosen.combination.reader,
            required: chosen.indicators.cvm.required(),
            ctq,
            pin_rule,
        }
    }
}

/// Decides in this order: a PIN that the no-PIN rule requires; the method that the card asks for or
/// has done; the requirement of the reader, if the card asks for nothing.
pub(crate) fn decide(situation: &Situation) -> Result<(Cvm, CvmReason), Reason> {
    let &Situation {
        reader,
        ctq,
        pin_rule,
        ..
    } = situation;
    let ctq = ctq.unwrap_or(Ctq::NONE);
    if pin_rule == Some(PinRule::Ask(CvmReason::TypeNeedsPin)) {
        return Ok((Cvm::OnlinePin, CvmReason::TypeNeedsPin));
    }
    // A card that asks for a PIN does not count as verified otherwise: 8080 means a PIN.
    if !ctq.online_pin() && ctq.cdcvm_performed() && reader.device_cvm {
        return Ok((Cvm::Device, CvmReason::CardDid));
    }
    if ctq.online_pin() || ctq.signature() {
        let common = [
            (ctq.online_pin() && reader.online_pin, Cvm::OnlinePin),
            (ctq.signature() && reader.signature, Cvm::Signature),
        ];
        return Ok((first(&common)?, CvmReason::CardAsks));
    }
    match pin_rule {
        Some(PinRule::Skip) => Ok((Cvm::None, CvmReason::WithinNoPinLimit)),
        Some(PinRule::Ask(reason)) => Ok((Cvm::OnlinePin, reason)),
        None => without_rule(situation),
    }
}

/// The decision about a card that asks for nothing, at a reader without the no-PIN rule. If a CVM
/// is required, a card with a CTQ of `0000` is declined; one without a CTQ gets a signature or a
/// PIN.
fn without_rule(situation: &Situation) -> Result<(Cvm, CvmReason), Reason> {
    let &Situation {
        reader,
        required,
        ctq,
        ..
    } = situation;
    if !required {
        return Ok((Cvm::None, CvmReason::NotRequired));
    }
    if ctq.is_some() {
        return Err(Reason::NoCommonCvm);
    }
    let common = [
        (reader.signature, Cvm::Signature),
        (reader.online_pin, Cvm::OnlinePin),
    ];
    Ok((first(&common)?, CvmReason::NoCtq))
}

fn first(methods: &[(bool, Cvm)]) -> Result<Cvm, Reason> {
    let (_, cvm) = methods
        .iter()
        .find(|(common, _)| *common)
        .ok_or(Reason::NoCommonCvm)?;
    Ok(*cvm)
}
