use crate::random::NoRandomness;

/// The reason for which a key file was not opened or made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// It does not begin like a key file, or is shorter or longer.
    #[error("this is no key file of an issuer, or it is cut")]
    NotAKeyFile,
    /// Another version of the format.
    #[error("the key file has version {0}; this program reads versions 1 to 3")]
    Version(u8),
    /// Its parameters demand too much memory or time, or none.
    #[error("the key file's Argon2 parameters are absurd; it was altered")]
    Parameters,
    /// The passphrase is wrong, or the file was altered.
    #[error("the passphrase is wrong, or the key file was altered")]
    Sealed,
    /// It can be opened, and one of its keys does not match its check value.
    #[error("the key file is damaged: the {0} does not have its check value")]
    CheckValue(&'static str),
    /// The passphrase is empty.
    #[error("the passphrase is empty; give one")]
    EmptyPassphrase,
    /// There is no memory for Argon2.
    #[error("there is not enough memory to try the passphrase")]
    Memory,
    /// There is no randomness.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}
