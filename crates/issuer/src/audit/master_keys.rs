//! The versions of the issuer master keys that the database knows, and those that the custodian has.

use super::actor::Actor;
use super::deed::{Deed, Subject};
use crate::custody::{KeyFamily, KeyVersion};
use crate::fault::Fault;
use crate::store::{Act, StoreError, View};

/// Enters every version of these families that the database does not know, for a party.
pub(crate) fn note(
    act: &Act<'_>,
    actor: &Actor,
    families: impl IntoIterator<Item = KeyFamily>,
) -> Result<(), Fault> {
    let known = KeyVersion::known(act)?;
    let held = act.keys.master_keys();
    for family in families {
        let of_family = held.iter().filter(|version| version.family == family);
        for version in of_family.filter(|version| !known.contains(version)) {
            version.insert(act)?;
            let detail = format!("check value {}", version.check_value);
            let subject = Subject::MasterKey(version.family, version.dki);
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
        Err(StoreError::MasterKey(version.family, version.dki).into())
    })
}
