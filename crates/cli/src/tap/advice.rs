//! Advice after a tap.

use understudy_core::card::{CardId, KeyError, Refusal};
use understudy_issuer::{
    AuthorisationId, Reason as IssuerReason, TokenStatus, TokenSummary, demonstration,
};
use understudy_pos::{Outcome, Reason, TransactionType};
use understudy_provisioning::keys::DeviceId;

use crate::cards::CardView;
use crate::hex;
use crate::home::{Home, TillName};
use crate::phone::Homes;

/// Advice after a refusal of a wallet's card for a reason that only the wallet knows.
pub(crate) fn for_refusal(refusal: Refusal, card: &CardView) -> Option<String> {
    let limits = card.limits();
    Some(match refusal {
        Refusal::Key(KeyError::Exhausted) => replenishing(CardId(card.number())),
        Refusal::Key(KeyError::Storage) => {
            "No key left the wallet. Make room on the disk, look at \
             the rights of the home directory, or begin again if files of it were moved."
                .to_owned()
        }
        Refusal::UserMustAct => format!(
            "Verify on the device and tap again: add --verified. Without it the card pays {}.",
            limits.unverified()
        ),
        Refusal::Drained => "`understudy tap` is the user acting: run it.".to_owned(),
        Refusal::Expired => "`understudy issue` makes a new card.".to_owned(),
        Refusal::OverLimit => for_over_limit(card),
        Refusal::ForeignCurrency => {
            "Pay in the card's own currency: leave --currency out.".to_owned()
        }
        Refusal::NoCommonPath | Refusal::OfflineOnly | Refusal::NoCommonCvm => {
            "Another terminal may do: see --terminal.".to_owned()
        }
        _ => return None,
    })
}

/// Advice after a refusal of an amount: above the limit for any tap, or what is left of a limited-use
/// key's sum.
fn for_over_limit(card: &CardView) -> String {
    let pay = format!("Pay at most {}.", card.limits().any_tap());
    #[cfg(feature = "limited-use")]
    let pay = format!(
        "{pay} A limited-use key may have less left of its sum: `understudy replenish {}` brings \
         the next one.",
        card.number()
    );
    pay
}

/// Advice after an outcome whose reason the terminal knows.
pub(super) fn for_outcome(outcome: &Outcome, is_own: bool) -> Option<&'static str> {
    Some(match outcome.reason()? {
        Reason::SeePhone if !is_own => {
            "Verify on the card's own device and tap again; `understudy card` takes --verified."
        }
        Reason::NoCommonCvm if !is_own => {
            "Verify on the card's own device, or use another terminal."
        }
        Reason::SeePhone => "Verify on the device and tap again: add --verified.",
        Reason::Link(_) => "Look at the program or peer behind --card.",
        Reason::NoLine => "This terminal is offline only: see --terminal.",
        Reason::NoCommonCvm => "Verify on the device (--verified), or use another terminal.",
        _ => return None,
    })
}

/// Advice after an approval at a till.
pub(crate) fn for_approval(
    kind: TransactionType,
    number: AuthorisationId,
    till: Option<&TillName>,
) -> Option<String> {
    let at = till.map_or_else(String::new, |till| format!(" --till {till}"));
    match kind {
        TransactionType::Purchase => Some(format!(
            "`understudy void {number}{at}` takes it back; `understudy settle{at}` ends the day."
        )),
        TransactionType::PreAuthorisation => Some(format!(
            "`understudy complete {number}{at}` books it; `understudy void {number}{at}` gives it \
             up."
        )),
        TransactionType::Refund | TransactionType::Balance => None,
    }
}

/// Advice about a card without a key, in the wallet of a home.
pub(crate) fn for_no_key(home: &Home, device: Option<DeviceId>, card: CardId) -> String {
    if home.is_phone() {
        return format!("{}.", Homes::OnPhone.new_keys(device, None));
    }
    replenishing(card)
}

/// Advice about a card without a key, in the wallet beside its bank.
pub(super) fn replenishing(card: CardId) -> String {
    format!("`understudy replenish {}` brings new keys.", card.0)
}

/// Advice about a card that needs a letter of its issuer to know the time.
pub(crate) fn for_no_time(card: CardId) -> String {
    format!(
        "set the device's clock right if it is wrong, or `understudy replenish {}` brings a letter.",
        card.0
    )
}

/// Advice after a decline by the issuer, at the counter and on the command line.
pub(super) fn for_decline(reason: IssuerReason, is_own: bool) -> String {
    let option = match reason {
        IssuerReason::RefundWithoutOriginal => {
            return "Name the payment: --of NUMBER, as `understudy authorisations` has it. \
                    `understudy unlinked-refunds` lets a merchant do without."
                .to_owned();
        }
        IssuerReason::NoCvm | IssuerReason::VerificationDue if !is_own => {
            " Verify on the card's own device, or add --pin PIN."
        }
        IssuerReason::NoCvm | IssuerReason::VerificationDue => " Add --verified, or --pin PIN.",
        IssuerReason::WrongPin => " Three wrong ones in a row block it.",
        _ => "",
    };
    format!("{}{option}", reason.cardholder_action())
}

/// Advice after a decline for the state of a token.
pub(crate) fn for_token(reason: IssuerReason, token: &TokenSummary) -> Option<String> {
    let id = token.id;
    Some(match reason {
        IssuerReason::WrongPin if !token.has_pin => for_no_pin(token),
        IssuerReason::TokenInactive => format!(
            "`understudy verify CODE --token {id}` makes the card active; `understudy verify \
             --resend --token {id}` sends another code."
        ),
        IssuerReason::TokenSuspended | IssuerReason::DeviceSuspended => for_suspended(token),
        IssuerReason::PinTriesExceeded => format!(
            "Add --verified, or let the bank lift the block: `understudy set-pin {id} --pin -`."
        ),
        IssuerReason::TokenDeleted | IssuerReason::Expired => {
            "`understudy issue` makes a new card.".to_owned()
        }
        _ => return None,
    })
}

/// Advice about a suspended card.
pub(super) fn for_suspended(token: &TokenSummary) -> String {
    let id = token.id;
    if token.status == TokenStatus::Suspended {
        return format!("`understudy resume {id}` lets the card pay again.");
    }
    let device = token.home.map(|home| hex::upper(&home.device.0));
    format!(
        "`understudy resume --device {}` lets the cards of this wallet pay again.",
        device.unwrap_or_default()
    )
}

/// Advice after a request without an answer.
pub(crate) const UNANSWERED: &str =
    "Nothing was paid. The terminal reverses the request before it sends anything else: tap again.";

/// Advice about an account without a PIN, for which every PIN is wrong.
pub(super) fn for_no_pin(token: &TokenSummary) -> String {
    format!(
        "The account has no PIN, so every PIN is wrong: `understudy set-pin {} --pin -` sets one. \
         Or verify on the device: --verified.",
        token.id
    )
}

/// Advice about a missing PIN.
pub(super) fn for_missing_pin(is_demonstration: bool, may_verify: bool) -> String {
    let hint = if is_demonstration {
        format!(
            "a demonstration card begins with {}",
            demonstration::TEST_PIN
        )
    } else {
        "or - to read it from the standard input".to_owned()
    };
    let otherwise = if may_verify {
        ", or verify on the device: --verified"
    } else {
        ""
    };
    format!("Tap again with --pin PIN ({hint}){otherwise}.")
}
