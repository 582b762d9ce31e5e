//! The issuer's checks of a request, as far as its answer tells of them.

use serde::Serialize;
use understudy_issuer::Reason;

/// The checks in the order in which the issuer makes them, each with the last of its reasons.
const CHECKS: &[(Reason, &str)] = &[
    (Reason::ChipDataIncomplete, "the request can be read"),
    (Reason::UnknownToken, "the card was issued here"),
    (Reason::TraceNumberReused, "the request is new"),
    (
        Reason::CounterNotIssued,
        "track 2, AIP, issuer application data and counter are as issued",
    ),
    (Reason::CryptogramWrong, "the cryptogram is right"),
    (Reason::Replay, "its counter was not used before"),
    (Reason::ReversedBefore, "no reversal of it came before it"),
    (Reason::CodeEarly, "card, phone and key may pay now"),
    (Reason::CardDeclined, "the card itself asks for approval"),
    (
        Reason::CurrencyMismatch,
        "the message says what was said to the card",
    ),
    (
        Reason::ForeignCurrency,
        "the card pays in this way, place and currency",
    ),
    (Reason::OverLimit, "the amount is within the card's limit"),
    (REFUND, "the refund fits the payment that it gives back"),
    (
        Reason::VerificationDue,
        "the cardholder is verified as far as needed",
    ),
    (
        Reason::InsufficientFunds,
        "the account has the amount, if it is in its currency",
    ),
];

/// The last reason of the check that only refunds need.
const REFUND: Reason = Reason::Superseded;

/// A check of the issuer.
#[derive(Debug, Serialize)]
pub(crate) struct CheckView {
    /// The statement that is checked.
    pub(super) check: &'static str,
    /// Its result.
    pub(super) result: CheckResult,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum CheckResult {
    /// The statement is true.
    Passed,
    /// The statement is false: the reason for the decline.
    Failed,
    /// An earlier check failed.
    NotReached,
}

impl CheckResult {
    /// The name, as in JSON.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not-reached",
        }
    }

    /// The result in words.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not reached",
        }
    }

    /// The result of a check whose reasons have these places, if the answer's reason has `reason`.
    const fn at(first: usize, last: usize, reason: usize) -> Self {
        if reason > last {
            Self::Passed
        } else if reason >= first {
            Self::Failed
        } else {
            Self::NotReached
        }
    }
}

/// The last reason of the check of what was said to the card. A code's card is told nothing.
const SAID: Reason = Reason::CurrencyMismatch;

/// The kind of a request, as far as its checks differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checked {
    /// A payment with a tapped card.
    Tap,
    /// A refund with a tapped card.
    Refund,
    /// A payment with a scanned code.
    Code,
}

impl Checked {
    /// True if the issuer makes the check with this last reason.
    fn has(self, last: Reason) -> bool {
        match last {
            REFUND => self == Self::Refund,
            SAID => self != Self::Code,
            _ => true,
        }
    }
}

/// The checks of a request of this kind that was answered with `reason`.
pub(super) fn checks(reason: Reason, kind: Checked) -> Vec<CheckView> {
    let mut first = 0;
    let mut views = Vec::new();
    for (last, check) in CHECKS {
        let last_place = place(*last);
        let result = CheckResult::at(first, last_place, place(reason));
        first = last_place + 1;
        if kind.has(*last) {
            views.push(CheckView { check, result });
        }
    }
    views
}

/// The place of a reason in the order of the checks.
pub(super) fn place(reason: Reason) -> usize {
    let place = Reason::ALL.iter().position(|other| *other == reason);
    place.unwrap_or(Reason::ALL.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_but_the_approval_is_the_failure_of_one_check() {
        for reason in Reason::ALL {
            let results: Vec<_> = checks(reason, Checked::Refund)
                .iter()
                .map(|view| view.result)
                .collect();
            let failed = results
                .iter()
                .filter(|result| **result == CheckResult::Failed);
            let wanted = usize::from(reason != Reason::Approved);
            assert_eq!(failed.count(), wanted, "{reason}: {results:?}");
            let ordered = results.is_sorted_by_key(|result| *result as u8);
            assert!(ordered, "{reason}: {results:?}");
        }
    }

    #[test]
    fn the_check_that_failed_is_that_of_the_reason() {
        for (reason, part) in [
            (Reason::ChipDataMalformed, "can be read"),
            (Reason::UnknownToken, "issued here"),
            (Reason::CardDataAltered, "as issued"),
            (Reason::CounterNotIssued, "as issued"),
            (Reason::CryptogramWrong, "cryptogram"),
            (Reason::Replay, "counter"),
            (Reason::TokenSuspended, "may pay now"),
            (Reason::AmountMismatch, "message"),
            (Reason::CountryNotAllowed, "place"),
            (Reason::OverLimit, "limit"),
            (Reason::RefundExceeds, "refund"),
            (Reason::WrongPin, "verified"),
            (Reason::NoCvm, "verified"),
            (Reason::InsufficientFunds, "account"),
        ] {
            let checks = checks(reason, Checked::Refund);
            let failed = checks
                .iter()
                .find(|view| view.result == CheckResult::Failed);
            assert!(failed.unwrap().check.contains(part), "{reason}: {failed:?}");
        }
    }

    #[test]
    fn only_a_refund_has_an_original_and_only_a_tap_a_message_to_the_card() {
        let has = |kind, part| {
            let checks = checks(Reason::Approved, kind);
            checks.iter().any(|view| view.check.contains(part))
        };
        for (kind, refund, said) in [
            (Checked::Tap, false, true),
            (Checked::Refund, true, true),
            (Checked::Code, false, false),
        ] {
            let found = (has(kind, "the refund"), has(kind, "said to the card"));
            assert_eq!(found, (refund, said), "{kind:?}");
        }
    }
}
