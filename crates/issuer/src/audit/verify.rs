//! Walking the audit from its first entry to its head.

use std::fmt;

use subtle::ConstantTimeEq as _;

use super::chain::{Entry, Head};
use crate::fault::Fault;
use crate::issuer::Issuer;
use crate::store::{PAGE, View};

/// A place of the audit that was noted outside the database: the number of an entry and its code, in
/// text `12:` with 64 hex digits. It is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditAnchor {
    /// The number of the entry; 0: before the first.
    pub sequence: u64,
    /// The code of the entry, 32 octets.
    pub code: [u8; 32],
}

impl AuditAnchor {
    /// The anchor of a text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (sequence, hex) = text.split_once(':')?;
        if sequence.starts_with('+') {
            return None;
        }
        let mut code = [0; 32];
        hex::decode_to_slice(hex, &mut code).ok()?;
        Some(Self {
            sequence: sequence.parse().ok()?,
            code,
        })
    }
}

impl fmt::Display for AuditAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.sequence, hex::encode_upper(self.code))
    }
}

/// The result of walking the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Every entry follows the one before, up to the head.
    Whole(AuditAnchor),
    /// An entry does not.
    Broken {
        /// The number of the first entry that is wrong or missing.
        sequence: u64,
        /// The fault.
        defect: AuditDefect,
    },
}

/// The fault of the first wrong entry of an audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditDefect {
    /// There is no entry with the number.
    #[error("the entry is missing")]
    Missing,
    /// The entry is not the one that was written with this number after the one before.
    #[error("the entry was altered, or put in the place of another")]
    Altered,
    /// The entries end before the number in the head.
    #[error("the entries from here on are missing")]
    Cut,
    /// Entries stand behind the number in the head.
    #[error("the entry stands behind the end of the audit")]
    Beyond,
    /// The head is missing or its seal is wrong.
    #[error("the end of the audit is not sealed by these keys")]
    Head,
    /// The entry is not the one that was noted, or there is none: the database was put back.
    #[error("the entry is not the one that was noted: the database was put back or exchanged")]
    Anchor,
}

impl Issuer {
    /// Walks the whole audit, a page at a time, and compares every entry with the one before, the last
    /// one with the head, and the one at `anchor` with that. Acts may go on meanwhile.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn verify_audit(&self, anchor: Option<&AuditAnchor>) -> Result<AuditVerdict, Fault> {
        let mut walk = Walk { last: None, anchor };
        loop {
            if let Some(verdict) = self.view(|view| walk.page(view))? {
                return Ok(verdict);
            }
        }
    }
}

/// A walk that has come to an entry.
struct Walk<'a> {
    /// The entry that was compared last; none at the beginning.
    last: Option<AuditAnchor>,
    anchor: Option<&'a AuditAnchor>,
}

impl Walk<'_> {
    /// Compares the next page; `None` if there are more.
    fn page(&mut self, view: &View<'_>) -> Result<Option<AuditVerdict>, Fault> {
        let Some(head) = Head::load(view)? else {
            return Ok(Some(broken(1, AuditDefect::Head)));
        };
        let beginning = AuditAnchor {
            sequence: 0,
            code: head.genesis(view.keys)?,
        };
        let mut last = self.last.unwrap_or(beginning);
        if self.is_another(&last) {
            return Ok(Some(broken(1, AuditDefect::Anchor)));
        }
        let entries = Entry::page_after(view, last.sequence)?;
        let is_full = entries.len() == PAGE;
        for (entry, code) in entries {
            let expected = last.sequence.saturating_add(1);
            if entry.sequence != expected {
                return Ok(Some(broken(expected, AuditDefect::Missing)));
            }
            let ours = entry.code(view.keys, &last.code)?;
            if !bool::from(ours.ct_eq(&code)) {
                return Ok(Some(broken(expected, AuditDefect::Altered)));
            }
            last = AuditAnchor {
                sequence: expected,
                code,
            };
            if self.is_another(&last) {
                return Ok(Some(broken(expected, AuditDefect::Anchor)));
            }
        }
        self.last = Some(last);
        if is_full {
            return Ok(None);
        }
        self.compare_with_head(view, &head, last).map(Some)
    }

    fn compare_with_head(
        &self,
        view: &View<'_>,
        head: &Head,
        last: AuditAnchor,
    ) -> Result<AuditVerdict, Fault> {
        let next = last.sequence.saturating_add(1);
        if !head.is_sealed(view.keys)? {
            return Ok(broken(next, AuditDefect::Head));
        }
        if head.count > last.sequence {
            return Ok(broken(next, AuditDefect::Cut));
        }
        if head.count < last.sequence {
            let behind = head.count.saturating_add(1);
            return Ok(broken(behind, AuditDefect::Beyond));
        }
        if head.code != last.code {
            return Ok(broken(next, AuditDefect::Head));
        }
        if self
            .anchor
            .is_some_and(|anchor| anchor.sequence > last.sequence)
        {
            return Ok(broken(next, AuditDefect::Anchor));
        }
        Ok(AuditVerdict::Whole(last))
    }

    /// True if this entry has the number of the anchor and another code.
    fn is_another(&self, last: &AuditAnchor) -> bool {
        let noted = self
            .anchor
            .filter(|anchor| anchor.sequence == last.sequence);
        noted.is_some_and(|anchor| anchor.code != last.code)
    }
}

const fn broken(sequence: u64, defect: AuditDefect) -> AuditVerdict {
    AuditVerdict::Broken { sequence, defect }
}
