//! The chain of codes over the entries, and its sealed head.

use subtle::ConstantTimeEq as _;
use understudy_core::card::UnixTime;

use super::actor::Actor;
use super::deed::{Deed, Subject};
use crate::custody::{CustodyError, KeyCustody, Purpose};
use crate::fault::Fault;
use crate::random;
use crate::store::{Act, StoreError};

/// An entry as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// From 1 on, without gaps.
    pub(crate) sequence: u64,
    pub(crate) at: UnixTime,
    pub(crate) actor: String,
    pub(crate) deed: String,
    pub(crate) subject: String,
    pub(crate) detail: String,
}

impl Entry {
    /// Its code, after the entry with the code `before`.
    pub(crate) fn code(
        &self,
        keys: &dyn KeyCustody,
        before: &[u8; 32],
    ) -> Result<[u8; 32], CustodyError> {
        let parts: [&[u8]; 8] = [
            b"entry",
            before,
            &self.sequence.to_be_bytes(),
            &self.at.0.to_be_bytes(),
            self.actor.as_bytes(),
            self.deed.as_bytes(),
            self.subject.as_bytes(),
            self.detail.as_bytes(),
        ];
        keys.digest(Purpose::Audit, &parts)
    }
}

/// The head of the audit: the number of entries and the code of the last one, sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Random octets that distinguish the audit from that of another database under the same keys.
    pub(crate) identity: [u8; 16],
    pub(crate) count: u64,
    /// The code of the last entry; without any, a digest over the identity.
    pub(crate) code: [u8; 32],
    /// A keyed digest over the rest.
    pub(crate) seal: [u8; 32],
}

impl Head {
    /// The head of a new audit without entries.
    pub(crate) fn begin(keys: &dyn KeyCustody) -> Result<Self, Fault> {
        let identity = *random::octets()?;
        let code = genesis(keys, &identity)?;
        Ok(Self {
            seal: seal(keys, &identity, 0, &code)?,
            identity,
            count: 0,
            code,
        })
    }

    /// The head behind one more entry.
    fn after(&self, keys: &dyn KeyCustody, entry: &Entry, code: [u8; 32]) -> Result<Self, Fault> {
        Ok(Self {
            identity: self.identity,
            count: entry.sequence,
            code,
            seal: seal(keys, &self.identity, entry.sequence, &code)?,
        })
    }

    /// The code that the first entry follows.
    pub(crate) fn genesis(&self, keys: &dyn KeyCustody) -> Result<[u8; 32], CustodyError> {
        genesis(keys, &self.identity)
    }

    /// True if the seal is that of this head.
    pub(crate) fn is_sealed(&self, keys: &dyn KeyCustody) -> Result<bool, CustodyError> {
        let ours = seal(keys, &self.identity, self.count, &self.code)?;
        Ok(ours.ct_eq(&self.seal).into())
    }
}

fn genesis(keys: &dyn KeyCustody, identity: &[u8; 16]) -> Result<[u8; 32], CustodyError> {
    keys.digest(Purpose::Audit, &[b"beginning", identity])
}

fn seal(
    keys: &dyn KeyCustody,
    identity: &[u8; 16],
    count: u64,
    code: &[u8; 32],
) -> Result<[u8; 32], CustodyError> {
    let parts: [&[u8]; 4] = [b"head", identity, &count.to_be_bytes(), code];
    keys.digest(Purpose::Audit, &parts)
}

impl Act<'_> {
    /// Adds an entry to the audit, for the actor of this act. `detail` holds no secret, and card
    /// numbers masked only.
    ///
    /// # Errors
    /// [`StoreError::AuditHead`] if the head was altered: an entry behind it would hide that.
    pub(crate) fn record(
        &self,
        deed: Deed,
        subject: Subject,
        detail: impl Into<String>,
    ) -> Result<(), Fault> {
        self.record_for(self.actor, deed, subject, detail)
    }

    /// As [`record`](Self::record), for another party.
    pub(crate) fn record_for(
        &self,
        actor: &Actor,
        deed: Deed,
        subject: Subject,
        detail: impl Into<String>,
    ) -> Result<(), Fault> {
        let head = Head::load(self)?.ok_or(StoreError::AuditHead)?;
        if !head.is_sealed(self.keys)? {
            return Err(StoreError::AuditHead.into());
        }
        let entry = Entry {
            sequence: head.count.checked_add(1).ok_or(StoreError::Full)?,
            at: self.now,
            actor: actor.to_string(),
            deed: deed.name().to_owned(),
            subject: subject.to_string(),
            detail: detail.into(),
        };
        let code = entry.code(self.keys, &head.code)?;
        entry.insert(self, &code)?;
        head.after(self.keys, &entry, code)?.store(self)
    }
}
