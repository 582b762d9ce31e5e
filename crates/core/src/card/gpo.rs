//! GET PROCESSING OPTIONS: the cryptogram, or the way to the records behind which it is asked for.

use super::instruction::Requested;
use super::profile::AFL_MAX;
use super::refusal::Refused;
use super::{Env, Refusal, Slot, cryptogram};
use crate::crypto::Atc;
use crate::scheme::CryptogramCommand;
use crate::wire::tags;
use crate::wire::tlv::Writer;

/// The place of the cryptogram.
pub(super) enum Answered {
    /// In this answer, with this counter.
    Cryptogram(Atc),
    /// In the answer to the GENERATE AC that follows.
    Way,
}

/// Answers GET PROCESSING OPTIONS for a selected, visible card.
pub(super) fn answer<B: AsRef<[u8]>>(
    slot: &Slot<B>,
    pdol_data: &[u8],
    env: &mut impl Env,
    body: &mut Writer<'_>,
) -> Result<Answered, Refused> {
    match slot.profile.scheme().cryptogram_command() {
        CryptogramCommand::GetProcessingOptions => {
            cryptogram::answer(slot, Requested::Online, pdol_data, env, body)
                .map(Answered::Cryptogram)
        }
        CryptogramCommand::GenerateAc => {
            show_the_way(slot, pdol_data, env, body)?;
            Ok(Answered::Way)
        }
    }
}

/// Application interchange profile and file locator (EMV Book 3 §6.5.8.4, format 2). A card that
/// could not make a cryptogram refuses here already.
fn show_the_way<B: AsRef<[u8]>>(
    slot: &Slot<B>,
    pdol_data: &[u8],
    env: &impl Env,
    body: &mut Writer<'_>,
) -> Result<(), Refusal> {
    let profile = &slot.profile;
    let pdol = profile.parsed_pdol().ok_or(Refusal::Internal)?;
    pdol.split(pdol_data).map_err(|_| Refusal::Length)?;
    cryptogram::permit(slot.id, profile, env)?;
    let mut afl = [0; AFL_MAX];
    let afl = profile.afl(&mut afl);
    body.template(tags::RESPONSE_TEMPLATE_2, |body| {
        body.object(tags::AIP, &profile.aip())?;
        Ok(body.object(tags::AFL, afl)?)
    })
}
