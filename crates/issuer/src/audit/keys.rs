//! Entries about the issuer master key, which is kept outside the database.

use understudy_core::card::UnixTime;

use super::deed::{Deed, Subject};
use super::master_keys;
use crate::custody::Entered;
use crate::fault::Fault;
use crate::issuer::Issuer;

impl Issuer {
    /// Enters the versions of the issuer master key that the custodian has and the database does not
    /// know. Issuing a token does so too.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn note_master_keys(&self, now: UnixTime) -> Result<(), Fault> {
        self.act(now, |act| master_keys::note(act, act.actor))
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
