//! The kernels, each in its own room. They share the reading of an application's FCI, GET PROCESSING
//! OPTIONS and the reading of records.

mod application;
mod cryptogram;
mod mchip;
mod method;
mod one_command;
mod options;
mod records;

use crate::conversation::Conversation;
use crate::entry::Candidate;
use crate::kernel_id::KernelId;
use crate::online::OnlineRequest;
use crate::outcome::Outcome;
use crate::random::UnpredictableNumbers;
use crate::setting::Chosen;
use one_command::Records;

/// Processes the application that was just selected with its kernel; `fci` is the body of its
/// answer.
pub(crate) fn run(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
    candidate: &Candidate<'_>,
    fci: &[u8],
) -> Result<OnlineRequest, Outcome> {
    match chosen.combination.kernel {
        KernelId::Mastercard => mchip::run(chosen, card, random, candidate, fci),
        KernelId::Visa => one_command::run(Records::Read, chosen, card, random, candidate, fci),
        KernelId::UnionPay => {
            one_command::run(Records::NotRead, chosen, card, random, candidate, fci)
        }
    }
}
