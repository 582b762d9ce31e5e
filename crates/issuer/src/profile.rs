//! The profile of a token in the format that the card reads.

use understudy_core::card::{Application, CvmPolicy, Flags, Personalisation, ProfileError};
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::{Overflow, Writer};
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use zeroize::Zeroizing;

use crate::calendar;
use crate::config::TokenRequestor;
use crate::options::CvmOptions;
use crate::par::Par;
use crate::token::Terms;

/// Octets of room for any profile.
const ROOM: usize = 1024;

/// The longest PDOL in a profile.
const PDOL_MAX: usize = 128;

const HIGHEST_PRIORITY: u8 = 0x01;
const LANGUAGE: &[u8] = b"zhen";

/// The cardholder's data in the profile.
pub(crate) struct Cardholder<'a> {
    pub(crate) track2: &'a Track2,
    pub(crate) pan: &'a CardNumber,
    pub(crate) par: &'a Par,
    pub(crate) token_requestor: Option<TokenRequestor>,
    /// The card is on a phone, and says so where the scheme has a form factor indicator.
    pub(crate) on_phone: bool,
}

/// Writes the profile, a whole E0 object.
///
/// # Errors
/// [`ProfileError`] if a limit has more than twelve digits or the profile is too long.
pub(crate) fn emit(
    holder: &Cardholder<'_>,
    terms: &Terms,
) -> Result<Zeroizing<Vec<u8>>, ProfileError> {
    let mut room = Zeroizing::new([0; ROOM]);
    let mut writer = Writer::new(room.as_mut_slice());
    let mut track2 = Zeroizing::new([0; TRACK2_MAX]);
    let requestor = holder.token_requestor.map(TokenRequestor::to_bcd);
    let mut pdol = [0; PDOL_MAX];
    let pdol = emit_pdol(terms, &mut pdol)?;
    let scheme = terms.scheme;
    let form_factor = holder.on_phone.then(|| scheme.form_factor());
    Personalisation {
        applications: &[Application {
            aid: terms.product.aid,
            label: terms.product.label.as_bytes(),
            priority: HIGHEST_PRIORITY,
            preferred_name: &[],
            code_table: 0,
        }],
        language: LANGUAGE,
        discretionary_fci: &[],
        pdol,
        aip: scheme.aip(),
        track2: holder.track2.emit(&mut track2),
        expiry: calendar::last_day(holder.track2.expiry()),
        psn: terms.psn,
        reference: holder.par.text().as_bytes(),
        requestor: requestor.as_ref().map_or(&[], |digits| digits),
        last_four: &last_four(holder.pan),
        form_factor: form_factor.unwrap_or_default(),
        product: &[],
        scheme,
        cvn: terms.cvn,
        algorithms: terms.algorithms,
        dki: terms.dki,
        discretionary: &terms.discretionary,
        flags: flags(terms),
        policy: policy(terms.cvm),
        limits: terms.limits,
        with_record: terms.with_record,
    }
    .emit(&mut writer)?;
    Ok(Zeroizing::new(writer.finish().to_vec()))
}

/// The PDOL of the scheme's cards, which asks for what a reader chooses the algorithm by; empty if the
/// scheme needs none.
fn emit_pdol<'r>(terms: &Terms, room: &'r mut [u8; PDOL_MAX]) -> Result<&'r [u8], ProfileError> {
    let mut pdol = Writer::new(room);
    pdol.octets(terms.scheme.pdol())?;
    for (tag, length) in terms.scheme.required_for(terms.algorithms) {
        pdol.octets(tag.octets())?;
        pdol.octets(&[u8::try_from(*length).map_err(|_| Overflow)?])?;
    }
    Ok(pdol.finish())
}

/// The switches of the profile.
pub(crate) const fn flags(terms: &Terms) -> Flags {
    Flags {
        verified_in_iad: terms.verified_in_iad,
        decline_with_aac: terms.decline_with_aac,
        domestic_only: terms.domestic_only,
        second_tap: terms.cvm.second_tap,
    }
}

/// The CVM policy of the profile.
pub(crate) const fn policy(cvm: CvmOptions) -> CvmPolicy {
    CvmPolicy {
        order: cvm.order,
        online_pin: cvm.online_pin,
        signature: cvm.signature,
    }
}

/// The options that [`policy`] and [`flags`] were made of.
pub(crate) const fn cvm_options(policy: CvmPolicy, flags: Flags) -> CvmOptions {
    CvmOptions {
        order: policy.order,
        online_pin: policy.online_pin,
        signature: policy.signature,
        second_tap: flags.second_tap,
    }
}

/// The last four digits of the PAN in BCD, for receipts (`9F25`).
fn last_four(pan: &CardNumber) -> [u8; 2] {
    let mut digits = pan.digits().rev();
    let mut pair = || {
        let low = digits.next().unwrap_or(0);
        digits.next().unwrap_or(0) << 4 | low
    };
    let low = pair();
    [pair(), low]
}
