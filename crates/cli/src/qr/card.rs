//! The code of a card of the wallet.

use clap::Args;
use serde::Serialize;
use understudy_core::card::code::{CodeRefusal, VALIDITY};
use understudy_core::card::{CardId, KeyError, Refusal, UnixTime};
use understudy_core::wire::amount::Amount;
use understudy_pos::money;
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::{CardSummary, PresentedCode, Verification, WalletError};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::home::Home;
use crate::invocation;
use crate::output::{Output, STRONG, paint};
use crate::phone::Homes;
use crate::phone::password::{self, Seat};
use crate::shop::utc;
use crate::state::{self, Cards, IssuerKeySource, WalletSide};
use crate::tap::{advice, demonstration};

/// The options for the code of a card.
#[derive(Debug, Args)]
pub(super) struct CardOptions {
    /// The card whose code is shown, by its number in `understudy cards`; the default card if not
    /// given
    #[arg(long, value_name = "CARD", conflicts_with = "code")]
    from: Option<u16>,
    /// The user verified on the device just now
    #[arg(long, conflicts_with = "code")]
    verified: bool,
    /// The user verifies with the payment password just now, which is read from the terminal or the
    /// standard input
    #[arg(long, conflicts_with_all = ["code", "verified"])]
    password: bool,
    /// Prints the text of the code alone, for `understudy scan -`
    #[arg(long, conflicts_with_all = ["code", "json"])]
    pub(super) text: bool,
}

/// A code that the wallet made.
pub(super) struct CardCode {
    code: PresentedCode,
    card: CardSummary,
}

/// The JSON about the code of a card.
#[derive(Serialize)]
pub(super) struct CardCodeView<'c> {
    card: u16,
    label: &'c str,
    number: &'c str,
    counter: u16,
    displayed_at: String,
    valid_until: String,
    /// The most that it pays, in minor units.
    most: u64,
    currency: u16,
    text: &'c str,
}

impl CardOptions {
    /// Makes a code. A home without anything gets the demonstration's card first, as by a tap.
    pub(super) fn present(&self, home: &Home) -> Result<CardCode, Failure> {
        let digits = self.password.then(|| password::read(password::QUESTION));
        let digits = digits.transpose()?;
        let side = open(home)?;
        let card = side.card(home, self.from)?;
        self.verify(&side, home, digits)?;
        let code = side.present_code(card.id);
        side.settle_later();
        Ok(CardCode {
            code: code?.map_err(|error| refused(error, card.id, home, side.wallet.device()))?,
            card,
        })
    }

    fn verify(
        &self,
        side: &WalletSide,
        home: &Home,
        digits: Option<Zeroizing<String>>,
    ) -> Result<(), Failure> {
        let wallet = &side.wallet;
        match digits {
            Some(digits) => {
                let proof = wallet.verify_password(&digits);
                let refused = |error| password::refused(error, wallet, Seat::of(home));
                wallet.user_verified(proof.map_err(refused)?);
            }
            None if self.verified => wallet.user_verified(Verification::aged(0)),
            None => wallet.user_acted(),
        }
        Ok(())
    }
}

/// The wallet, if it has a card; else that of the demonstration, whose card is for neither a phone nor
/// an issuer with keys of its own.
fn open(home: &Home) -> Result<WalletSide, Failure> {
    if let Some(side) = WalletSide::open_existing(home)? {
        if !side.wallet.cards().is_empty() {
            return Ok(side);
        }
        if !may_have_demonstration(home)? {
            return Err(state::no_card(home, Some(&side.wallet)));
        }
    } else if !may_have_demonstration(home)? {
        return Err(state::no_card(home, None));
    }
    let (side, issuer) = state::open_both(home, Cards::Demonstration)?;
    if side.wallet.cards().is_empty() {
        demonstration::issue(&side, &issuer, home)?;
    }
    Ok(side)
}

fn may_have_demonstration(home: &Home) -> Result<bool, Failure> {
    Ok(!home.is_phone() && IssuerKeySource::expected(home)? == IssuerKeySource::Published)
}

/// The failure for a refused code, with advice.
fn refused(error: WalletError, card: CardId, home: &Home, device: Option<DeviceId>) -> Failure {
    let next = match &error {
        WalletError::Code(CodeRefusal::NotVerified | CodeRefusal::Stale) => {
            "add --verified, or --password".to_owned()
        }
        WalletError::Code(CodeRefusal::NoTime | CodeRefusal::TimeBehind) => {
            advice::for_no_time(card)
        }
        WalletError::Code(CodeRefusal::Version(_)) => {
            let CardId(number) = card;
            let tap = if home.is_phone() {
                let phone = invocation::quoted(home.folder().as_os_str());
                Homes::OnPhone.bank(&format!("tap --phone {phone} --from {number}"))
            } else {
                format!("`understudy tap --from {number}`")
            };
            format!("{tap} pays with this card")
        }
        WalletError::Code(CodeRefusal::Card(Refusal::Key(KeyError::Exhausted))) => {
            advice::for_no_key(home, device, card)
        }
        WalletError::Code(CodeRefusal::Card(Refusal::Expired)) => {
            "`understudy issue` makes a new card".to_owned()
        }
        _ => return error.into(),
    };
    Failure::Input(format!("{error}: {next}"))
}

impl CardCode {
    pub(super) fn text(&self) -> &str {
        self.code.text()
    }

    pub(super) fn view(&self) -> CardCodeView<'_> {
        CardCodeView {
            card: self.card.id.0,
            label: &self.card.label,
            number: &self.card.token,
            counter: self.code.atc.get(),
            displayed_at: utc(self.code.at),
            valid_until: utc(self.end()),
            most: self.card.limits.verified_tap,
            currency: self.card.limits.currency.numeric(),
            text: self.text(),
        }
    }

    /// Says below the picture what it is good for.
    pub(super) fn explain(&self, home: &Home, out: &mut Output) {
        let view = self.view();
        let (label, number) = (view.label, view.number);
        let limits = self.card.limits;
        let most = Amount::new(limits.verified_tap, limits.currency);
        let most = most.map_or_else(String::new, money::format_amount);
        out.line(format!(
            "Card {}, {label}, {number}, counter {}",
            view.card, view.counter
        ));
        for (name, text) in [
            (
                "Good",
                format!(
                    "once, for {VALIDITY} seconds: until {} UTC.",
                    view.valid_until
                ),
            ),
            (
                "Amount",
                format!(
                    "The till says it: it is not under the cryptogram. Whoever scans the code first \
                     may take up to {most}, so show it to the till alone."
                ),
            ),
        ] {
            out.paragraph(name, 8, &text);
        }
        // One line, whatever the width: it is copied to the till.
        out.line(format!("{}{}", paint(STRONG, "Text    "), self.text()));
        let scan = "scan TEXT --amount AMOUNT";
        let scan = if home.is_phone() {
            Homes::OnPhone.bank(scan)
        } else {
            format!("`understudy {scan}`")
        };
        out.paragraph("Next", 8, &format!("{scan} is the till."));
    }

    fn end(&self) -> UnixTime {
        UnixTime(self.code.at.0.saturating_add(VALIDITY))
    }
}
