//! The code at the till (EMV QR Code Specification, Consumer-Presented Mode): the card's data and a
//! cryptogram for one payment, made without a reader.
//!
//! The data that a reader would send have [fixed values](transaction_data) under the MAC, except the
//! unpredictable number, `9F37`, which is the time of display. The amount is therefore under no MAC.
//! A [bit of the AIP](MARKER) tells codes from taps: neither cryptogram verifies as the other.

use super::{
    CardId, Cvm, Env, KeyError, Profile, Refusal, Slot, Spent, Standing, UnixTime, Usage,
    UserVerified, cryptogram,
};
use crate::crypto::{Algorithm, Atc, CryptogramInput, Cvn, Field, TransactionData};
use crate::scheme::Decision;
use crate::wire::amount::{Amount, Currency};
use crate::wire::iad::IAD_MAX;
use crate::wire::qualifiers::CryptogramType;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Tag, Writer};

/// Seconds after its display for which a code is good, by the issuer's clock.
pub const VALIDITY: u64 = 60;

/// Seconds by which the clock of a device may be ahead of the issuer's.
pub const AHEAD: u64 = 30;

/// The bit of the AIP (`82`), byte 2 bit 2, that is set in codes alone. EMV Book 3 Annex C1 reserves
/// it and no kernel gives it a meaning; this one is defined by this project. No profile may have it.
pub const MARKER: u8 = 0x02;

/// Room for the application template of a code, in octets: the longest has 113, with 16 of AID, 19 of
/// track 2 and 32 of `9F10`.
pub const TEMPLATE_MAX: usize = 128;

/// The environment of a card that shows codes.
pub trait CodeEnv: Env {
    /// The time of display: [`Env::time`], unless the environment can tell that it is behind, so that
    /// the code would be late before anybody scans it.
    ///
    /// # Errors
    /// [`CodeRefusal::NoTime`], [`CodeRefusal::TimeBehind`].
    fn displayed_at(&self) -> Result<UnixTime, CodeRefusal>;

    /// Takes the next key of `card` out for good, as [`Env::spend`] does for a tap. The code may
    /// leave the device when `shown` is stored durably.
    ///
    /// # Errors
    /// [`KeyError`]; then nothing has changed.
    fn spend_for_code(&mut self, card: CardId, shown: &Shown) -> Result<Spent, KeyError>;
}

/// A code that is about to be shown, as the environment stores it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The time of display, which is under the MAC.
    pub at: UnixTime,
    /// The algorithm of the key.
    pub algorithm: Algorithm,
    /// The counts after this code.
    pub usage: Usage,
}

/// The card's part of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<'b> {
    /// The counter of its cryptogram.
    pub atc: Atc,
    /// The time of display.
    pub at: UnixTime,
    /// The application template (`61`): AID (`4F`), track 2 (`57`), PSN (`5F34`) and the
    /// transparent template (`63`) with `9F26 9F27 9F10 9F36 82 9F37`.
    pub template: &'b [u8],
}

/// The reason for which a card shows no code. No key was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// The card is suspended.
    #[error("the card is suspended")]
    Suspended,
    /// The cryptogram version has no codes, as [`has_codes`] says.
    #[error("the card's cryptogram version {0} does not authenticate codes")]
    Version(Cvn),
    /// The profile does not let the card say "verified on the device" under the MAC.
    #[error("the card cannot state the verification under the MAC")]
    Unstated,
    /// The time is unknown, or not one of [`display_time`].
    #[error("the time is not known, and a code is good for a minute only")]
    NoTime,
    /// The device's clock is ahead of every time that the issuer's letters let it reach: one of the two
    /// is wrong, and the issuer would decline the code.
    #[error("the issuer's last letter is too long ago for the time on the device's clock")]
    TimeBehind,
    /// The user has not verified on the device for all that the code may pay.
    #[error("the user must verify on the device first")]
    NotVerified,
    /// The user's verification is older than the profile lets it be.
    #[error("the user's verification is too old; verify again")]
    Stale,
    /// Expired, without a usable key, or [`Drained`](Refusal::Drained), as for a tap.
    #[error(transparent)]
    Card(#[from] Refusal),
}

impl From<Overflow> for CodeRefusal {
    fn from(overflow: Overflow) -> Self {
        Self::Card(overflow.into())
    }
}

/// Makes a code for one payment in the card's currency, and spends a key on it. Its verification on
/// the device must be good for the most that the card pays in one tap, because the code does so too.
///
/// Of two algorithms the card takes the one with the higher octet, SM4 of triple DES and SM4: there
/// is no reader that would have to have it, and the issuer, who verifies the code online, has both.
///
/// # Errors
/// [`CodeRefusal`]; no key was used.
pub fn present<'b, B: AsRef<[u8]>>(
    slot: &Slot<B>,
    env: &mut impl CodeEnv,
    room: &'b mut [u8; TEMPLATE_MAX],
) -> Result<Code<'b>, CodeRefusal> {
    let shown = permit(slot, env)?;
    let profile = &slot.profile;
    let decision = Decision {
        cryptogram: CryptogramType::Arqc,
        cvm: Cvm::OnDevice,
    };
    let mut octets = [0; IAD_MAX];
    let iad = cryptogram::issuer_application_data(profile, shown.algorithm, decision, &mut octets)?;
    let data = transaction_data(
        profile.limits().currency,
        unpredictable_number(shown.at).ok_or(CodeRefusal::NoTime)?,
        marked(profile.aip()),
    );
    let input = CryptogramInput::new(profile.cvn(), data, iad).map_err(|_| Refusal::Internal)?;
    let Spent { atc, key } = env.spend_for_code(slot.id, &shown).map_err(Refusal::from)?;
    let made = key.application_cryptogram(&input, atc);
    let chip_data: [(_, &[u8]); 6] = [
        (tags::APPLICATION_CRYPTOGRAM, &made.0),
        (
            tags::CRYPTOGRAM_INFORMATION_DATA,
            &[CryptogramType::Arqc.cid()],
        ),
        (tags::ISSUER_APPLICATION_DATA, iad),
        (tags::ATC, &atc.octets()),
        (tags::AIP, &data.aip),
        (tags::UNPREDICTABLE_NUMBER, &data.unpredictable_number),
    ];
    let mut writer = Writer::new(room);
    emit(profile, &chip_data, &mut writer)?;
    Ok(Code {
        atc,
        at: shown.at,
        template: writer.finish(),
    })
}

