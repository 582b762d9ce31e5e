//! The terminal's memory and its file.

use std::io;

use understudy_pos::Config;
use understudy_pos::till::{Till, TillRules, TillState, TillStore};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::home::{Home, Side, Store, damaged};

/// A terminal that keeps itself in its file.
pub(crate) type DeskTill = Till<TillKeeper>;

/// Keeps the terminal's state in its file.
#[derive(Debug)]
pub(crate) struct TillKeeper {
    store: Store,
}

impl TillStore for TillKeeper {
    fn keep(&mut self, state: &TillState) -> io::Result<()> {
        self.store
            .replace(state.to_json()?.as_bytes())
            .map_err(io::Error::other)
    }
}

/// Locks and reads the terminal's file; without one, a new terminal.
pub(crate) fn open_till(home: &Home, config: &Config) -> Result<DeskTill, Failure> {
    let (store, content) = home.open(Side::Terminal)?;
    let path = store.path();
    let state = content.map(|content| read(&content)).transpose();
    let state = state.map_err(|()| Failure::Home(damaged(&path.display())))?;
    Till::open(config, TillRules::default(), state, TillKeeper { store }).map_err(|error| {
        Failure::Input(format!(
            "{}: {error}: use the terminal and merchant that it began with, or another folder \
             with --home DIR",
            path.display()
        ))
    })
}

fn read(content: &Zeroizing<Vec<u8>>) -> Result<TillState, ()> {
    let text = std::str::from_utf8(content).map_err(drop)?;
    TillState::from_json(text).map_err(drop)
}
