//! The exit codes, in one place.

/// The exit code of a command.
///
/// For `tap`, 0 means that the issuer approved, and only that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The command succeeded; `tap`: approved.
    Done = 0,
    /// `tap` ended in another way than "approved"; `audit verify` found the audit broken.
    NotApproved = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The home directory or a file in it cannot be used.
    Home = 3,
    /// A value, file or string that was given cannot be used.
    Input = 4,
    /// The other side of a link or an output failed.
    Link = 5,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
