//! Kernel 2, EMV mode: GET PROCESSING OPTIONS names records, which name what GENERATE AC is to be
//! told. There is no magnetic stripe mode, and the terminal always asks to go online.

use understudy_core::wire::digits::{CardNumber, bcd_to_u64};
use understudy_core::wire::dol::Dol;
use understudy_core::wire::status::StatusWord;
use understudy_core::wire::tags;
use understudy_core::wire::track2::Track2;

use super::application::Application;
use super::cryptogram;
use super::method::{self, Method};
use super::options::processing_options;
use super::records::{self, Objects};
use crate::conversation::{Conversation, ShortCommand};
use crate::de55;
use crate::entry::Candidate;
use crate::gpo::CardAnswer;
use crate::online::{CardEntry, OnlineRequest};
use crate::outcome::Outcome;
use crate::random::UnpredictableNumbers;
use crate::reason::{Defect, Reason};
use crate::setting::Chosen;
use crate::step::Step;
use crate::template::{Level, outermost};
use crate::terminal_data::TerminalData;
use crate::ui::{Message, Status};

/// AIP byte 2 bit 8: EMV mode.
const EMV_MODE: u8 = 0x80;
/// The most data of a short command.
const CDOL_DATA_MAX: usize = 255;

/// Processes the application that was just selected; `fci` is the body of its answer.
pub(super) fn run(
    chosen: &Chosen<'_>,
    card: &mut Conversation<'_>,
    random: &mut dyn UnpredictableNumbers,
    candidate: &Candidate<'_>,
    fci: &[u8],
) -> Result<OnlineRequest, Outcome> {
    let application = Application::read(card, candidate, fci)?;
    let number = random
        .next()
        .map_err(|error| Outcome::EndApplication(Reason::Random(error)))?;
    let mut data = TerminalData::new(chosen, number);
    data.offer_device_cvm(chosen.combination.reader.device_cvm);
    let options = processing_options(card, &application.pdol, &data)?;
    let (aip, afl) = way(options.body()).map_err(Outcome::EndApplication)?;
    let objects = records::read(card, &afl)?;
    let identity = Identity::read(&objects)?;
    if chosen.setting.exceptions.contains(identity.track2.number()) {
        return Err(Outcome::Declined(Reason::OnExceptionFile));
    }
    let list = objects.get(tags::CVM_LIST).unwrap_or_default();
    let [first, _] = aip;
    let method = method::choose(chosen, first, list).map_err(Outcome::Declined)?;
    note(card, &method);
    data.perform(method.results);
    let answer = generate_ac(card, objects.mandatory(tags::CDOL1)?, &data)?;
    let (information, answer) = identity.answer(aip, &answer)?;
    card.show(Message::CardReadOk, Status::CardReadSuccessfully);
    cryptogram::decide_mchip(chosen, card, information, &answer)?;
    let de55 = de55::compose(&data, &answer, &application.df_name, method.cvm)
        .map_err(|_| Outcome::EndApplication(Reason::De55TooLong))?;
    Ok(OnlineRequest {
        entry: CardEntry::Contactless,
        transaction: *chosen.setting.transaction,
        de55,
        track2: answer.track2,
        psn: answer.psn,
        cvm: method.cvm,
        aid: application.df_name,
        label: application.label,
    })
}

fn note(card: &mut Conversation<'_>, method: &Method) {
    card.note(Step::Verification {
        ctq: None,
        cvm: method.cvm,
        because: method.because,
    });
}

/// AIP and AFL, of format 2 (`77`) or format 1 (`80`, EMV Book 3 §6.5.8.4).
fn way(body: &[u8]) -> Result<([u8; 2], Vec<u8>), Reason> {
    let outermost = Level::parse(body).map_err(Reason::Gpo)?;
    let (aip, afl) = if let Some(format_1) = outermost.get(tags::RESPONSE_TEMPLATE_1) {
        let value = Reason::Gpo(Defect::Value(tags::RESPONSE_TEMPLATE_1));
        let (aip, afl) = format_1.split_first_chunk().ok_or(value)?;
        (*aip, afl)
    } else {
        let template = outermost.mandatory(tags::RESPONSE_TEMPLATE_2);
        let level = template.and_then(Level::parse).map_err(Reason::Gpo)?;
        let aip = level.mandatory_array(tags::AIP).map_err(Reason::Gpo)?;
        (aip, level.mandatory(tags::AFL).map_err(Reason::Gpo)?)
    };
    let [_, second] = aip;
    if second & EMV_MODE == 0 {
        return Err(Reason::NoEmvMode);
    }
    Ok((aip, afl.to_vec()))
}

