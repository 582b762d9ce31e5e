//! The kernel, of the shape that `UnionPay` (qPBOC) and Visa (qVSDC) share: a single GET PROCESSING
//! OPTIONS returns all data (JR/T 0025.12 §7).

use understudy_core::wire::dol::Dol;
use understudy_core::wire::qualifiers::{CryptogramType, Ttq};
use understudy_core::wire::status::StatusWord;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, Writer};

use crate::aid::Aid;
use crate::conversation::{Answer, Conversation, ShortCommand};
use crate::cvm;
use crate::de55;
use crate::entry::{Candidate, printable};
use crate::gpo::CardAnswer;
use crate::no_pin;
use crate::online::OnlineRequest;
use crate::outcome::Outcome;
use crate::random::UnpredictableNumbers;
use crate::reason::{Defect, Reason};
use crate::setting::Chosen;
use crate::step::Step;
use crate::template::{Level, outermost};
use crate::terminal_data::TerminalData;
use crate::ui::{Message, Status};

/// Processes the application that was just selected; `fci` is the body of its answer.
pub(crate) fn run(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
    candidate: &Candidate<'_>,
    fci: &[u8],
) -> Result<OnlineRequest, Outcome> {
    let application = Application::read(card, candidate, fci)?;
    let pin_rule = no_pin::rule(chosen, card)?;
    let number = random
        .next()
        .map_err(|error| Outcome::EndApplication(Reason::Random(error)))?;
    let data = TerminalData::new(chosen, number);
    let answer = processing_options(card, &application.pdol, &data)?;
    let answer = CardAnswer::parse(answer.body()).map_err(Outcome::EndApplication)?;
    card.show(Message::CardReadOk, Status::CardReadSuccessfully);
    if answer.names_records {
        card.note(Step::RecordsNotRead);
    }
    decide_by_cryptogram(chosen, card, &answer)?;
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
        transaction: *chosen.setting.transaction,
        de55,
        track2: answer.track2,
        psn: answer.psn,
        cvm,
        aid: application.df_name,
        label: application.label,
    })
}

/// The parts of the FCI that the kernel needs.
struct Application {
    df_name: Aid,
    label: String,
    pdol: Vec<u8>,
}

impl Application {
    /// Reads the FCI. An error in it concerns this candidate alone, and the next one follows (EMV
    /// Contactless Book B §3.3.3.6, which says so of a PDOL that is absent or without TTQ).
    fn read(
        card: &mut Conversation<'_>,
        candidate: &Candidate<'_>,
        body: &[u8],
    ) -> Result<Self, Outcome> {
        let malformed = |defect| Outcome::SelectNext(Reason::Fci(defect));
        let Fci {
            df_name,
            label,
            language,
            pdol,
        } = Fci::parse(body).map_err(malformed)?;
        let df_name = Aid::new(df_name)
            .filter(|name| name.starts_with(&candidate.aid))
            .ok_or_else(|| malformed(Defect::Value(tags::DF_NAME)))?;
        let pdol = pdol.ok_or(Outcome::SelectNext(Reason::PdolMissing))?;
        check_pdol(pdol).map_err(Outcome::SelectNext)?;
        card.prefer_language(language);
        Ok(Self {
            df_name,
            label: label.map_or_else(|| candidate.label.clone(), printable),
            pdol: pdol.to_vec(),
        })
    }
}

/// Refuses a PDOL that cannot be answered: it must be well-formed and ask for all four octets of
/// the TTQ, and its data must fit into one command.
fn check_pdol(pdol: &[u8]) -> Result<(), Reason> {
    let list = Dol::parse(pdol).map_err(|_| Reason::PdolMalformed)?;
    let whole_ttq = |length| length == Ttq::default().0.len();
    if !list
        .entries()
        .any(|entry| entry.tag == tags::TTQ && whole_ttq(entry.length))
    {
        return Err(Reason::PdolWithoutTtq);
    }
    if list.data_length() > PDOL_DATA_MAX {
        return Err(Reason::PdolTooLong);
    }
    Ok(())
}

/// The most data of a PDOL: 255 octets of a short command without tag (1) and length (2).
const PDOL_DATA_MAX: usize = 252;

/// The objects of an FCI that the kernel needs.
struct Fci<'a> {
    df_name: &'a [u8],
    label: Option<&'a [u8]>,
    language: Option<&'a [u8]>,
    pdol: Option<&'a [u8]>,
}

impl<'a> Fci<'a> {
    fn parse(body: &'a [u8]) -> Result<Self, Defect> {
        let fci = Level::parse(outermost(body, tags::FCI_TEMPLATE)?)?;
        let proprietary = Level::parse(fci.mandatory(tags::FCI_PROPRIETARY_TEMPLATE)?)?;
        Ok(Self {
            df_name: fci.mandatory(tags::DF_NAME)?,
            label: proprietary.get(tags::APPLICATION_LABEL),
            language: proprietary.get(tags::LANGUAGE_PREFERENCE),
            pdol: proprietary.get(tags::PDOL),
        })
    }
}

/// GET PROCESSING OPTIONS, and the meaning of its status word.
fn processing_options(
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

/// Continues with an ARQC only.
fn decide_by_cryptogram(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    answer: &CardAnswer,
) -> Result<(), Outcome> {
    let (kind, source) = cryptogram_type(answer)?;
    card.note(Step::Cryptogram { kind, source });
    match kind {
        CryptogramType::Aac => Err(Outcome::Declined(Reason::CardDeclined)),
        CryptogramType::Tc => Err(Outcome::Declined(Reason::OfflineApproval)),
        CryptogramType::Arqc if chosen.combination.reader.offline_only => {
            Err(Outcome::Declined(Reason::NoLine))
        }
        CryptogramType::Arqc => Ok(()),
    }
}

/// The cryptogram type and the tag it was read from: `9F27`, or else octet 5 of `9F10` in any
/// layout (Book C-3 §5.4.3.1). The reserved type `11` is declined. If `9F27` and a `9F10` of a
/// known layout disagree, the card is declined: `9F27` is not under the cryptogram, may have been
/// changed on the way, and neither reading would be safe.
fn cryptogram_type(answer: &CardAnswer) -> Result<(CryptogramType, Tag), Outcome> {
    let reserved = || Outcome::Declined(Reason::CryptogramType);
    let named = |cid: u8| CryptogramType::from_cid(cid).ok_or_else(reserved);
    let Some(cid) = answer.cid else {
        let missing = Outcome::EndApplication(Reason::CryptogramTypeMissing);
        let by_position = answer.cid_by_position().ok_or(missing)?;
        return Ok((named(by_position)?, tags::ISSUER_APPLICATION_DATA));
    };
    let cid = named(cid)?;
    match answer.cid_by_layout().map(named).transpose()? {
        Some(iad) if iad != cid => Err(Outcome::Declined(Reason::CryptogramTypes { cid, iad })),
        _ => Ok((cid, tags::CRYPTOGRAM_INFORMATION_DATA)),
    }
}
