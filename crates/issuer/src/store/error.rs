use rusqlite::ErrorCode;

use crate::custody::KeyFamily;

/// The reason for which the database could not be used. Nothing of the act happened.
/// No error tells contents of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the lock.
    #[error("the issuer's database is locked by another process; try again")]
    Locked,
    /// The file or its folder cannot be written.
    #[error("the issuer's database is read-only; give its file and folder to this user")]
    ReadOnly,
    /// No room on the disk.
    #[error("the disk of the issuer's database is full; make room and try again")]
    Full,
    /// The file cannot be opened.
    #[error("the issuer's database cannot be opened; look at its path and permissions")]
    CannotOpen,
    /// The disk failed.
    #[error("the disk of the issuer's database failed")]
    Disk,
    /// The disk failed during another act that shared the transaction.
    #[error(
        "the disk of the issuer's database failed another act of the same commit; nothing has \
         changed; try again"
    )]
    Undone,
    /// The file is no database, or damaged.
    #[error("the issuer's database is damaged; restore it from a copy")]
    Damaged,
    /// A value in it has no meaning.
    #[error("the issuer's database is damaged: {0}; restore it from a copy")]
    Value(&'static str),
    /// The file is another program's.
    #[error("the file is a database of another program")]
    Foreign,
    /// A later version of this program wrote it.
    #[error(
        "the issuer's database has version {found}; this program reads up to {known}: use a newer one"
    )]
    Newer {
        /// The version of the file.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// The head of the audit was altered, or is missing.
    #[error(
        "the head of the issuer's audit was altered: verify the audit, and restore the database from \
         a copy"
    )]
    AuditHead,
    /// The keys lack a version of an issuer master key that cards were issued under.
    #[error(
        "the issuer's database has cards under the {0} master key {1:02X}, which these keys lack or \
         have otherwise; give the newest key file"
    )]
    MasterKey(KeyFamily, u8),
    /// It was written under other keys.
    #[error("the issuer's database belongs to other keys; give the key file that it was made with")]
    OtherKeys,
    /// Any other refusal of the database.
    #[error("the issuer's database refused the command")]
    Refused,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error;
        match error {
            Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
                ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::CannotOpen => Self::CannotOpen,
                ErrorCode::SystemIoFailure => Self::Disk,
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
                _ => Self::Refused,
            },
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => Self::Value("a column has no meaning"),
            _ => Self::Refused,
        }
    }
}
