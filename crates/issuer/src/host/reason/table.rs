//! Every reason once: its name, its response code, its explanation, and its advice to the cardholder
//! and to the merchant, in the order of the checks.

macro_rules! reasons {
    ($($(#[$doc:meta])* $reason:ident = $name:literal, $code:literal,
        $explanation:literal, $cardholder:expr, $merchant:expr;)+) => {
        /// The reason for which a request was approved or declined: the first that applies in the
        /// order of the checks; each has a response code (DE 39) and says what the people at the
        /// counter should do.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $reason,)+
        }

        impl Reason {
            /// Every reason, in the order of the checks.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$reason),+];

            const fn row(self) -> Row {
                match self {
                    $(Self::$reason => Row {
                        name: $name,
                        response_code: *$code,
                        explanation: $explanation,
                        cardholder: $cardholder,
                        merchant: $merchant,
                    },)+
                }
            }
        }
    };
}

struct Row {
    name: &'static str,
    response_code: [u8; 2],
    explanation: &'static str,
    cardholder: &'static str,
    merchant: &'static str,
}

impl Reason {
    /// The reason of this [`name`](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// A short stable name, such as `no-cvm`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The response code (DE 39, ISO 8583:1987), two digits.
    #[must_use]
    pub const fn response_code(self) -> [u8; 2] {
        self.row().response_code
    }

    /// One sentence for whoever looks into it.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        self.row().explanation
    }

    /// Advice for the cardholder.
    #[must_use]
    pub const fn cardholder_action(self) -> &'static str {
        self.row().cardholder
    }

    /// Advice for the merchant.
    #[must_use]
    pub const fn merchant_action(self) -> &'static str {
        self.row().merchant
    }
}

const NOTHING: &str = "Nothing.";
const CONTACT_ISSUER: &str = "Ask your bank.";
const ANOTHER_PAYMENT: &str = "Ask for another means of payment.";
const TERMINAL_FAULT: &str = "Tap again; if it happens again, have the terminal checked.";
const TAP_AGAIN: &str = "Tap again.";
const SHOW_ANOTHER: &str = "Show another code.";
const SCAN_ANOTHER: &str = "Have another code shown, and scan that.";
const OTHER_MEANS: &str = "Pay by other means.";

