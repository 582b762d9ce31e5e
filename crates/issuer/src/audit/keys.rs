//! Entries about the issuer master key, which is kept outside the database.

use understudy_core::card::UnixTime;

use super::actor::Actor;
use super::deed::{Deed, Subject};
use crate::custody::{Entered, KeyVersion};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{Act, StoreError, View};

impl Issuer {
    /// Enters the versions of the issuer master key that the custodian has and the database does not
    /// know. Issuing a token does so too.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_master_keys(&self, now: UnixTime) -> Result<(), Fault> {
        self.act(now, |act| note(act, act.actor))
    }

    /// Enters that a component of a new version was entered, one of `of`.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_component(&self, entered: &Entered, of: u8, now: UnixTime) -> Result<(), Fault> {
        let (person, value) = (entered.custodian.name(), entered.check_value);
        let detail = format!("one of {of} by {person}, check value {value}");
        self.act(now, |act| {
            act.record(Deed::ComponentEntered, Subject::Ceremony, detail)
        })
    }

    /// Enters that a key ceremony was given up.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_abandoned_ceremony(&self, now: UnixTime) -> Result<(), Fault> {
        self.act(now, |act| {
            act.record(Deed::CeremonyAbandoned, Subject::Ceremony, "")
        })
    }
}

/// Enters every version that the database does not know, for a party.
pub(crate) fn note(act: &Act<'_>, actor: &Actor) -> Result<(), Fault> {
    let known = KeyVersion::known(act)?;
    for version in act.keys.master_keys() {
        if !known.contains(&version) {
            version.insert(act)?;
            let detail = format!("check value {}", version.check_value);
            let subject = Subject::MasterKey(version.dki);
            act.record_for(actor, Deed::MasterKeyAdded, subject, detail)?;
        }
    }
    Ok(())
}

/// Refuses keys that lack a version which the database knows.
pub(crate) fn check(view: &View<'_>) -> Result<(), Fault> {
    let held = view.keys.master_keys();
    let known = KeyVersion::known(view)?;
    let missing = known.iter().find(|version| !held.contains(version));
    missing.map_or(Ok(()), |version| {
        Err(StoreError::MasterKey(version.dki).into())
    })
}
