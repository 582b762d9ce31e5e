//! `keys`: the versions of the issuer master keys, and the ceremony that makes a new one.

mod list;

use clap::{Args, Subcommand};
use understudy_core::card::Scheme;
use understudy_core::crypto::{Algorithm, Key};
use understudy_issuer::{
    Ceremony, CeremonyError, CheckValue, Component, Fault, Issuer, IssuerKeys, KeyFamily,
    KeyVersion, Person,
};
use zeroize::Zeroizing;

use self::list::tell;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::family;
use crate::home::Home;
use crate::input::{self, Given};
use crate::output::{GOOD, Output, paint};
use crate::state::{IssuerSide, check_issuer, keys, now};

/// Lists the issuer's master keys, and makes new ones.
///
/// Each scheme has a master key of its own for each algorithm, in versions. A new card gets the newest
/// one, which its derivation key index (DKI) names; a card keeps the one that it was issued under.
/// Programs that have the issuer open, such as `serve`, must be started again after a change.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists the versions with their check values, and the ceremony that has begun
    List,
    /// Makes a new version at random, which nobody sees: the first, where there is none
    Rotate {
        #[command(flatten)]
        family: Family,
    },
    /// Enters one component of a new version; each comes from another person
    Component(Enter),
    /// Makes the key that was put together the newest version, if this is its check value
    Confirm {
        /// Six hex digits, which the custodians compare with their record of the key
        #[arg(value_name = "CHECK-VALUE")]
        check_value: String,
        #[command(flatten)]
        family: Family,
    },
    /// Forgets every component that was entered
    Abandon {
        #[command(flatten)]
        family: Family,
    },
}

/// The scheme and the algorithm of a key. Where they are not given, they are those of the ceremony that
/// has begun, else `UnionPay` and triple DES.
#[derive(Debug, Args)]
struct Family {
    /// The scheme; if not given, that of the ceremony, else unionpay
    #[arg(long, value_name = "NAME", ignore_case = true, value_parser = family::schemes())]
    scheme: Option<Scheme>,
    /// The algorithm; if not given, that of the ceremony, else tdes
    #[arg(long, value_name = "NAME", ignore_case = true, value_parser = family::algorithms())]
    algorithm: Option<Algorithm>,
}

#[derive(Debug, Args)]
struct Enter {
    /// The person who enters it, 1 to 32 characters
    #[arg(long, value_name = "NAME")]
    custodian: String,
    /// The component's check value, six hex digits
    #[arg(long, value_name = "CHECK-VALUE")]
    check_value: String,
    /// Components of the key, 2 to 9; the first one decides, 2 if not given
    #[arg(long, value_name = "N")]
    of: Option<u8>,
    /// File with the component, as many hex digits as the key has; `-` is the next line of the standard
    /// input. If not given, it is typed at the terminal without echo
    #[arg(long, value_name = "FILE")]
    from: Option<String>,
    #[command(flatten)]
    family: Family,
}

impl Keys {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        check_issuer(home)?;
        let (keys, done, of) = match &self.verb {
            Verb::List => (keys::need(home)?, String::new(), None),
            Verb::Rotate { family } => {
                let family = family.of(None);
                let (version, keys) = keys::change(home, |keys| refused(keys.rotate(family)))?;
                note(home, |issuer| issuer.note_master_keys(family, now()))?;
                (keys, made(version), Some(family))
            }
            Verb::Component(enter) => {
                let keys = enter.run(home)?;
                let of = keys.ceremony.as_ref().map(Ceremony::family);
                (keys, paint(GOOD, "Entered."), of)
            }
            Verb::Confirm {
                check_value,
                family,
            } => {
                let (version, keys) = confirm(home, check_value, family)?;
                (keys, made(version), Some(version.family))
            }
            Verb::Abandon { family } => {
                let (begun, keys) = abandon(home, family)?;
                (keys, forgotten(begun.is_some()), begun)
            }
        };
        tell(&keys, &done, of, out);
        Ok(Exit::Done)
    }
}

fn confirm(
    home: &Home,
    check_value: &str,
    family: &Family,
) -> Result<(KeyVersion, IssuerKeys), Failure> {
    let check_value = parse_check_value("CHECK-VALUE", check_value)?;
    let (version, keys) = keys::change(home, |keys| {
        family.check(keys)?;
        refused(keys.confirm(check_value))
    })?;
    note(home, |issuer| {
        issuer.note_master_keys(version.family, now())
    })?;
    Ok((version, keys))
}