/// The code that the card would show now, without making it.
///
/// # Errors
/// [`CodeRefusal`].
pub fn permit<B: AsRef<[u8]>>(slot: &Slot<B>, env: &impl CodeEnv) -> Result<Shown, CodeRefusal> {
    let profile = &slot.profile;
    if slot.standing == Standing::Suspended {
        return Err(CodeRefusal::Suspended);
    }
    if !has_codes(profile.cvn()) {
        return Err(CodeRefusal::Version(profile.cvn()));
    }
    if !profile.flags().verified_in_iad {
        return Err(CodeRefusal::Unstated);
    }
    let at = env.displayed_at()?;
    unpredictable_number(at).ok_or(CodeRefusal::NoTime)?;
    let before = cryptogram::permit(slot.id, profile, env)?;
    check_verified(verification(slot, env), profile)?;
    let algorithm = profile.algorithms().iter().last();
    Ok(Shown {
        at,
        algorithm: algorithm.ok_or(Refusal::Internal)?,
        usage: Usage {
            exposure: super::Exposure::default(),
            ..before
        },
    })
}

/// True if a version's MAC covers what makes a code one: the [`MARKER`] and the time of display. A
/// limited-use key makes no code: its sum could not count one, whose amount the card does not know.
#[must_use]
pub fn has_codes(cvn: Cvn) -> bool {
    #[cfg(feature = "limited-use")]
    if crate::scheme::Scheme::ALL
        .iter()
        .any(|scheme| scheme.limited_use_versions().contains(&cvn))
    {
        return false;
    }
    let covered = |field| cvn.fields().contains(&field);
    covered(Field::Aip) && covered(Field::UnpredictableNumber)
}

/// The AIP of a code, by that of the card's taps.
#[must_use]
pub const fn marked([first, second]: [u8; 2]) -> [u8; 2] {
    [first, second | MARKER]
}

/// True of an AIP with the [`MARKER`].
#[must_use]
pub const fn is_marked([_, second]: [u8; 2]) -> bool {
    second & MARKER != 0
}

/// The data under the MAC of a code, which card and issuer agree on: zeros, and the card's currency.
#[must_use]
pub fn transaction_data(
    currency: Currency,
    unpredictable_number: [u8; 4],
    aip: [u8; 2],
) -> TransactionData {
    TransactionData {
        amount_authorised: [0; 6],
        amount_other: [0; 6],
        terminal_country: [0; 2],
        tvr: [0; 5],
        currency: currency.to_bcd(),
        date: [0; 3],
        transaction_type: 0,
        unpredictable_number,
        aip,
    }
}

/// The time of display by the `9F37` of a code: seconds since 1970, big-endian, to the year 2106.
#[must_use]
pub const fn display_time(unpredictable_number: [u8; 4]) -> UnixTime {
    let [a, b, c, d] = unpredictable_number;
    UnixTime(u64::from_be_bytes([0, 0, 0, 0, a, b, c, d]))
}

/// The inverse of [`display_time`]; `None` for a later time.
fn unpredictable_number(UnixTime(at): UnixTime) -> Option<[u8; 4]> {
    u32::try_from(at).ok().map(u32::to_be_bytes)
}

/// The verification that is good for the most that a code may pay.
fn verification<B: AsRef<[u8]>>(slot: &Slot<B>, env: &impl Env) -> Option<UserVerified> {
    let limits = slot.profile.limits();
    let most = Amount::new(limits.verified_tap, limits.currency)?;
    env.verification(slot.id, most)
}

fn check_verified<B: AsRef<[u8]>>(
    verified: Option<UserVerified>,
    profile: &Profile<B>,
) -> Result<(), CodeRefusal> {
    match verified {
        None => Err(CodeRefusal::NotVerified),
        Some(proof) if proof.age() > u32::from(profile.limits().validity) => {
            Err(CodeRefusal::Stale)
        }
        Some(_) => Ok(()),
    }
}

/// Writes the application template of the card's first application.
fn emit<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    chip_data: &[(Tag, &[u8])],
    code: &mut Writer<'_>,
) -> Result<(), Overflow> {
    let application = profile.applications().next().ok_or(Overflow)?;
    code.template(tags::APPLICATION_TEMPLATE, |code| {
        code.object(tags::APPLICATION_IDENTIFIER, application.aid)?;
        code.object(tags::TRACK_2_EQUIVALENT_DATA, profile.track2())?;
        if let Some(psn) = profile.psn() {
            code.object(tags::PAN_SEQUENCE_NUMBER, &[psn])?;
        }
        code.template(tags::code::APPLICATION_TRANSPARENT, |code| {
            let mut objects = chip_data.iter();
            objects.try_for_each(|(tag, value)| code.object(*tag, value))
        })
    })
}