/// The card's identity in its records.
struct Identity {
    track2: Track2,
    psn: Option<u8>,
}

impl Identity {
    /// Track 2, which goes online, and the sequence number. Number (`5A`) and month of expiry (`5F24`)
    /// must be there too, and be those of track 2.
    fn read(objects: &Objects) -> Result<Self, Outcome> {
        let wrong = |tag| Outcome::EndApplication(Reason::Records(Defect::Value(tag)));
        let track2 = objects.mandatory(tags::TRACK_2_EQUIVALENT_DATA)?;
        let track2 = Track2::parse(track2);
        let number = objects.mandatory(tags::APPLICATION_PAN)?;
        let expiry = objects.mandatory(tags::APPLICATION_EXPIRATION_DATE)?;
        let psn = match objects.get(tags::PAN_SEQUENCE_NUMBER) {
            None => None,
            Some([psn]) if bcd_to_u64(&[*psn]).is_some() => Some(*psn),
            Some(_) => return Err(wrong(tags::PAN_SEQUENCE_NUMBER)),
        };
        let track2 = track2.map_err(|_| wrong(tags::TRACK_2_EQUIVALENT_DATA))?;
        if CardNumber::from_bcd(number).as_ref() != Ok(track2.number()) {
            return Err(wrong(tags::APPLICATION_PAN));
        }
        let [year, month] = track2.expiry().to_bcd();
        if !matches!(expiry, [y, m, _] if [*y, *m] == [year, month]) {
            return Err(wrong(tags::APPLICATION_EXPIRATION_DATE));
        }
        Ok(Self { track2, psn })
    }

    /// `9F27`, and the identity with the cryptogram: `77{9F27 9F36 9F26 9F10}`.
    fn answer(self, aip: [u8; 2], body: &[u8]) -> Result<(u8, CardAnswer), Outcome> {
        self.with_cryptogram(aip, body)
            .map_err(|defect| Outcome::EndApplication(Reason::GenerateAc(defect)))
    }

    fn with_cryptogram(self, aip: [u8; 2], body: &[u8]) -> Result<(u8, CardAnswer), Defect> {
        let level = Level::parse(outermost(body, tags::RESPONSE_TEMPLATE_2)?)?;
        let [cid] = level.mandatory_array(tags::CRYPTOGRAM_INFORMATION_DATA)?;
        let answer = CardAnswer {
            aip,
            atc: level.mandatory_array(tags::ATC)?,
            track2: self.track2,
            iad: CardAnswer::issuer_application_data(&level)?,
            cryptogram: level.mandatory_array(tags::APPLICATION_CRYPTOGRAM)?,
            cid: Some(cid),
            psn: self.psn,
            ctq: None,
            product: None,
            afl: Vec::new(),
        };
        Ok((cid, answer))
    }
}

/// GENERATE AC for an ARQC, and the meaning of its status word.
fn generate_ac(
    card: &mut Conversation<'_>,
    cdol1: &[u8],
    data: &TerminalData,
) -> Result<Vec<u8>, Outcome> {
    let unusable = || Outcome::EndApplication(Reason::Cdol1);
    let list = Dol::parse(cdol1).map_err(|_| unusable())?;
    if list.data_length() > CDOL_DATA_MAX {
        return Err(unusable());
    }
    let mut values = vec![0; list.data_length()];
    list.emit_data(&mut values, |tag| data.get(tag))
        .map_err(|_| unusable())?;
    let answer = card.exchange(ShortCommand {
        name: "GENERATE AC",
        header: [0x80, 0xAE, 0x80, 0x00],
        data: &values,
    })?;
    match answer.status {
        StatusWord::SUCCESS => Ok(answer.body().to_vec()),
        StatusWord::CONSUMER_MUST_ACT => Err(Outcome::TryAgain(Reason::SeePhone)),
        other => Err(Outcome::EndApplication(Reason::GenerateAcRefused(other))),
    }
}
