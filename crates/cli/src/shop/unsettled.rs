//! The tills of a shop whose batches are not settled.

use serde::Serialize;

use crate::home::{Home, TillName};
use crate::state::till_state;

/// A till with an open batch that is not empty.
#[derive(Serialize)]
pub(super) struct OpenTill {
    /// Its name; the first one has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    till: Option<String>,
    entries: usize,
    /// True if the reversal of a request is owed to the bank.
    owed: bool,
}

/// The open tills of a home except one. A till that cannot be read is left to the command that is for
/// it.
pub(super) fn beside(home: &Home, settled: Option<&TillName>) -> Vec<OpenTill> {
    let named = home.tills().unwrap_or_default();
    let all = std::iter::once(None).chain(named.iter().map(Some));
    all.filter(|name| *name != settled)
        .filter_map(|name| open(home, name))
        .collect()
}

fn open(home: &Home, name: Option<&TillName>) -> Option<OpenTill> {
    let state = till_state(home, name).ok().flatten()?;
    let till = OpenTill {
        till: name.map(ToString::to_string),
        entries: state.batch().entries.len(),
        owed: state.outstanding().is_some(),
    };
    (till.entries > 0 || till.owed).then_some(till)
}

impl OpenTill {
    /// The till in a sentence, with the command that settles it.
    pub(super) fn sentence(&self) -> String {
        let (name, option) = match &self.till {
            Some(till) => (format!("Till {till}"), format!(" --till {till}")),
            None => ("The first till".to_owned(), String::new()),
        };
        let entries = match self.entries {
            0 => "a reversal that it owes".to_owned(),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        format!("{name} is not settled yet, with {entries}: `understudy settle{option}`")
    }
}