fn abandon(home: &Home, family: &Family) -> Result<(Option<KeyFamily>, IssuerKeys), Failure> {
    let (begun, keys) = keys::change(home, |keys| {
        family.check(keys)?;
        Ok(keys.abandon())
    })?;
    if let Some(family) = begun {
        note(home, |issuer| issuer.note_abandoned_ceremony(family, now()))?;
    }
    Ok((begun, keys))
}

/// Enters a step into the audit of the issuer, if there is one yet.
fn note(home: &Home, enter: impl FnOnce(&Issuer) -> Result<(), Fault>) -> Result<(), Failure> {
    match IssuerSide::open_existing(home)? {
        Some(side) => Ok(enter(&side.issuer)?),
        None => Ok(()),
    }
}

fn forgotten(begun: bool) -> String {
    if begun {
        paint(GOOD, "Forgotten: every component.")
    } else {
        "No component was entered.".to_owned()
    }
}

impl Family {
    /// The family that is meant beside a ceremony that may have begun.
    fn of(&self, ceremony: Option<&Ceremony>) -> KeyFamily {
        let begun = ceremony.map_or(KeyFamily::UNIONPAY_TDES, Ceremony::family);
        KeyFamily {
            scheme: self.scheme.unwrap_or(begun.scheme),
            algorithm: self.algorithm.unwrap_or(begun.algorithm),
        }
    }

    /// Refuses another family than that of the ceremony that has begun.
    fn check(&self, keys: &IssuerKeys) -> Result<(), Failure> {
        let ceremony = keys.ceremony.as_ref();
        match ceremony.map(Ceremony::family) {
            Some(begun) if begun != self.of(ceremony) => {
                refused(Err(CeremonyError::OtherFamily(begun)))
            }
            _ => Ok(()),
        }
    }
}

impl Enter {
    fn run(&self, home: &Home) -> Result<IssuerKeys, Failure> {
        let custodian = Person::parse(&self.custodian).ok_or_else(|| {
            Failure::Input(
                "--custodian: a name of 1 to 32 printable ASCII characters is needed".to_owned(),
            )
        })?;
        let check_value = parse_check_value("--check-value", &self.check_value)?;
        // Nobody enters a secret for a home that has no use for it.
        let keys = keys::need(home)?;
        self.family.check(&keys)?;
        let KeyFamily { scheme, algorithm } = self.family.of(keys.ceremony.as_ref());
        let component = Component::new(self.read(algorithm)?, check_value)
            .map_err(|error| Failure::Input(error.to_string()))?;
        let ((), keys) = keys::change(home, |keys| {
            refused(keys.enter(scheme, &component, custodian, self.of).map(drop))
        })?;
        if let Some(ceremony) = &keys.ceremony {
            note(home, |issuer| issuer.note_component(ceremony, now()))?;
        }
        Ok(keys)
    }

    /// The component, from the place that was named.
    fn read(&self, algorithm: Algorithm) -> Result<Key, Failure> {
        let length = algorithm.key_length();
        let text = match self.from.as_deref() {
            None => {
                let question = format!("Component, {} hex digits: ", 2 * length);
                input::secret("the component", &question)?
            }
            Some("-") => input::text("--from", &Given::standard_input())?,
            Some(file) => first_line(&input::file("--from", file)?)?,
        };
        let octets = input::octets("the component", &Given::secret(text), length, length)?;
        Key::from_octets(algorithm, &octets)
            .ok_or_else(|| Failure::Input(format!("the component is no {algorithm} key")))
    }
}

/// The first line of a file.
fn first_line(octets: &[u8]) -> Result<Zeroizing<String>, Failure> {
    let line = octets.split(|octet| *octet == b'\n').next();
    let text = line.and_then(|line| std::str::from_utf8(line).ok());
    let text = text.ok_or_else(|| Failure::Input("--from: the file is no text".to_owned()))?;
    Ok(Zeroizing::new(text.trim().to_owned()))
}

fn parse_check_value(name: &str, text: &str) -> Result<CheckValue, Failure> {
    CheckValue::parse(text)
        .ok_or_else(|| Failure::Input(format!("{name}: a check value is six hex digits")))
}

fn refused<T>(done: Result<T, CeremonyError>) -> Result<T, Failure> {
    done.map_err(|error| Failure::Input(error.to_string()))
}

fn made(version: KeyVersion) -> String {
    format!(
        "{} version {:02X} of the {} master key, check value {}: new cards get it.",
        paint(GOOD, "Made"),
        version.dki,
        version.family,
        version.check_value
    )
}
