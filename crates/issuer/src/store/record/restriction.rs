//! The table `restriction`.

use understudy_core::wire::amount::Currency;

use crate::fault::Fault;
use crate::id::TokenId;
use crate::store::StoreError;
use crate::store::act::{Act, View};
use crate::token::restriction::{Country, MerchantName, Restrictions};

const CURRENCY: &str = "currency";
const COUNTRY: &str = "country";
const MERCHANT: &str = "merchant";

impl Restrictions {
    /// The restrictions of a token; none for an unknown token.
    pub(crate) fn load(view: &View<'_>, token: TokenId) -> Result<Self, Fault> {
        let sql = "SELECT kind, value FROM restriction WHERE token = ?1";
        let rows = view.all(sql, [token.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut restrictions = Self::default();
        for (kind, value) in rows {
            let (kind, value): (String, String) = (kind, value);
            let known = take(&mut restrictions, &kind, &value);
            known.ok_or(StoreError::Value("a restriction"))?;
        }
        Ok(restrictions)
    }

    /// Replaces the restrictions of a token.
    pub(crate) fn store(&self, act: &Act<'_>, token: TokenId) -> Result<(), Fault> {
        act.execute("DELETE FROM restriction WHERE token = ?1", [token.0])?;
        for (kind, value) in rows(self) {
            let sql = "INSERT INTO restriction (token, kind, value) VALUES (?1, ?2, ?3)";
            act.execute(sql, (token.0, kind, value))?;
        }
        Ok(())
    }
}

fn rows(of: &Restrictions) -> impl Iterator<Item = (&'static str, String)> {
    let currencies = of.currencies.iter().map(|currency| currency.numeric());
    let countries = of.countries.iter().map(|country| country.numeric());
    let merchants = of.merchants.iter().map(|name| name.text().to_owned());
    currencies
        .map(|numeric| (CURRENCY, numeric.to_string()))
        .chain(countries.map(|numeric| (COUNTRY, numeric.to_string())))
        .chain(merchants.map(|name| (MERCHANT, name)))
}

fn take(restrictions: &mut Restrictions, kind: &str, value: &str) -> Option<bool> {
    let numeric = || value.parse().ok();
    Some(match kind {
        CURRENCY => restrictions.currencies.insert(Currency::new(numeric()?)?),
        COUNTRY => restrictions.countries.insert(Country::new(numeric()?)?),
        MERCHANT => restrictions.merchants.insert(MerchantName::parse(value)?),
        _ => return None,
    })
}
