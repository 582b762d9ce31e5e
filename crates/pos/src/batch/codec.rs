//! The JSON forms of types from other modules.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::outcome::Cvm;

/// An amount, as its minor units and its currency's number.
pub(super) mod amount {
    use understudy_core::wire::amount::{Amount, Currency};

    use super::{Deserialize, Deserializer, Serialize, Serializer, de};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        minor: u64,
        currency: u16,
    }

    pub(in crate::batch) fn serialize<S: Serializer>(
        amount: &Amount,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let (minor, currency) = (amount.minor(), amount.currency().numeric());
        Written { minor, currency }.serialize(serializer)
    }

    pub(in crate::batch) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Amount, D::Error> {
        let written = Written::deserialize(deserializer)?;
        let currency = Currency::new(written.currency);
        currency
            .and_then(|currency| Amount::new(written.minor, currency))
            .ok_or_else(|| de::Error::custom("an amount has twelve digits and a currency three"))
    }
}

/// An AID in hex.
pub(super) mod aid {
    use super::{Deserialize, Deserializer, Serializer, de};
    use crate::aid::Aid;

    pub(in crate::batch) fn serialize<S: Serializer>(
        aid: &Aid,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_str(aid)
    }

    pub(in crate::batch) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Aid, D::Error> {
        let octets = hex::decode(String::deserialize(deserializer)?).ok();
        octets
            .and_then(|octets| Aid::new(&octets))
            .ok_or_else(|| de::Error::custom("an AID has 5 to 16 octets in hex"))
    }
}

/// [`Cvm`] by name.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Cvm", rename_all = "kebab-case")]
pub(super) enum CvmName {
    None,
    OnlinePin,
    Signature,
    Device,
}
