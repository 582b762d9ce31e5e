//! The key under which the wallet's store is sealed.

use understudy_wallet::StorageKey;
use understudy_wallet::store::{KEY_LEN, PASSPHRASE_SALT_LEN};
use zeroize::Zeroizing;

use super::keys;
use crate::failure::Failure;
use crate::home::{Home, damaged, read_octets, write_new};
use crate::passphrase::WAYS;

/// The storage key of wallets that were made without a passphrase. It protects nothing.
const PUBLISHED: [u8; KEY_LEN] = *b"understudy demonstration storage";

/// The source of a wallet's storage key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeySource {
    /// The user's passphrase, with the salt in the home.
    Passphrase,
    /// A key that is published in this source.
    Published,
}

impl KeySource {
    /// The source for the wallet in this home, which must exist.
    pub(crate) fn of(home: &Home) -> Result<Self, Failure> {
        Ok(match read_salt(home)? {
            Some(_) => Self::Passphrase,
            None => Self::Published,
        })
    }
}

/// The storage key of the wallet in this home. A new wallet, and one of an earlier version, gets
/// one from the passphrase of the issuer's keys, or the published one if those have none.
pub(super) fn of(home: &Home) -> Result<&StorageKey, Failure> {
    home.storage_key(|| match read_salt(home)? {
        Some(salt) => from_salt(home, &salt),
        None if home.has_store()? => without_passphrase(home),
        None => first(home),
    })
}

fn read_salt(home: &Home) -> Result<Option<[u8; PASSPHRASE_SALT_LEN]>, Failure> {
    let path = home.salt();
    let Some(octets) = read_octets(&path)? else {
        return Ok(None);
    };
    let salt = octets.as_slice().try_into();
    salt.map(Some)
        .map_err(|_| Failure::Home(damaged(&path.display())))
}

fn from_salt(home: &Home, salt: &[u8; PASSPHRASE_SALT_LEN]) -> Result<StorageKey, Failure> {
    let passphrase = home.passphrase();
    let text = match passphrase.given()? {
        Some(text) => Some(text),
        None => passphrase.ask()?,
    };
    let text = text.ok_or_else(|| {
        Failure::Home(format!(
            "the wallet in {} is sealed under a passphrase: {WAYS}",
            home.folder().display()
        ))
    })?;
    StorageKey::from_passphrase(text, salt)
        .map_err(|error| Failure::Home(format!("the wallet's storage key: {error}: {WAYS}")))
}

/// The published key. A given passphrase is refused here, because it means that the wallet was
/// expected to be sealed under it.
fn without_passphrase(home: &Home) -> Result<StorageKey, Failure> {
    match keys::own_passphrase(home)? {
        None => Ok(published()),
        Some(_) => Err(Failure::Home(format!(
            "the wallet in {} was made without a passphrase, under the published storage key: give \
             none, or name a new folder with --home DIR",
            home.folder().display()
        ))),
    }
}

fn published() -> StorageKey {
    StorageKey::new(Zeroizing::new(PUBLISHED))
}

/// The key of a new wallet.
fn first(home: &Home) -> Result<StorageKey, Failure> {
    if keys::under_passphrase(home)? {
        home.create()?;
        let path = home.salt();
        home.create_once(&path, |new| {
            let mut salt = [0; PASSPHRASE_SALT_LEN];
            getrandom::fill(&mut salt).map_err(|_| {
                Failure::Home("there is no randomness for the wallet's salt".to_owned())
            })?;
            write_new(new, &salt)
        })?;
    }
    match read_salt(home)? {
        Some(salt) => from_salt(home, &salt),
        None => Ok(published()),
    }
}
