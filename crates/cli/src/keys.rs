//! `keys`: the versions of the issuer master key, and the ceremony that makes a new one.

use clap::{Args, Subcommand};
use serde::Serialize;
use understudy_issuer::{
    CheckValue, Component, Fault, Issuer, IssuerKeys, KeyVersion, Person, Secret,
};
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::hex;
use crate::home::Home;
use crate::input::{self, Given};
use crate::output::{FAINT, GOOD, KEY, NOTE, Output, paint};
use crate::state::{IssuerSide, keys, now};

/// Lists the issuer's master keys, and makes new ones.
///
/// A new card gets the newest version, which its derivation key index (DKI) names; a card keeps the
/// one that it was issued under. Programs that have the issuer open, such as `serve`, must be started
/// again after a change.
#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists the versions with their check values, and the ceremony that has begun
    List,
    /// Makes a new version at random, which nobody sees
    Rotate,
    /// Enters one component of a new version; each comes from another person
    Component(Enter),
    /// Makes the key that was put together the newest version, if this is its check value
    Confirm {
        /// Six hex digits, which the custodians compare with their record of the key
        #[arg(value_name = "CHECK-VALUE")]
        check_value: String,
    },
    /// Forgets every component that was entered
    Abandon,
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
    /// File with the component, 32 hex digits; `-` is the next line of the standard input. If not
    /// given, it is typed at the terminal without echo
    #[arg(long, value_name = "FILE")]
    from: Option<String>,
}

impl Keys {
    pub(crate) fn run(&self, home: &Home, out: &mut Output) -> Result<Exit, Failure> {
        let (keys, done) = match &self.verb {
            Verb::List => (keys::need(home)?, String::new()),
            Verb::Rotate => {
                let (version, keys) = keys::change(home, |keys| refused(keys.rotate()))?;
                note(home, |issuer| issuer.note_master_keys(now()))?;
                (keys, made(version))
            }
            Verb::Component(enter) => (enter.run(home)?, paint(GOOD, "Entered.")),
            Verb::Confirm { check_value } => {
                let check_value = parse_check_value("CHECK-VALUE", check_value)?;
                let confirm = |keys: &mut IssuerKeys| refused(keys.confirm(check_value));
                let (version, keys) = keys::change(home, confirm)?;
                note(home, |issuer| issuer.note_master_keys(now()))?;
                (keys, made(version))
            }
            Verb::Abandon => {
                let (begun, keys) = keys::change(home, |keys| Ok(keys.abandon()))?;
                if begun {
                    note(home, |issuer| issuer.note_abandoned_ceremony(now()))?;
                }
                (keys, forgotten(begun))
            }
        };
        tell(&keys, &done, out);
        Ok(Exit::Done)
    }
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

impl Enter {
    fn run(&self, home: &Home) -> Result<IssuerKeys, Failure> {
        let custodian = Person::parse(&self.custodian).ok_or_else(|| {
            Failure::Input(
                "--custodian: a name of 1 to 32 printable ASCII characters is needed".to_owned(),
            )
        })?;
        let check_value = parse_check_value("--check-value", &self.check_value)?;
        // Nobody enters a secret for a home that has no use for it.
        keys::need(home)?;
        let component = Component::new(self.read()?, check_value)
            .map_err(|error| Failure::Input(error.to_string()))?;
        let ((), keys) = keys::change(home, |keys| {
            refused(keys.enter(&component, custodian, self.of).map(drop))
        })?;
        if let Some(ceremony) = &keys.ceremony
            && let Some(entered) = ceremony.entered().last()
        {
            note(home, |issuer| {
                issuer.note_component(entered, ceremony.of(), now())
            })?;
        }
        Ok(keys)
    }

    /// The component, from the place that was named.
    fn read(&self) -> Result<Secret<16>, Failure> {
        let text = match self.from.as_deref() {
            None => input::secret("the component", "Component, 32 hex digits: ")?,
            Some("-") => input::text("--from", &Given::standard_input())?,
            Some(file) => first_line(&input::file("--from", file)?)?,
        };
        let octets = input::array::<16>("the component", &Given::secret(text))?;
        Ok(Secret::from(octets))
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

fn refused<T>(done: Result<T, understudy_issuer::CeremonyError>) -> Result<T, Failure> {
    done.map_err(|error| Failure::Input(error.to_string()))
}

fn made(version: KeyVersion) -> String {
    format!(
        "{} version {:02X} of the issuer master key, check value {}: new cards get it.",
        paint(GOOD, "Made"),
        version.dki,
        version.check_value
    )
}

/// Prints what was done, and the keys as they are now.
fn tell(keys: &IssuerKeys, done: &str, out: &mut Output) {
    let answer = Answer::new(keys);
    if out.json() {
        out.object(&answer);
    } else {
        if !done.is_empty() {
            out.line(done);
        }
        answer.print(out);
    }
}

/// The JSON about the keys.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    /// The versions in ascending order of their indexes.
    master_keys: Vec<VersionView>,
    ceremony: Option<CeremonyView>,
}

#[derive(Serialize)]
struct VersionView {
    dki: String,
    check_value: String,
    /// New cards get this version.
    newest: bool,
}

#[derive(Serialize)]
struct CeremonyView {
    /// The number of components that it needs.
    of: u8,
    entered: Vec<EnteredView>,
    /// The check value of the key, once all components were entered.
    check_value: Option<String>,
}

#[derive(Serialize)]
struct EnteredView {
    custodian: String,
    check_value: String,
}

impl Answer {
    fn new(keys: &IssuerKeys) -> Self {
        let versions = keys.application_cryptogram.versions();
        let mut master_keys: Vec<_> = versions
            .map(|version| VersionView {
                dki: hex::upper(&[version.dki]),
                check_value: version.check_value.to_string(),
                newest: false,
            })
            .collect();
        if let Some(newest) = master_keys.last_mut() {
            newest.newest = true;
        }
        let ceremony = keys.ceremony.as_ref().map(|ceremony| CeremonyView {
            of: ceremony.of(),
            entered: ceremony
                .entered()
                .iter()
                .map(|entered| EnteredView {
                    custodian: entered.custodian.name().to_owned(),
                    check_value: entered.check_value.to_string(),
                })
                .collect(),
            check_value: ceremony.check_value().map(|value| value.to_string()),
        });
        Self {
            format: "understudy.keys/1",
            master_keys,
            ceremony,
        }
    }

    fn print(&self, out: &mut Output) {
        for version in &self.master_keys {
            let note = if version.newest { "for new cards" } else { "" };
            out.line(format!(
                "  DKI {}  check value {}  {}",
                paint(KEY, &version.dki),
                version.check_value,
                paint(FAINT, note)
            ));
        }
        let Some(ceremony) = &self.ceremony else {
            return;
        };
        let entered = ceremony.entered.len();
        out.line(format!(
            "{}: {entered} of {} components were entered.",
            paint(NOTE, "A new version is being put together"),
            ceremony.of
        ));
        for entered in &ceremony.entered {
            let (name, value) = (&entered.custodian, &entered.check_value);
            out.line(format!("  {value}  {name}"));
        }
        if let Some(value) = &ceremony.check_value {
            out.line(format!(
                "Its check value is {value}: compare it, then `understudy keys confirm {value}`."
            ));
        }
    }
}
