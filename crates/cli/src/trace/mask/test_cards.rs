//! Card numbers published for tests, which may be shown.

use clap::Args;

/// The option to show published test cards whole.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct TestCards {
    /// Shows card numbers that are published for tests whole, with their tracks; every other number
    /// stays masked
    #[arg(long)]
    show_test_cards: bool,
}

impl TestCards {
    #[cfg(test)]
    pub(super) fn shown() -> Self {
        Self {
            show_test_cards: true,
        }
    }

    /// True if the number, digits 0–9, is to be shown whole.
    pub(super) fn show(self, digits: &[u8]) -> bool {
        let is = |published: &&str| {
            let published = published.bytes().map(|octet| octet & 0x0F);
            published.eq(digits.iter().copied())
        };
        self.show_test_cards && PUBLISHED.iter().any(is)
    }
}

/// Card numbers that schemes, processors and makers of terminals publish for tests: each is in
/// several public test guides.
const PUBLISHED: &[&str] = &[
    // UnionPay: debit, credit, express pay; Stripe's two; this project's own demonstration card.
    "6250946000000016",
    "6250947000000014",
    "6243030000000001",
    "6200000000000005",
    "6205500000000000004",
    "6222020000000001230",
    // Visa: processors' guides, and the cards of terminal test sets.
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "4242424242424242",
    "4761739001010010",
    "4761739001010119",
    "4761739001010416",
    // Mastercard and Maestro.
    "5555555555554444",
    "5105105105105100",
    "5200828282828210",
    "5413330089010434",
    "5413330089604111",
    "2223003122003222",
    "6759649826438453",
    // American Express, JCB, Discover, Diners Club.
    "378282246310005",
    "371449635398431",
    "374245455400001",
    "3530111333300000",
    "3566002020360505",
    "6011111111111117",
    "6011000990139424",
    "30569309025904",
    "38520000023237",
];

#[cfg(test)]
mod tests {
    use understudy_core::wire::digits::CardNumber;

    use super::*;

    #[test]
    fn published_numbers_are_card_numbers_and_shown_only_if_that_is_wanted() {
        let on = TestCards::shown();
        for text in PUBLISHED {
            let number = CardNumber::parse(text).unwrap();
            assert!(number.luhn_valid(), "{text}");
            let digits: Vec<u8> = number.digits().collect();
            assert!(on.show(&digits), "{text}");
            assert!(!TestCards::default().show(&digits), "{text}");
            assert!(!on.show(&digits[1..]) && !on.show(&[&[4], &digits[..]].concat()));
        }
    }
}
