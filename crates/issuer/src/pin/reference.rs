//! What the issuer keeps of a PIN.

use super::Pin;
use crate::account::AccountId;
use crate::custody::{HostMac, IssuerKeys, Purpose};
use crate::random::{self, NoRandomness};
use crate::secret::Secret;

/// A code over the PIN under the host key, with salt. Without the host
/// key it says nothing about the PIN.
pub(crate) struct PinReference {
    pub(crate) salt: Secret<16>,
    pub(crate) code: Secret<32>,
}

impl PinReference {
    pub(crate) fn new(
        keys: &IssuerKeys,
        account: AccountId,
        pin: &Pin,
    ) -> Result<Self, NoRandomness> {
        let salt = Secret::from(random::octets()?);
        let HostMac(code) = code(keys, account, &salt, pin);
        Ok(Self {
            salt,
            code: Secret::new(code),
        })
    }

    pub(crate) fn matches(&self, keys: &IssuerKeys, account: AccountId, pin: &Pin) -> bool {
        code(keys, account, &self.salt, pin) == HostMac(*self.code.expose())
    }
}

fn code(keys: &IssuerKeys, account: AccountId, salt: &Secret<16>, pin: &Pin) -> HostMac {
    keys.host_mac(
        Purpose::Pin,
        &[&account.0.to_be_bytes(), salt.expose(), pin.digits()],
    )
}

#[cfg(test)]
mod tests {
    use super::PinReference;
    use crate::account::AccountId;
    use crate::{Pin, demonstration};

    #[test]
    fn a_reference_knows_its_pin_in_its_account_only_and_is_salted() {
        let keys = demonstration::keys();
        let pin = Pin::parse("123456").unwrap();
        let one = PinReference::new(&keys, AccountId(1), &pin).unwrap();
        let other = PinReference::new(&keys, AccountId(1), &pin).unwrap();
        assert!(one.matches(&keys, AccountId(1), &pin));
        assert!(!one.matches(&keys, AccountId(2), &pin));
        for wrong in ["123457", "12345", "1234560", "0000"] {
            assert!(
                !one.matches(&keys, AccountId(1), &Pin::parse(wrong).unwrap()),
                "{wrong}"
            );
        }
        assert_ne!(one.salt.expose(), other.salt.expose());
        assert_ne!(one.code.expose(), other.code.expose());
    }
}
