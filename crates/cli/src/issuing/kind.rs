//! The kind of a new card: scheme, product, cryptogram version and algorithms, by the names of the core.

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};
use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Algorithms, Cvn};
use understudy_core::scheme::Product;
use understudy_issuer::IssueOptions;

use crate::failure::Failure;
use crate::family::{algorithm, algorithm_values, schemes};

/// The name of the algorithms of a card between which readers choose.
const DUAL: &str = "dual";

/// Options that name the kind of a card.
#[derive(Debug, Args)]
pub(crate) struct Kind {
    /// The card's scheme
    #[arg(
        long,
        value_name = "SCHEME",
        default_value = "unionpay",
        ignore_case = true
    )]
    #[arg(value_parser = schemes())]
    scheme: Scheme,
    /// The scheme's product; its usual one, debit, if not given
    #[arg(long, value_name = "PRODUCT")]
    #[arg(value_parser = PossibleValuesParser::new(product_names()))]
    product: Option<String>,
    #[arg(
        long,
        value_name = "VERSION",
        help = "The scheme's cryptogram version, by its name; the usual one if not given. A card with \
                UnionPay's 17 pays in CNY only"
    )]
    #[arg(value_parser = PossibleValuesParser::new(version_names()))]
    cvn: Option<String>,
    #[arg(
        long,
        value_name = "ALGORITHM",
        default_value = "tdes",
        ignore_case = true,
        help = "Algorithm of the card's keys; dual: two, between which readers choose (UnionPay)"
    )]
    #[arg(value_parser = PossibleValuesParser::new(algorithm_names()))]
    algorithm: String,
    /// The card has a record though its scheme needs none, for readers that refuse an answer without
    /// a file locator (AFL)
    #[arg(long)]
    records: bool,
}

impl Kind {
    pub(super) const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The options of such a card, with `keys` keys to begin with.
    pub(crate) fn options(&self, keys: u16) -> Result<IssueOptions, Failure> {
        let cvn = self.cvn()?;
        Ok(IssueOptions {
            product: self.product()?,
            cvn,
            algorithms: self.algorithms()?,
            with_record: self.records,
            domestic_only: is_domestic_only(self.scheme, cvn),
            keys,
            ..IssueOptions::of(self.scheme)
        })
    }

    fn product(&self) -> Result<Product, Failure> {
        let Some(name) = &self.product else {
            return Ok(self.scheme.usual_product());
        };
        let known = self.scheme.products().iter().map(|product| product.name);
        let product = self.scheme.product(name);
        product.ok_or_else(|| self.unknown("--product", name, known))
    }

    fn cvn(&self) -> Result<Cvn, Failure> {
        let Some(name) = &self.cvn else {
            return Ok(self.scheme.usual_version());
        };
        let cvn = versions(self.scheme).find(|cvn| number(*cvn) == name);
        let known = versions(self.scheme).map(number);
        cvn.ok_or_else(|| self.unknown("--cvn", name, known))
    }

    fn algorithms(&self) -> Result<Algorithms, Failure> {
        let named = algorithm(&self.algorithm).map_or(DUAL, Algorithm::name);
        let mut permitted = self.scheme.permitted_algorithms();
        let algorithms = permitted.find(|one| word(*one) == named);
        let known = self.scheme.permitted_algorithms().map(word);
        algorithms.ok_or_else(|| self.unknown("--algorithm", &self.algorithm, known))
    }

    /// The failure for a value that only another scheme has.
    fn unknown(
        &self,
        option: &str,
        value: &str,
        known: impl Iterator<Item = &'static str>,
    ) -> Failure {
        let known: Vec<_> = known.collect();
        Failure::Input(format!(
            "{option}: {} has no {value}: it has {}",
            self.scheme.name(),
            known.join(", ")
        ))
    }
}

/// The versions of a stand-in card of a scheme.
fn versions(scheme: Scheme) -> impl Iterator<Item = Cvn> {
    let versions = scheme.versions().iter();
    #[cfg(feature = "limited-use")]
    let versions = versions.chain(scheme.limited_use_versions());
    versions.copied()
}

/// True if a card of a version pays in its own currency alone: the currency is not under the MAC, or the
/// sum of a limited-use key is in it.
fn is_domestic_only(scheme: Scheme, cvn: Cvn) -> bool {
    !scheme.authenticates_currency(cvn) || !scheme.versions().contains(&cvn)
}

/// The number by which people name a version: the last word of its name.
fn number(cvn: Cvn) -> &'static str {
    cvn.name().rsplit(' ').next().unwrap_or(cvn.name())
}

/// The word for algorithms on the command line.
fn word(algorithms: Algorithms) -> &'static str {
    let mut each = algorithms.iter();
    match (each.next(), each.next()) {
        (Some(only), None) => only.name(),
        _ => DUAL,
    }
}

fn algorithm_names() -> impl Iterator<Item = PossibleValue> {
    algorithm_values().chain([PossibleValue::new(DUAL)])
}

fn product_names() -> Vec<&'static str> {
    once_each(
        Scheme::ALL
            .iter()
            .flat_map(|scheme| scheme.products())
            .map(|product| product.name),
    )
}

fn version_names() -> Vec<&'static str> {
    once_each(
        Scheme::ALL
            .iter()
            .flat_map(|scheme| versions(*scheme))
            .map(number),
    )
}

fn once_each(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut all = Vec::new();
    for name in names {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}
