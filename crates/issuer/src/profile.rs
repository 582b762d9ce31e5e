//! The profile of a token in the format that the card reads.

use understudy_core::card::{Application, CvmPolicy, Flags, Personalisation, ProfileError, Scheme};
use understudy_core::crypto::Algorithms;
use understudy_core::wire::digits::CardNumber;
use understudy_core::wire::tlv::Writer;
use understudy_core::wire::track2::{TRACK2_MAX, Track2};
use zeroize::Zeroizing;

use crate::calendar;
use crate::config::TokenRequestor;
use crate::options::CvmOptions;
use crate::par::Par;
use crate::token::Terms;

/// Octets of room for any profile.
const ROOM: usize = 1024;

const HIGHEST_PRIORITY: u8 = 0x01;
const LANGUAGE: &[u8] = b"zhen";

/// The cardholder's data in the profile.
pub(crate) struct Cardholder<'a> {
    pub(crate) track2: &'a Track2,
    pub(crate) pan: &'a CardNumber,
    pub(crate) par: &'a Par,
    pub(crate) token_requestor: Option<TokenRequestor>,
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
    let scheme = Scheme::UnionPay;
    Personalisation {
        applications: &[Application {
            aid: &terms.product.aid(),
            label: terms.product.label().as_bytes(),
            priority: HIGHEST_PRIORITY,
            preferred_name: &[],
            code_table: 0,
        }],
        language: LANGUAGE,
        discretionary_fci: &[],
        pdol: scheme.pdol(),
        aip: scheme.aip(),
        track2: holder.track2.emit(&mut track2),
        expiry: calendar::last_day(holder.track2.expiry()),
        psn: terms.psn,
        reference: holder.par.text().as_bytes(),
        requestor: requestor.as_ref().map_or(&[], |digits| digits),
        last_four: &last_four(holder.pan),
        form_factor: &[],
        product: &[],
        scheme,
        cvn: terms.cvn,
        algorithms: Algorithms::TDES,
        dki: terms.dki,
        discretionary: &terms.discretionary,
        flags: flags(terms),
        policy: policy(terms.cvm),
        limits: terms.limits,
        with_record: false,
    }
    .emit(&mut writer)?;
    Ok(Zeroizing::new(writer.finish().to_vec()))
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
