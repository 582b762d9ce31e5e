//! The list of the keys, and of the ceremony that has begun.

use serde::{Serialize, Serializer};
use understudy_issuer::{Ceremony, IssuerKeys, KeyFamily, KeyVersion};

use crate::hex;
use crate::layout::{Cell, Column, Table};
use crate::output::{FAINT, KEY, NOTE, Output, paint};

/// Prints what was done, and the keys as they are now: all, or those of one scheme and algorithm. JSON
/// has all.
pub(super) fn tell(keys: &IssuerKeys, done: &str, of: Option<KeyFamily>, out: &mut Output) {
    let answer = Answer::new(keys);
    if out.json() {
        out.object(&answer);
    } else {
        if !done.is_empty() {
            out.line(done);
        }
        answer.print(of, out);
    }
}

/// The JSON about the keys.
#[derive(Serialize)]
struct Answer {
    format: &'static str,
    /// The versions in ascending order of schemes, algorithms and indexes.
    master_keys: Vec<VersionView>,
    ceremony: Option<CeremonyView>,
    /// Some scheme has no key of some algorithm.
    #[serde(skip)]
    lacks: bool,
}

#[derive(Serialize)]
struct VersionView {
    #[serde(serialize_with = "lower_case")]
    scheme: &'static str,
    algorithm: &'static str,
    dki: String,
    check_value: String,
    /// New cards of this scheme and algorithm get this version.
    newest: bool,
}

#[derive(Serialize)]
struct CeremonyView {
    #[serde(serialize_with = "lower_case")]
    scheme: &'static str,
    algorithm: &'static str,
    /// The number of components that it needs.
    of: u8,
    entered: Vec<EnteredView>,
    /// The check value of the key, once all components were entered.
    check_value: Option<String>,
}

/// A scheme's name as the command line has it.
fn lower_case<S: Serializer>(scheme: &&'static str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&scheme.to_ascii_lowercase())
}

#[derive(Serialize)]
struct EnteredView {
    custodian: String,
    check_value: String,
}

impl Answer {
    fn new(keys: &IssuerKeys) -> Self {
        let versions: Vec<_> = keys.application_cryptogram.versions().collect();
        let has = |family| versions.iter().any(|version| version.family == family);
        let families = versions.chunk_by(|one, next| one.family == next.family);
        Self {
            format: "understudy.keys/2",
            lacks: !KeyFamily::all().all(has),
            master_keys: families.flat_map(VersionView::of_family).collect(),
            ceremony: keys.ceremony.as_ref().map(CeremonyView::new),
        }
    }

    fn print(&self, of: Option<KeyFamily>, out: &mut Output) {
        let shown = self.master_keys.iter();
        let shown = shown.filter(|version| of.is_none_or(|family| version.is_of(family)));
        out.table(&table(shown));
        if self.lacks && of.is_none() {
            out.line(
                "`understudy keys rotate --scheme NAME --algorithm NAME` makes the first key of \
                 another scheme or algorithm.",
            );
        }
        if let Some(ceremony) = &self.ceremony {
            ceremony.print(out);
        }
    }
}

impl VersionView {
    /// The versions of one family, which ascend.
    fn of_family(versions: &[KeyVersion]) -> impl Iterator<Item = Self> {
        let last = versions.last().copied();
        versions.iter().map(move |version| Self {
            scheme: version.family.scheme.name(),
            algorithm: version.family.algorithm.name(),
            dki: hex::upper(&[version.dki]),
            check_value: version.check_value.to_string(),
            newest: Some(*version) == last,
        })
    }

    fn is_of(&self, family: KeyFamily) -> bool {
        (self.scheme, self.algorithm) == (family.scheme.name(), family.algorithm.name())
    }
}

/// The versions, one a row: scheme and algorithm stand in the first row of each.
fn table<'v>(versions: impl Iterator<Item = &'v VersionView>) -> Table {
    let mut table = Table::new([
        Column::left("SCHEME"),
        Column::left("ALGORITHM"),
        Column::left("DKI"),
        Column::left("CHECK VALUE"),
        Column::left(""),
    ]);
    let (mut scheme, mut algorithm) = ("", "");
    for version in versions {
        let is_first = (scheme, algorithm) != (version.scheme, version.algorithm);
        let note = match (is_first, version.newest) {
            (false, true) => Cell::styled("for new cards", FAINT),
            _ => Cell::default(),
        };
        let named = |name, is_new: bool| Cell::optional(is_new.then_some(name));
        table.row([
            named(version.scheme, scheme != version.scheme),
            named(version.algorithm, is_first),
            Cell::styled(&version.dki, KEY),
            Cell::new(&version.check_value),
            note,
        ]);
        (scheme, algorithm) = (version.scheme, version.algorithm);
    }
    table
}

impl CeremonyView {
    fn new(ceremony: &Ceremony) -> Self {
        let entered = ceremony.entered().iter().map(|entered| EnteredView {
            custodian: entered.custodian.name().to_owned(),
            check_value: entered.check_value.to_string(),
        });
        Self {
            scheme: ceremony.family().scheme.name(),
            algorithm: ceremony.family().algorithm.name(),
            of: ceremony.of(),
            entered: entered.collect(),
            check_value: ceremony.check_value().map(|value| value.to_string()),
        }
    }

    fn print(&self, out: &mut Output) {
        let (scheme, algorithm) = (self.scheme, self.algorithm);
        out.line(format!(
            "{}: {} of {} components were entered.",
            paint(
                NOTE,
                format!("A new {scheme} {algorithm} key is being put together")
            ),
            self.entered.len(),
            self.of
        ));
        for entered in &self.entered {
            let (name, value) = (&entered.custodian, &entered.check_value);
            out.line(format!("  {value}  {name}"));
        }
        if let Some(value) = &self.check_value {
            out.line(format!(
                "Its check value is {value}: compare it, then `understudy keys confirm {value}`."
            ));
        }
    }
}
