//! The cardholder verification that a card answers with.

use crate::wire::qualifiers::Ctq;

/// The cardholder verification of one tap, as the card decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cvm {
    /// Neither reader nor card requires one.
    None,
    /// Verified on the device; also under the MAC where the profile sets that flag.
    OnDevice,
    /// The reader asks for the online PIN.
    OnlinePin,
    /// The cardholder signs.
    Signature,
}

impl Cvm {
    /// The card transaction qualifiers, `9F6C`, of the schemes that have them. Never 8080: a PIN
    /// bit would override the verification on the device.
    #[must_use]
    pub const fn ctq(self) -> Ctq {
        match self {
            Self::None => Ctq::NONE,
            Self::OnDevice => Ctq::CDCVM,
            Self::OnlinePin => Ctq::ONLINE_PIN,
            Self::Signature => Ctq::SIGNATURE,
        }
    }
}
