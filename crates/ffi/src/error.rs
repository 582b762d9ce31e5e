use understudy_wallet::{OpenError, PasswordError, store};

/// The reason for which a call other than a command failed. Nothing has changed then, except as the
/// message says.
#[derive(Debug, thiserror::Error, uniffi::Error)]
#[uniffi(flat_error)]
pub enum WalletError {
    /// Another process has the wallet open.
    #[error("{0}")]
    Busy(String),
    /// The storage key is not the wallet's: it is lost, or another installation's.
    #[error("{0}")]
    StorageKey(String),
    /// The wallet's files are of a later version, damaged beyond recovery, or mixed up.
    #[error("{0}")]
    Unreadable(String),
    /// The storage failed: it is full, or may not be written.
    #[error("{0}")]
    Storage(String),
    /// The wallet refused, and says why.
    #[error("{0}")]
    Refused(String),
    /// The payment password was not accepted, and the message says why.
    #[error("{0}")]
    Password(String),
    /// An argument has not the shape that the call takes.
    #[error("{0}")]
    Argument(String),
    /// The wallet was closed.
    #[error("the wallet is closed; open it again")]
    Closed,
    /// A defect of the library.
    #[error("the library failed inside; the wallet can be used on")]
    Internal,
}

impl From<understudy_wallet::WalletError> for WalletError {
    fn from(error: understudy_wallet::WalletError) -> Self {
        use understudy_wallet::WalletError as Error;
        let text = error.to_string();
        match error {
            Error::Store(_) | Error::Journal(_) | Error::Password(PasswordError::Resources) => {
                Self::Storage(text)
            }
            Error::Password(_) => Self::Password(text),
            Error::Wiped => Self::Closed,
            _ => Self::Refused(text),
        }
    }
}

impl From<OpenError> for WalletError {
    fn from(error: OpenError) -> Self {
        let text = error.to_string();
        match error {
            OpenError::Store(store::OpenError::Busy) => Self::Busy(text),
            OpenError::Store(store::OpenError::WrongKey) => Self::StorageKey(text),
            OpenError::Store(store::OpenError::Io(_) | store::OpenError::Randomness)
            | OpenError::Write(_) => Self::Storage(text),
            OpenError::Store(_) | OpenError::State(_) | OpenError::Image(_) => {
                Self::Unreadable(text)
            }
        }
    }
}
