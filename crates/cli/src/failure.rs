//! Failures of a command, with advice.

use understudy_issuer::{
    ChangeError, DeviceError, EnrolError, Fault, IdentityError, IssueError, ReplaceError,
    ReportError, ResendError, TokenError, TokenId,
};
use understudy_provisioning::keys::DeviceId;
use understudy_wallet::WalletError;

use crate::exit::Exit;
use crate::hex;
use crate::phone::Homes;

/// A command that ends early. The text describes the problem and the remedy, and holds no octet of
/// a key, a PIN or a card number.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// Options that cannot be combined.
    #[error("{0}")]
    Usage(String),
    /// A problem of the home directory or a file in it.
    #[error("{0}")]
    Home(String),
    /// A problem of a value, file or string that was given.
    #[error("{0}")]
    Input(String),
    /// A problem of a card program or a socket, or an output that cannot be written.
    #[error("{0}")]
    Link(String),
}

impl Failure {
    /// The failure of the issuer to make keys for a device.
    pub(crate) fn not_issued(error: IssueError, device: Option<DeviceId>) -> Self {
        match (error, device) {
            (IssueError::DeviceSuspended, Some(device)) => Self::Input(format!(
                "the device is suspended: `understudy resume --device {}` first",
                hex::upper(&device.0)
            )),
            (error @ IssueError::ReportFirst, _) => {
                let report = Homes::AtBank(None).report();
                Self::Input(format!("{error}: {report}"))
            }
            (error @ IssueError::AlreadyOnDevice(token), _) => {
                Self::Input(format!("{error}: `understudy delete {token}` does"))
            }
            (error, _) => error.into(),
        }
    }

    /// The failure for a token that the issuer never issued.
    pub(crate) fn no_token(id: TokenId) -> Self {
        Self::Input(format!(
            "there is no token {id}: `understudy tokens` lists them"
        ))
    }

    /// The exit code of the failure.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Home(_) => Exit::Home,
            Self::Input(_) => Exit::Input,
            Self::Link(_) => Exit::Link,
        }
    }
}

/// A failure of the issuer itself.
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Home(format!("issuer.db: {fault}"))
    }
}

/// A refusal by the issuer, or a failure of the issuer itself.
macro_rules! from_issuer {
    ($($error:ident $(($unknown:ident))?),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                match error {
                    $error::Fault(fault) => fault.into(),
                    $($error::$unknown(id) => Self::no_token(id),)?
                    error => Self::Input(error.to_string()),
                }
            }
        })*
    };
}

from_issuer!(
    ChangeError(Unknown),
    DeviceError,
    EnrolError,
    IdentityError(Unknown),
    IssueError(UnknownToken),
    ReplaceError(Unknown),
    ReportError,
    ResendError(Unknown),
    TokenError(Unknown)
);

/// A refusal by the wallet, or a failure of its store.
impl From<WalletError> for Failure {
    fn from(error: WalletError) -> Self {
        match error {
            WalletError::Store(_) | WalletError::Journal(_) | WalletError::Wiped => {
                Self::Home(error.to_string())
            }
            error => Self::Input(error.to_string()),
        }
    }
}
