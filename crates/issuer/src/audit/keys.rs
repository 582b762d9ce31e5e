//! Entries about the issuer master keys, which are kept outside the database.

use understudy_core::card::UnixTime;

use super::deed::{Deed, Subject};
use super::master_keys;
use crate::custody::{Ceremony, KeyFamily};
use crate::fault::Fault;
use crate::issuer::Issuer;

impl Issuer {
    /// Enters the versions of a family's master key that the custodian has and the database does not
    /// know. Issuing a token does so too, for the families of its keys.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_master_keys(&self, family: KeyFamily, now: UnixTime) -> Result<(), Fault> {
        self.act(now, |act| master_keys::note(act, act.actor, [family]))
    }

    /// Enters that the last of a ceremony's components was entered.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_component(&self, ceremony: &Ceremony, now: UnixTime) -> Result<(), Fault> {
        let Some(entered) = ceremony.entered().last() else {
            return Ok(());
        };
        let (of, family) = (ceremony.of(), ceremony.family());
        let (person, value) = (entered.custodian.name(), entered.check_value);
        let detail = format!("one of {of} by {person}, check value {value}, for a {family} key");
        self.act(now, |act| {
            act.record(Deed::ComponentEntered, Subject::Ceremony, detail)
        })
    }

    /// Enters that the ceremony for a family's key was given up.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_abandoned_ceremony(&self, family: KeyFamily, now: UnixTime) -> Result<(), Fault> {
        let detail = format!("for a {family} key");
        self.act(now, |act| {
            act.record(Deed::CeremonyAbandoned, Subject::Ceremony, detail)
        })
    }
}
