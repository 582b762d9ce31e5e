//! GET PROCESSING OPTIONS, as every kernel sends it.

use understudy_core::wire::dol::Dol;
use understudy_core::wire::status::StatusWord;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::Writer;

use crate::conversation::{Answer, Conversation, ShortCommand};
use crate::outcome::Outcome;
use crate::reason::Reason;
use crate::terminal_data::TerminalData;

/// GET PROCESSING OPTIONS, and the meaning of its status word.
pub(super) fn processing_options(
    card: &mut Conversation<'_>,
    pdol: &[u8],
    data: &TerminalData,
) -> Result<Answer, Outcome> {
    let malformed = || Outcome::EndApplication(Reason::PdolMalformed);
    let list = Dol::parse(pdol).map_err(|_| malformed())?;
    let mut values = vec![0; list.data_length()];
    list.emit_data(&mut values, |tag| data.get(tag))
        .map_err(|_| malformed())?;
    let mut template = vec![0; values.len() + TEMPLATE_OVERHEAD];
    let mut writer = Writer::new(&mut template);
    writer
        .object(tags::COMMAND_TEMPLATE, &values)
        .map_err(|_| malformed())?;
    let answer = card.exchange(ShortCommand {
        name: "GET PROCESSING OPTIONS",
        header: [0x80, 0xA8, 0x00, 0x00],
        data: writer.written(),
    })?;
    match answer.status {
        StatusWord::SUCCESS => Ok(answer),
        StatusWord::USE_ANOTHER_INTERFACE => {
            Err(Outcome::TryAnotherInterface(Reason::UseAnotherInterface))
        }
        StatusWord::CONDITIONS_NOT_SATISFIED => {
            Err(Outcome::SelectNext(Reason::ConditionsNotSatisfied))
        }
        StatusWord::CONSUMER_MUST_ACT => Err(Outcome::TryAgain(Reason::SeePhone)),
        other => Err(Outcome::EndApplication(Reason::GpoRefused(other))),
    }
}

/// The most octets that a tag of one octet and its length take.
const TEMPLATE_OVERHEAD: usize = 4;
