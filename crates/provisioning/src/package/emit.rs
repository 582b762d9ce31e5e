use understudy_core::card::UnixTime;
use understudy_core::crypto::{Algorithms, Atc};
use understudy_core::wire::tlv::{Overflow, Writer};

use super::layout::{framed, sole};
use super::subject::{packed, packed_len};
use super::{
    ALGORITHMS, EXPIRY, FORMAT_VERSION, Format, KEY, NUMBER, PACKAGE, PROFILE, Subject, header_len,
};

/// The reason for which a package cannot be written. It holds no data of the package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmitError {
    /// The buffer is too short, or the package longer than 65,535 octets.
    #[error("the package does not fit")]
    Overflow,
    /// The profile is not exactly one E0 object in its shortest encoding.
    #[error("the profile is not an E0 object")]
    Profile,
    /// The counters do not ascend strictly.
    #[error("the keys are not in ascending order of their counters")]
    Order,
    /// The keys of a counter are not one key of each algorithm.
    #[error("the keys of a counter are not as long as those of their ciphers")]
    KeyLength,
    /// There is no key.
    #[error("a package needs at least one key")]
    NoKeys,
    /// The counters of a limited-use key descend or are too many, or its sum is too large.
    #[cfg(feature = "limited-use")]
    #[error("the limits of a limited-use key are not valid")]
    LimitedUse,
}

impl From<Overflow> for EmitError {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

/// Octets of a package for `subject` with keys of `algorithms` for so many counters.
#[must_use]
pub fn emitted_len(subject: &Subject<'_>, algorithms: Algorithms, counters: usize) -> usize {
    let format = Format::of(algorithms);
    let content = format.content_len(subject.object_len(), algorithms, counters);
    header_len(content).saturating_add(content)
}

/// Writes a package into `out`, whose length must be at least [`emitted_len`]. The last second in
/// which its keys are good is `not_after`; `None` (and 0) if they do not expire. `out` then holds
/// keys in the clear, also after an error: its owner wipes it. `keys` are, for each counter, one key of
/// each of `algorithms`, one behind the other; they are dropped one by one as they are written.
///
/// # Errors
/// [`EmitError`].
pub fn emit<'b>(
    out: &'b mut [u8],
    subject: &Subject<'_>,
    not_after: Option<UnixTime>,
    algorithms: Algorithms,
    keys: impl IntoIterator<Item = (Atc, impl AsRef<[u8]>)>,
) -> Result<&'b [u8], EmitError> {
    let mut writer = Writer::new(out);
    writer.template(PACKAGE, |content| {
        let format = Format::of(algorithms);
        content.object(FORMAT_VERSION, &[format.octet()])?;
        let UnixTime(expiry) = not_after.unwrap_or(UnixTime(0));
        content.object(EXPIRY, &expiry.to_be_bytes())?;
        if let Format::Three = format {
            content.object(ALGORITHMS, algorithms.octets(&mut [0; 2]))?;
        }
        emit_subject(content, subject)?;
        emit_keys(content, algorithms, keys)
    })?;
    Ok(writer.finish())
}

pub(super) fn emit_subject(
    content: &mut Writer<'_>,
    subject: &Subject<'_>,
) -> Result<(), EmitError> {
    match subject {
        Subject::Card { profile } => {
            check_profile(profile)?;
            content.octets(profile)?;
        }
        Subject::Keys { number } => {
            let packed = packed(number);
            content.object(NUMBER, packed.get(..packed_len(number)).unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Checks that a profile is one E0 object in its shortest encoding, whose value is framed as TLV.
pub(crate) fn check_profile(profile: &[u8]) -> Result<(), EmitError> {
    let content = sole(profile, PROFILE).map_err(|_| EmitError::Profile)?;
    framed(content).map_err(|_| EmitError::Profile)?;
    let shortest = header_len(content.len()).saturating_add(content.len());
    if profile.len() == shortest {
        Ok(())
    } else {
        Err(EmitError::Profile)
    }
}

fn emit_keys(
    content: &mut Writer<'_>,
    algorithms: Algorithms,
    keys: impl IntoIterator<Item = (Atc, impl AsRef<[u8]>)>,
) -> Result<(), EmitError> {
    let mut last = None;
    for (atc, key) in keys {
        if last.is_some_and(|last| atc <= last) {
            return Err(EmitError::Order);
        }
        let key = key.as_ref();
        if key.len() != algorithms.keys_length() {
            return Err(EmitError::KeyLength);
        }
        content.template(KEY, |value| {
            value.octets(&atc.octets())?;
            value.octets(key)
        })?;
        last = Some(atc);
    }
    if last.is_some() {
        Ok(())
    } else {
        Err(EmitError::NoKeys)
    }
}
