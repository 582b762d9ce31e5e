//! The audit: an entry for each act on tokens, devices, keys, limits and PINs, stored in the
//! transaction of the act.
//!
//! Each entry has a code, a keyed digest over its content and the code of the entry before, and the
//! database keeps a sealed head: the number of entries and the last code. Whoever writes to the database
//! without the issuer's keys cannot make a code or a seal, so that [`Issuer::verify_audit`] finds the
//! first entry that was altered, removed, moved or added. An audit begins only in the transaction that
//! binds a new database to its keys, or that brings an older one to version 7: one whose entries and head
//! were both erased has no head from then on. A database that was put back as a whole to an earlier state,
//! or made to look new or older than version 7, looks like that: only an [`AuditAnchor`] that was noted
//! elsewhere shows it.
//!
//! [`Issuer::verify_audit`]: crate::Issuer::verify_audit

mod actor;
mod chain;
mod deed;
mod keys;
mod list;
mod master_keys;
mod verify;

pub use actor::Actor;
pub use deed::{Deed, Subject};
pub use list::AuditEntry;
pub use verify::{AuditAnchor, AuditDefect, AuditVerdict};

pub(crate) use chain::{Entry, Head};
pub(crate) use deed::why;
pub(crate) use master_keys::{check as check_master_keys, note as note_master_keys};

#[cfg(test)]
mod tests;
