//! The no-PIN rule of mainland China: the terminal decides about the PIN after the read. Only sales
//! and pre-authorisations with a domestic card, up to a limit, need none.

use understudy_core::wire::amount::Currency;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Tag;

use crate::conversation::{Conversation, ShortCommand};
use crate::outcome::Outcome;
use crate::setting::Chosen;
use crate::step::{CvmReason, Step};
use crate::template::outermost;

/// The rule's decision about a card that did not verify its holder and asks for no method.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PinRule {
    /// No PIN.
    Skip,
    /// A PIN, for this reason.
    Ask(CvmReason),
}

/// The rule's decision for this tap; `None` if the terminal does not follow it. The card's currency
/// is read only if the decision depends on it.
pub(crate) fn rule(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
) -> Result<Option<PinRule>, Outcome> {
    if !chosen.combination.reader.pin_after_read {
        return Ok(None);
    }
    if let Some(reason) = reason_whatever_the_card(chosen) {
        return Ok(Some(PinRule::Ask(reason)));
    }
    let currency = application_currency(card)?;
    card.note(Step::ApplicationCurrency(currency));
    let foreign = currency.is_some_and(|currency| currency != chosen.setting.config.currency);
    Ok(Some(if foreign {
        PinRule::Ask(CvmReason::ForeignCard)
    } else {
        PinRule::Skip
    }))
}

fn reason_whatever_the_card(chosen: &Chosen<'_>) -> Option<CvmReason> {
    let setting = chosen.setting;
    let transaction = setting.transaction;
    if !transaction.kind().can_skip_pin() {
        return Some(CvmReason::TypeNeedsPin);
    }
    let above = transaction.amount().minor() > setting.config.limits.no_pin;
    if above || !setting.in_terminal_currency() {
        return Some(CvmReason::AboveNoPinLimit);
    }
    let required = chosen.indicators.cvm.required();
    required.then_some(CvmReason::ReaderRequires)
}

/// The currency of the card's account: `9F51`, else `DF71`. `None` if the card gives neither, or no
/// valid one.
fn application_currency(card: &mut Conversation<'_>) -> Result<Option<Currency>, Outcome> {
    for (name, tag) in [
        ("GET DATA 9F51", tags::APPLICATION_CURRENCY_CODE_SCHEME),
        ("GET DATA DF71", tags::ELECTRONIC_CASH_SECOND_CURRENCY_CODE),
    ] {
        if let Some(currency) = get_currency(card, name, tag)? {
            return Ok(Some(currency));
        }
    }
    Ok(None)
}

fn get_currency(
    card: &mut Conversation<'_>,
    name: &'static str,
    tag: Tag,
) -> Result<Option<Currency>, Outcome> {
    let [.., p1, p2] = tag.number().to_be_bytes();
    let answer = card.exchange(ShortCommand {
        name,
        header: [0x80, 0xCA, p1, p2],
        data: &[],
    })?;
    if !answer.status.is_success() {
        return Ok(None);
    }
    let value = outermost(answer.body(), tag)
        .ok()
        .and_then(|value| value.try_into().ok());
    Ok(value.and_then(Currency::from_bcd))
}
