//! The database on disk: processes that are killed or race, and databases of every version and in
//! every bad state.

#[cfg(test)]
use understudy_issuer::{
    Authorisation, BatchNumber, ChipData, EntryMode, FieldError, FollowUp, Identity, IssueOptions,
    KeyFamily, LocalTime, MerchantId, Original, Pin, PinBlock, ProcessingCode, Reference,
    Settlement, TerminalId, TokenId, Totals, TraceNumber, Verdict, demonstration,
};

#[cfg(test)]
mod bad_disk;
#[cfg(test)]
mod bad_file;
#[cfg(test)]
mod child;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod kills;
#[cfg(test)]
#[path = "../../src/host/tests/kit.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the unit tests, which use all of it"
)]
mod kit;
#[cfg(test)]
mod race;
#[cfg(test)]
mod versions;
#[cfg(test)]
mod world;
