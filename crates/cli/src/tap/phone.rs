//! The second phone of a tap: a wallet in another home, whose bank is in this one.

use understudy_core::card::{KeyError, Refusal};
use understudy_issuer::Reason;
use understudy_wallet::CardSummary;

use super::link::Told;
use super::report::TapDocument;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::invocation;
use crate::state::{IssuerSide, WalletSide};

/// The wallet of a second phone, and the issuer in this home.
pub(super) fn open(phone: &Home, home: &Home) -> Result<(WalletSide, IssuerSide), Failure> {
    if !phone.has_wallet()? {
        return Err(Failure::Input(format!(
            "--phone: {} is no phone: {}",
            phone.folder().display(),
            enrolling(phone)
        )));
    }
    let issuer = IssuerSide::need(home)?;
    let wallet = WalletSide::open(phone)?;
    if wallet.wallet.cards().is_empty() {
        let next = match wallet.wallet.device() {
            Some(device) => issuing(phone, &hex::upper(&device.0)),
            None => enrolling(phone),
        };
        return Err(Failure::Input(format!(
            "--phone: the phone in {} holds no card: {next}",
            phone.folder().display()
        )));
    }
    Ok((wallet, issuer))
}

/// A second phone with the names of its device and its token at the bank.
pub(super) struct Place<'h> {
    phone: &'h Home,
    device: String,
    token: String,
}

impl<'h> Place<'h> {
    /// The place of a card in the wallet of a phone.
    pub(super) fn of(
        phone: &'h Home,
        wallet: &WalletSide,
        issuer: &IssuerSide,
        card: &CardSummary,
    ) -> Self {
        let device = wallet.wallet.device();
        // Without the issuer's record the advice names no number.
        let token = device.and_then(|device| issuer.token_of(device, card).ok().flatten());
        Self {
            phone,
            device: device.map_or_else(|| "ID".to_owned(), |device| hex::upper(&device.0)),
            token: token.map_or_else(|| "TOKEN".to_owned(), |token| token.id.to_string()),
        }
    }

    /// The advice after a tap, where it is another than for a wallet beside its bank: keys and cards
    /// come with letters.
    pub(super) fn advice(&self, report: &TapDocument, told: Told) -> Option<String> {
        if told.refusal == Some(Refusal::Key(KeyError::Exhausted)) {
            return Some(self.keys());
        }
        let declined = report.issuer.as_ref().map(|issuer| issuer.reason);
        let declined = declined.and_then(Reason::from_name);
        let is_over = told.refusal == Some(Refusal::Expired)
            || matches!(declined, Some(Reason::TokenDeleted | Reason::Expired));
        is_over.then(|| format!("{}.", issuing(self.phone, &self.device)))
    }

    fn keys(&self) -> String {
        let (token, device) = (&self.token, &self.device);
        format!(
            "`understudy replenish --token {token}` makes new keys, `understudy letters --device \
             {device} --out DIR` writes the letter, and `{}` takes it.",
            invocation::elsewhere(self.phone.folder(), "phone receive DIR")
        )
    }
}

/// The commands that give a phone a card.
fn issuing(phone: &Home, device: &str) -> String {
    format!(
        "`understudy issue --pan - --expiry YYMM --device {device} --out FILE` makes one for it, and \
         `{}` takes it",
        invocation::elsewhere(phone.folder(), "phone receive FILE")
    )
}

/// The commands that make a home a phone of this bank.
fn enrolling(phone: &Home) -> String {
    format!(
        "`understudy enrol --challenge`, `{}` and `understudy enrol --request FILE` make it one",
        invocation::elsewhere(phone.folder(), "phone enrol")
    )
}