reasons! {
    /// DE 55 is not well-formed TLV, repeats a tag, or holds a value of the wrong length or form.
    ChipDataMalformed = "chip-data-malformed", b"30",
        "The chip data (DE 55) is not well-formed, repeats a tag or contradicts itself.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// DE 55 lacks a tag that the decision needs.
    ChipDataIncomplete = "chip-data-incomplete", b"30",
        "The chip data (DE 55) lacks a tag that an online contactless request must carry.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// No token has this number.
    UnknownToken = "unknown-token", b"14",
        "No card with this number was issued here.",
        "Add the card to the wallet again, or ask your bank.", ANOTHER_PAYMENT;
    /// The merchant, terminal, trace number and local time are those of another request.
    TraceNumberReused = "trace-number-reused", b"94",
        "The terminal sent another request with this trace number at this time.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// Track 2, the expiry (DE 14), the card sequence number (DE 23) or the AIP (`82`) are not as
    /// they were issued.
    CardDataAltered = "card-data-altered", b"05",
        "Track 2, expiry (DE 14), card sequence number or AIP (82) are not as they were issued.",
        CONTACT_ISSUER, ANOTHER_PAYMENT;
    /// The issuer application data (`9F10`) name another version of the issuer master key than the one
    /// that the token's keys are made from.
    MasterKeyIndex = "master-key-index", b"05",
        "The issuer application data (9F10) names another issuer master key than this card's.",
        CONTACT_ISSUER, ANOTHER_PAYMENT;
    /// The issuer application data (`9F10`) are not of the form that was issued to the token.
    IssuerApplicationData = "issuer-application-data", b"05",
        "The issuer application data (9F10) is not of the form issued to this card.",
        CONTACT_ISSUER, ANOTHER_PAYMENT;
    /// A code of a card whose cryptogram version does not have the mark of codes under its MAC.
    CodeNotAuthenticated = "code-not-authenticated", b"57",
        "The cryptogram version of this card does not authenticate codes.",
        "Tap the card instead.", "Have the card tapped instead.";
    /// No key was issued for this transaction counter, or to a device that the token has left.
    CounterNotIssued = "counter-not-issued", b"05",
        "No key was issued for this transaction counter.",
        CONTACT_ISSUER, ANOTHER_PAYMENT;
    /// The application cryptogram is not that of this card for this transaction.
    CryptogramWrong = "cryptogram-wrong", b"05",
        "The cryptogram is not that of this card for this transaction.",
        "Tap again; if it happens again, ask your bank.", ANOTHER_PAYMENT;
    /// The transaction counter was used before, for something else.
    Replay = "replay", b"94",
        "The transaction counter was used before, for something else.",
        "Tap again, or show a new code.",
        "Start a new transaction with another tap or a new code.";
    /// A reversal of this request arrived before the request itself.
    ReversedBefore = "reversed-before", b"12",
        "A reversal of this request arrived before it.",
        TAP_AGAIN, "Start a new transaction.";
    /// The token waits for the verification of its cardholder's identity.
    TokenInactive = "token-inactive", b"57",
        "The stand-in card waits for the verification of its holder.",
        "Enter the code from your bank in the wallet.", ANOTHER_PAYMENT;
    /// The token is suspended.
    TokenSuspended = "token-suspended", b"62",
        "The stand-in card is suspended.",
        "Resume the card, or ask your bank.", ANOTHER_PAYMENT;
    /// The token was deleted.
    TokenDeleted = "token-deleted", b"14",
        "The stand-in card was deleted.",
        "Add the card to the wallet again.", ANOTHER_PAYMENT;
    /// The device that holds the token is suspended, or was flagged as a clone or rolled back.
    DeviceSuspended = "device-suspended", b"62",
        "The device of the stand-in card is suspended.",
        CONTACT_ISSUER, ANOTHER_PAYMENT;
    /// The token's expiry month is over.
    Expired = "expired", b"54",
        "The stand-in card has expired.",
        "Renew the card in the wallet.", ANOTHER_PAYMENT;
    /// The single-use key of this transaction counter has expired.
    KeyExpired = "key-expired", b"54",
        "The single-use key of this transaction counter has expired.",
        "Let the wallet fetch new keys, and tap again.",
        "Have the card tapped again, or ask for another means of payment.";
    /// A cryptogram under a later limited-use key of the token was verified before.
    KeyReplaced = "key-replaced", b"54",
        "A later limited-use key of the card was used before, and has replaced this one.",
        "Let the wallet fetch new keys, and tap again.",
        "Have the card tapped again, or ask for another means of payment.";
    /// The code was displayed more than 60 seconds ago.
    CodeLate = "code-late", b"12",
        "The code was displayed more than 60 seconds before it arrived.",
        SHOW_ANOTHER, SCAN_ANOTHER;
    /// The code's time of display is more than 30 seconds ahead.
    CodeEarly = "code-early", b"12",
        "The code's time of display is more than 30 seconds ahead of the host's clock.",
        "Set the phone's clock right, and show another code.", SCAN_ANOTHER;
    /// The card itself declined (AAC).
    CardDeclined = "card-declined", b"05",
        "The card declined the payment itself.",
        "Look into the wallet for the cause.", ANOTHER_PAYMENT;
    /// The processing code (DE 3) is not the transaction type of the chip data (`9C`).
    TransactionTypeMismatch = "transaction-type-mismatch", b"12",
        "The processing code (DE 3) is not the transaction type (9C) of the chip data.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// The transaction date (`9A`) is more than two days from the host's, or no date.
    DateImplausible = "date-implausible", b"12",
        "The date of the transaction (9A) is more than two days from the host's.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// The local date of the message (DE 13) is not the date of the chip data (`9A`).
    DateMismatch = "date-mismatch", b"12",
        "The local date of the message (DE 13) is not the date of the chip data (9A).",
        TAP_AGAIN, TERMINAL_FAULT;
    /// The amount of the message (DE 4) is not the amount under the cryptogram (`9F02`).
    AmountMismatch = "amount-mismatch", b"13",
        "The amount of the message differs from the amount under the cryptogram.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// The currency of the message (DE 49) is not the currency of the chip data (`5F2A`).
    CurrencyMismatch = "currency-mismatch", b"12",
        "The currency of the message differs from the currency of the chip data.",
        TAP_AGAIN, TERMINAL_FAULT;
    /// The entry mode (DE 22) is neither that of a contactless chip nor that of a code.
    NotContactless = "not-contactless", b"58",
        "The entry mode (DE 22) is neither that of a contactless chip nor that of a code.",
        "Tap the card; it has no other interface.",
        "Have the card tapped; it has no other interface.";
    /// The token is restricted to other currencies.
    CurrencyNotAllowed = "currency-not-allowed", b"57",
        "The card does not pay in this currency.",
        OTHER_MEANS, ANOTHER_PAYMENT;
    /// The token is restricted to other countries (`9F1A`).
    CountryNotAllowed = "country-not-allowed", b"57",
        "The card does not pay in this country (9F1A).",
        "Pay by other means; if it was a code, which names no country, tap the card.",
        "Ask for another means of payment; if it was a code, have the card tapped.";
    /// The token is restricted to other merchants (DE 42).
    MerchantNotAllowed = "merchant-not-allowed", b"57",
        "The card does not pay at this merchant (DE 42).",
        OTHER_MEANS, ANOTHER_PAYMENT;
    /// No card of this issuer gets cash or cashback.
    TransactionNotAllowed = "transaction-not-allowed", b"57",
        "Cash and cashback are not served, and a code pays a sale alone.",
        OTHER_MEANS, ANOTHER_PAYMENT;
    /// The token pays in its own currency only.
    ForeignCurrency = "foreign-currency", b"57",
        "The card, or a code of it, pays in its own currency only.",
        OTHER_MEANS, ANOTHER_PAYMENT;
    /// The amount is above the token's limit.
    OverLimit = "over-limit", b"61",
        "The amount is above the card's limit.",
        OTHER_MEANS, ANOTHER_PAYMENT;
    /// The payments under the limited-use key would amount to more than its sum.
    KeySum = "key-sum", b"61",
        "The amount is above what is left of the sum of the card's limited-use key.",
        "Let the wallet fetch new keys, and tap again.",
        "Have the card tapped again, or ask for another means of payment.";
    /// A refund names no original, and its merchant may not give money back without one.
    RefundWithoutOriginal = "refund-without-original", b"58",
        "The refund names no original, and this merchant may not give money back without one.",
        NOTHING, "Refund the payment itself, by its reference and approval code.";
    /// A refund without an original is above what its merchant may give: in one, in a day, in all, or
    /// in this currency.
    RefundLimit = "refund-limit", b"61",
        "The refund is above what this merchant may give back without an original.",
        NOTHING, "Refund the payment itself, by its reference and approval code.";
    /// No request of this merchant has this reference (DE 37) and approval code (DE 38).
    OriginalNotFound = "original-not-found", b"25",
        "The merchant has no transaction with this reference and approval code.",
        NOTHING, "Look at the reference number and approval code on the receipt.";
    /// The original was declined: there is nothing to follow it.
    OriginalNotApproved = "original-not-approved", b"12",
        "The original transaction was declined.",
        NOTHING, "Nothing: no money has moved.";
    /// The card of a refund is not of the account that paid the original.
    OriginalOtherCard = "original-other-card", b"12",
        "The original transaction was paid with another card.",
        "Tap the card that paid.", "Have the card tapped that paid, or refund without a card.";
    /// The original is of a kind that cannot be voided, refunded or completed.
    OriginalUnsuitable = "original-unsuitable", b"12",
        "The original transaction is of a kind that cannot be followed like this.",
        NOTHING, "Look at the receipt and choose the right function.";
    /// The original was reversed.
    AlreadyReversed = "already-reversed", b"12",
        "The original transaction was reversed.",
        NOTHING, "Nothing: the money is back.";
    /// The original was voided.
    AlreadyVoided = "already-voided", b"12",
        "The original transaction was voided.",
        NOTHING, "Nothing: the money is back.";
    /// The pre-authorisation was completed.
    AlreadyCompleted = "already-completed", b"12",
        "The pre-authorisation was completed.",
        NOTHING, "Void the completion first.";
    /// The original was refunded, in whole or in part.
    AlreadyRefunded = "already-refunded", b"12",
        "The original transaction was refunded in whole or in part.",
        NOTHING, "Void the refund first.";
    /// The original was settled: only a refund follows it.
    Settled = "settled", b"12",
        "The transaction was settled and can no longer be taken back.",
        NOTHING, "Make a refund instead.";
    /// The hold of the pre-authorisation has expired: nothing is reserved any more.
    HoldExpired = "hold-expired", b"12",
        "The pre-authorisation has expired, and its money is free again.",
        NOTHING, "Have the card tapped for what is owed.";
    /// A void is not over the whole amount, or a follow-up is in another currency.
    OriginalAmount = "original-amount", b"13",
        "The amount or currency is not that of the original transaction.",
        NOTHING, "Enter the amount of the original transaction.";
    /// A refund of 0.
    RefundOfNothing = "refund-of-nothing", b"13",
        "The refund is over no amount.",
        NOTHING, "Enter the amount that goes back.";
    /// The refunds of the original together would be more than it.
    RefundExceeds = "refund-exceeds", b"13",
        "The refunds together would be more than the original transaction.",
        NOTHING, "Refund at most what is left of the original.";
    /// The completion is more than 115 percent of the pre-authorisation.
    CompletionExceeds = "completion-exceeds", b"13",
        "The completion is above 115 percent of the pre-authorisation.",
        NOTHING, "Complete less, and have the card tapped for the rest.";
    /// Taking a void back would move money that has gone elsewhere since.
    Superseded = "superseded", b"12",
        "Something else has happened to the original since.",
        NOTHING, "Look at the list of transactions.";
    /// The PIN block (DE 52) holds no PIN for this token; not counted as a wrong one.
    PinBlockMalformed = "pin-block-malformed", b"99",
        "The PIN block (DE 52) holds no PIN for this card under the terminal's key.",
        "Tap again and enter the PIN again.", TERMINAL_FAULT;
    /// The PIN is wrong.
    WrongPin = "wrong-pin", b"55",
        "The PIN is wrong.",
        "Tap again and enter the right PIN.", "Have the card tapped and the PIN entered again.";
    /// The PIN was entered wrong too often.
    PinTriesExceeded = "pin-tries-exceeded", b"75",
        "The PIN was entered wrong too often and is blocked.",
        "Verify on the phone instead, or have your bank unblock the PIN.", ANOTHER_PAYMENT;
    /// Above the token's limit for taps without verification, in a foreign currency, or an inquiry
    /// of the balance, and nothing authenticated says that the cardholder was verified.
    NoCvm = "no-cvm", b"65",
        "The amount, or the balance, needs a verified cardholder and nothing authenticated says so.",
        "Verify on the phone and tap again, or enter the PIN.",
        "Have the card tapped again and ask for the PIN.";
    /// Too many taps, or too much money, since the cardholder was last verified.
    VerificationDue = "verification-due", b"65",
        "Too many taps, or too much money, since the cardholder was last verified.",
        "Verify on the phone and tap again, or enter the PIN.",
        "Have the card tapped again and ask for the PIN.";
    /// Less than the amount is available on the account.
    InsufficientFunds = "insufficient-funds", b"51",
        "Less than the amount is available.",
        OTHER_MEANS, ANOTHER_PAYMENT;
    /// Approved.
    Approved = "approved", b"00",
        "The card and the cardholder are authentic and the amount is within the limits.",
        NOTHING, "Hand over the goods.";
}
