//! The shape that kernels 7 (`UnionPay`, qPBOC) and 3 (Visa, qVSDC) share: a single GET PROCESSING
//! OPTIONS returns all data (JR/T 0025.12 §7).

use understudy_core::wire::dol::Dol;
use understudy_core::wire::qualifiers::Ttq;
use understudy_core::wire::tags;

use super::application::Application;
use super::options::processing_options;
use super::{cryptogram, records};
use crate::conversation::Conversation;
use crate::cvm;
use crate::de55;
use crate::entry::Candidate;
use crate::gpo::CardAnswer;
use crate::no_pin;
use crate::online::{CardEntry, OnlineRequest};
use crate::outcome::Outcome;
use crate::random::UnpredictableNumbers;
use crate::reason::Reason;
use crate::setting::Chosen;
use crate::step::Step;
use crate::terminal_data::TerminalData;
use crate::ui::{Message, Status};

/// The treatment of records that a card names with an ARQC.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    /// Kernel 3: they are read; a card that cannot give one ends the application.
    Read,
    /// Kernel 7: nothing in them is needed online (JR/T 0025.12 §7.4.2).
    NotRead,
}

/// Processes the application that was just selected; `fci` is the body of its answer. `records`
/// tells the treatment of records that the card names.
pub(super) fn run(
    records: Records,
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
    candidate: &Candidate<'_>,
    fci: &[u8],
) -> Result<OnlineRequest, Outcome> {
    let application = Application::read(card, candidate, fci)?;
    check_qualifiers(&application.pdol).map_err(Outcome::SelectNext)?;
    let pin_rule = no_pin::rule(chosen, card)?;
    let number = random
        .next()
        .map_err(|error| Outcome::EndApplication(Reason::Random(error)))?;
    let data = TerminalData::new(chosen, number);
    let answer = processing_options(card, &application.pdol, &data)?;
    let answer = CardAnswer::parse(answer.body()).map_err(Outcome::EndApplication)?;
    let named = !answer.afl.is_empty();
    if named && records == Records::Read && cryptogram::is_arqc(&answer) {
        records::read(card, &answer.afl)?;
    }
    card.show(Message::CardReadOk, Status::CardReadSuccessfully);
    if named && records == Records::NotRead {
        card.note(Step::RecordsNotRead);
    }
    cryptogram::decide(chosen, card, &answer)?;
    if chosen.setting.exceptions.contains(answer.track2.number()) {
        return Err(Outcome::Declined(Reason::OnExceptionFile));
    }
    let situation = cvm::Situation::new(chosen, answer.ctq, pin_rule);
    let (cvm, because) = cvm::decide(&situation).map_err(Outcome::Declined)?;
    card.note(Step::Verification {
        ctq: answer.ctq,
        cvm,
        because,
    });
    let de55 = de55::compose(&data, &answer, &application.df_name, cvm)
        .map_err(|_| Outcome::EndApplication(Reason::De55TooLong))?;
    Ok(OnlineRequest {
        entry: CardEntry::Contactless,
        transaction: *chosen.setting.transaction,
        de55,
        track2: answer.track2,
        psn: answer.psn,
        cvm,
        aid: application.df_name,
        label: application.label,
    })
}

/// Refuses a list that does not ask for all four octets of the TTQ.
fn check_qualifiers(pdol: &[u8]) -> Result<(), Reason> {
    if pdol.is_empty() {
        return Err(Reason::PdolMissing);
    }
    let list = Dol::parse(pdol).map_err(|_| Reason::PdolMalformed)?;
    let whole = Ttq::default().0.len();
    let mut entries = list.entries();
    if entries.any(|entry| entry.tag == tags::TTQ && entry.length == whole) {
        Ok(())
    } else {
        Err(Reason::PdolWithoutTtq)
    }
}
