//! The library's derivation of a cryptogram vector, step by step.

use understudy_core::crypto::{Atc, CryptogramInput, Cvn, Field};
use understudy_core::kd::{CardMasterKey, IssuerMasterKey, MasterKeyMethod, SessionKeyMethod};

use crate::cases::CryptogramCase;

impl CryptogramCase {
    pub(crate) fn cvn(&self) -> Cvn {
        let named = |cvn: &Cvn| cvn.name() == self.version;
        Cvn::ALL
            .into_iter()
            .find(named)
            .expect("a version that exists")
    }

    pub(crate) fn imk(&self) -> IssuerMasterKey {
        IssuerMasterKey::from_octets(self.imk.array())
    }

    pub(crate) fn imk_octets(&self) -> [u8; 16] {
        self.imk.array()
    }

    pub(crate) fn psn(&self) -> Option<u8> {
        self.psn.array::<1>().first().copied()
    }

    /// The card master key derived with `imk` for this card.
    pub(crate) fn master_key_from(&self, imk: &IssuerMasterKey) -> CardMasterKey {
        imk.card_master_key(MasterKeyMethod::OptionA, &self.pan, self.psn())
            .unwrap()
    }

    pub(crate) fn master_key(&self) -> CardMasterKey {
        self.master_key_from(&self.imk())
    }

    pub(crate) fn master_key_octets(&self) -> [u8; 16] {
        self.master_key().expose().try_into().unwrap()
    }

    /// The session key derived with `key` for this transaction.
    pub(crate) fn session_key_from(
        &self,
        key: &CardMasterKey,
        method: SessionKeyMethod,
    ) -> [u8; 16] {
        key.session_key(method, self.atc(), self.data.unpredictable_number.array())
            .expose()
            .try_into()
            .unwrap()
    }

    pub(crate) fn session_key(&self, method: SessionKeyMethod) -> [u8; 16] {
        self.session_key_from(&self.master_key(), method)
    }

    pub(crate) fn atc(&self) -> Atc {
        self.atc.counter()
    }

    pub(crate) fn input(&self, cvn: Cvn) -> CryptogramInput<'_> {
        CryptogramInput::new(cvn, self.data.transaction_data(), &self.iad.0).unwrap()
    }

    /// The data elements under the MAC, one by one, built from the file alone.
    pub(crate) fn elements(&self) -> Vec<Vec<u8>> {
        let mchip = self.version.starts_with("M/Chip");
        let element = |field: &Field| match field {
            Field::AmountAuthorised => &self.data.amount_authorised.0[..],
            Field::AmountOther => &self.data.amount_other.0,
            Field::TerminalCountry => &self.data.terminal_country.0,
            Field::Tvr => &self.data.tvr.0,
            Field::Currency => &self.data.currency.0,
            Field::Date => &self.data.date.0,
            Field::TransactionType => &self.data.transaction_type.0,
            Field::UnpredictableNumber => &self.data.unpredictable_number.0,
            Field::Aip => &self.data.aip.0,
            Field::Atc => &self.atc.0,
            Field::Cvr if mchip => &self.iad.0[2..8],
            Field::Cvr => &self.iad.0[3..7],
            Field::CvrFirstOctet => &self.iad.0[4..5],
            Field::Counters => &self.iad.0[10..18],
            Field::Iad => &self.iad.0,
        };
        self.cvn()
            .fields()
            .iter()
            .map(|field| element(field).to_vec())
            .collect()
    }
}
