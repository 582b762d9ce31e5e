//! The selected application: the objects of its FCI that a kernel needs.

use understudy_core::wire::dol::Dol;
use understudy_core::wire::tags;

use crate::aid::Aid;
use crate::conversation::Conversation;
use crate::entry::{Candidate, printable};
use crate::outcome::Outcome;
use crate::reason::{Defect, Reason};
use crate::template::{Level, outermost};

/// The parts of the FCI that the kernel needs.
pub(super) struct Application {
    pub(super) df_name: Aid,
    pub(super) label: String,
    /// The PDOL; empty if there is none.
    pub(super) pdol: Vec<u8>,
}

impl Application {
    /// Reads the FCI. An error in it concerns this candidate alone, and the next one follows (EMV
    /// Contactless Book B §3.3.3.6, which says so of a PDOL that is absent or without TTQ).
    pub(super) fn read(
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
        let pdol = pdol.unwrap_or_default();
        check_length(pdol).map_err(Outcome::SelectNext)?;
        card.prefer_language(language);
        Ok(Self {
            df_name,
            label: label.map_or_else(|| candidate.label.clone(), printable),
            pdol: pdol.to_vec(),
        })
    }
}

/// Refuses a PDOL that cannot be answered: it must be well-formed, and its data must fit into one
/// command.
fn check_length(pdol: &[u8]) -> Result<(), Reason> {
    let list = Dol::parse(pdol).map_err(|_| Reason::PdolMalformed)?;
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
