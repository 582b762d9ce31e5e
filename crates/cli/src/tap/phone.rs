//! The second phone of a tap: a wallet in another home, whose bank is in this one.

use understudy_core::card::{KeyError, Refusal};
use understudy_issuer::Reason;
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::CardSummary;

use super::link::Told;
use super::report::TapDocument;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::invocation;
use crate::phone::Homes;
use crate::state::{IssuerSide, WalletSide};

/// The wallet of a second phone, and the issuer in this home.
pub(super) fn open(phone: &Home, home: &Home) -> Result<(WalletSide, IssuerSide), Failure> {
    if phone.has_database()? {
        return Err(Failure::Input(format!(
            "--phone: {} is a bank, no phone: a phone is a home of its own",
            phone.folder().display()
        )));
    }
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
            None => format!("this phone was erased: {}", enrolling(phone)),
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
    device: Option<DeviceId>,
    token: Option<String>,
    /// Keys of the card after the tap.
    keys_left: u16,
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
            device,
            token: token.map(|token| token.id.to_string()),
            keys_left: wallet
                .wallet
                .cards()
                .iter()
                .find(|other| other.id == card.id)
                .map_or(0, |card| card.ledger.keys),
        }
    }

    /// The advice after a tap, where it is another than for a wallet beside its bank: keys and cards
    /// come with letters.
    pub(super) fn advice(&self, report: &TapDocument, told: Told) -> Option<String> {
        let none_left = report.approved() && self.keys_left == 0;
        if none_left || told.refusal == Some(Refusal::Key(KeyError::Exhausted)) {
            let homes = Homes::at_bank(self.phone);
            return Some(format!(
                "{}.",
                homes.new_keys(self.device, self.token.as_deref())
            ));
        }
        let declined = report.issuer.as_ref().map(|issuer| issuer.reason);
        let declined = declined.and_then(Reason::from_name);
        let is_over = told.refusal == Some(Refusal::Expired)
            || matches!(declined, Some(Reason::TokenDeleted | Reason::Expired));
        let device = self.device.map(|device| hex::upper(&device.0));
        let device = device.as_deref().unwrap_or("ID");
        is_over.then(|| format!("{}.", issuing(self.phone, device)))
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
