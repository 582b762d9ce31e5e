//! The issuer: its database and its keys.

use understudy_issuer::{
    AesTerminalPinKey, Fault, Issuer, IssuerConfig, KeyCustody as _, KeyFamily, Pin, PublicKeys,
    SoftwareCustody, TestKeys, TokenId, TokenSummary, demonstration,
};
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::CardSummary;

use super::keys::{self, Cards};
use crate::failure::Failure;
use crate::home::{Home, Side};
use crate::invocation;
use crate::phone::Homes;

/// The issuer, and its public keys for devices.
pub(crate) struct IssuerSide {
    /// The token service and host. Each of its acts is durable when it returns.
    pub(crate) issuer: Issuer,
    /// The public parts of its keys.
    pub(crate) public: PublicKeys,
    /// The key of the desk at which PINs are chosen.
    desk: AesTerminalPinKey,
}

impl IssuerSide {
    /// Opens the issuer, or makes a new one. Fails if a wallet or a terminal has lost its issuer,
    /// which no other may replace. The keys of a new one depend on `cards`.
    pub(crate) fn open(home: &Home, cards: Cards) -> Result<Self, Failure> {
        check(home)?;
        let keys = keys::open_or_make(home, cards)?;
        let desk = keys.aes_terminal_pin();
        let custody = SoftwareCustody::new(keys);
        let path = home.database();
        if !home.has_database()? {
            home.create_once(&path, |new| {
                let keys = SoftwareCustody::new(keys::open(home)?);
                crate::home::write_new(new, &[])?;
                // The first entry of its audit is the key of the cards that every bank can issue.
                // Closing the database leaves one complete file.
                Issuer::open(new, keys, config())
                    .and_then(|issuer| {
                        let issuer = issuer.acting_for(home.actor());
                        issuer.note_master_keys(KeyFamily::UNIONPAY_TDES, super::now())
                    })
                    .map_err(|fault| unusable(home, fault))
            })?;
        }
        let public = custody.public_keys();
        let issuer = Issuer::open(&path, custody, config());
        let issuer = issuer.map_err(|fault| unusable(home, fault))?;
        Ok(Self {
            issuer: issuer.acting_for(home.actor()),
            public,
            desk,
        })
    }

    /// Fails if the keys are the published ones and the card is none of the demonstration's.
    pub(crate) fn admit(&self, cards: Cards, home: &Home) -> Result<(), Failure> {
        let test = demonstration::custody().public_keys();
        let published = self.public.verify.octets() == test.verify.octets();
        match cards {
            Cards::Own if published => Err(keys::published(home)),
            Cards::Own | Cards::Demonstration => Ok(()),
        }
    }

    /// Opens the issuer; `None` if it was never made.
    pub(crate) fn open_existing(home: &Home) -> Result<Option<Self>, Failure> {
        if home.has_database()? {
            return Self::open(home, Cards::Demonstration).map(Some);
        }
        check(home)?;
        Ok(None)
    }

    /// Opens the issuer, which must exist.
    pub(crate) fn need(home: &Home) -> Result<Self, Failure> {
        Self::open_existing(home)?.ok_or_else(|| {
            Failure::Home(format!(
                "nothing was issued in {} yet: `understudy issue` or `understudy tap` begins",
                home.folder().display()
            ))
        })
    }

    /// The token behind a card of a device.
    pub(crate) fn token_of(
        &self,
        device: DeviceId,
        card: &CardSummary,
    ) -> Result<Option<TokenSummary>, Failure> {
        let home = understudy_issuer::Home {
            device,
            card: card.id,
        };
        Ok(self.issuer.token_at(home)?)
    }

    /// Sets the PIN of the account behind a token, which reaches the issuer as a block.
    pub(crate) fn set_pin(&self, id: TokenId, pin: &Pin) -> Result<(), Failure> {
        let number = self.token(id)?.number;
        let block = self.desk.seal(pin, &number);
        let block = block.map_err(|error| Failure::Home(error.to_string()))?;
        Ok(self.issuer.set_pin(id, &block, super::now())?)
    }

    /// The token of this name.
    pub(crate) fn token(&self, id: TokenId) -> Result<TokenSummary, Failure> {
        let token = self.issuer.token(id)?;
        token.ok_or_else(|| Failure::no_token(id))
    }
}

/// Fails if a wallet or a terminal has lost its issuer.
pub(crate) fn check(home: &Home) -> Result<(), Failure> {
    if home.has_database()? {
        return Ok(());
    }
    if home.is_phone() {
        return Err(no_bank(home));
    }
    let has_terminal = home.path(Side::Terminal).exists() || !home.tills()?.is_empty();
    for (there, what) in [
        (home.has_wallet()?, "a wallet"),
        (has_terminal, "a terminal"),
    ] {
        // Another process may have made the issuer, and then the file, just now.
        if there && !home.has_database()? {
            return Err(Failure::Home(format!(
                "{} holds {what}'s files and no issuer.db beside it: put the file back, or start \
                 anew in another folder with --home DIR",
                home.folder().display(),
            )));
        }
    }
    Ok(())
}

/// The configuration of the issuer: under the published test keys it issues the demonstration's cards
/// alone.
fn config() -> IssuerConfig {
    IssuerConfig {
        test_keys: TestKeys::DemonstrationCards,
        ..demonstration::config()
    }
}

/// The failure for a command to the bank or the shop of a home that is a phone alone.
fn no_bank(home: &Home) -> Failure {
    let verb = match invocation::verb() {
        "tap" => format!(
            "tap --phone {}",
            invocation::quoted(home.folder().as_os_str())
        ),
        verb => verb.to_owned(),
    };
    Failure::Home(format!(
        "{} is a phone, and its bank and shop are in another home, BANK: {} is the command there",
        home.folder().display(),
        Homes::OnPhone.bank(&verb)
    ))
}

fn unusable(home: &Home, fault: Fault) -> Failure {
    Failure::Home(format!("{}: {fault}", home.database().display()))
}
