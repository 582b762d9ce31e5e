//! The code that a cardholder presents (EMV QR Code Specification, Consumer-Presented Mode): scanned
//! in place of a tap.
//!
//! The terminal has no part in the cryptogram: it passes the chip data on unread, and the amount is
//! its own word to the issuer.

use thiserror::Error;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Tag, find};
use understudy_core::wire::track2::Track2;
use understudy_qr::consumer::{
    self, Application, COMMON_TRANSPARENT, ConsumerCode, ConsumerCodeError, OCTETS_MAX,
};
use zeroize::Zeroizing;

use crate::aid::Aid;
use crate::online::{CardEntry, OnlineRequest};
use crate::outcome::Cvm;
use crate::preprocessing;
use crate::reason::NotAllowed;
use crate::terminal::Terminal;
use crate::transaction::{Transaction, TransactionType};

/// The longest DE 55, in octets.
const DE55_MAX: usize = 255;

/// The reason for which a scanned code is not sent to the issuer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum CodeError {
    /// The text is not a code of a consumer.
    #[error(transparent)]
    Code(#[from] ConsumerCodeError),
    /// Another transaction than a purchase: a code has the card's consent to that alone.
    #[error("a code pays a purchase and nothing else")]
    Kind,
    /// No card in the code is of an application that this terminal can send online.
    #[error("the code has no card that this terminal takes")]
    NoApplication,
    /// Pre-processing excludes the applications for the code's cards: an amount of zero, or the
    /// transaction limit.
    #[error("this terminal takes no such code: {0}")]
    NotAllowed(NotAllowed),
    /// The card has no track 2 (`57`), or not the data for the issuer.
    #[error("the code's card has no good {0}")]
    Incomplete(Tag),
    /// The chip data would exceed 255 octets.
    #[error("the code's chip data are longer than DE 55")]
    TooLong,
    /// The card is in the terminal's exception file.
    #[error("this terminal declines the card: it is in the exception file")]
    Exception,
}

impl Terminal {
    /// The online request of a purchase with a scanned code, by the first of its cards that this
    /// terminal has an application for, within the limits of that application: those of a tap (EMV
    /// Contactless Book B §3.1). The cardholder verified on the device: the issuer approves
    /// no other code.
    ///
    /// # Errors
    /// [`CodeError`]; nothing is to be sent.
    pub fn scan(&self, text: &str, transaction: &Transaction) -> Result<OnlineRequest, CodeError> {
        if transaction.kind() != TransactionType::Purchase {
            return Err(CodeError::Kind);
        }
        let mut room = Zeroizing::new([0; OCTETS_MAX]);
        let code = ConsumerCode::parse(consumer::octets_of(text.trim(), &mut room)?)?;
        let (card, aid) = self.taken(&code, transaction)?;
        let track2 = stated(&code, &card, tags::TRACK_2_EQUIVALENT_DATA)
            .and_then(|octets| Track2::parse(octets).ok())
            .ok_or(CodeError::Incomplete(tags::TRACK_2_EQUIVALENT_DATA))?;
        if self.exceptions().contains(track2.number()) {
            return Err(CodeError::Exception);
        }
        let psn = stated(&code, &card, tags::PAN_SEQUENCE_NUMBER);
        let label = card.object(tags::APPLICATION_LABEL);
        Ok(OnlineRequest {
            transaction: *transaction,
            entry: CardEntry::Code,
            de55: chip_data(&code, &card)?,
            track2,
            psn: psn.and_then(|psn| psn.first().copied()),
            cvm: Cvm::Device,
            aid,
            label: label.map(printable).unwrap_or_default(),
        })
    }

    /// The first card with an online application of the terminal that pre-processing allows, and the
    /// card's AID.
    fn taken<'c>(
        &self,
        code: &ConsumerCode<'c>,
        transaction: &Transaction,
    ) -> Result<(Application<'c>, Aid), CodeError> {
        let combinations = preprocessing::run(self.config(), transaction);
        let mut refusal = CodeError::NoApplication;
        for card in code.applications() {
            let Some(aid) = Aid::new(card.aid) else {
                continue;
            };
            let online = combinations
                .iter()
                .filter(|combination| combination.names(&aid) && !combination.reader.offline_only);
            for combination in online {
                match combination.result {
                    Ok(_) => return Ok((card, aid)),
                    Err(reason) => refusal = CodeError::NotAllowed(reason),
                }
            }
        }
        Err(refusal)
    }
}

/// The value of an object of the card, or else of all cards.
fn stated<'c>(code: &ConsumerCode<'c>, card: &Application<'c>, tag: Tag) -> Option<&'c [u8]> {
    let common = || find(code.common(), tag).ok().flatten();
    card.object(tag).or_else(common)
}

/// DE 55: the transparent templates, `63` and `64`, as they are.
fn chip_data(code: &ConsumerCode<'_>, card: &Application<'_>) -> Result<Vec<u8>, CodeError> {
    let common = find(code.common(), COMMON_TRANSPARENT).ok().flatten();
    let de55 = [card.chip_data, common.unwrap_or_default()].concat();
    if de55.len() > DE55_MAX {
        return Err(CodeError::TooLong);
    }
    let needed = [
        (tags::APPLICATION_CRYPTOGRAM, 8..=8),
        (tags::ATC, 2..=2),
        (tags::ISSUER_APPLICATION_DATA, 1..=32),
    ];
    for (tag, lengths) in needed {
        let value = find(&de55, tag).ok().flatten();
        if !value.is_some_and(|value| lengths.contains(&value.len())) {
            return Err(CodeError::Incomplete(tag));
        }
    }
    Ok(de55)
}

/// An application label: printable ASCII, with `?` for other octets.
fn printable(label: &[u8]) -> String {
    let shown = |octet: &u8| match octet {
        b' '..=b'~' => char::from(*octet),
        _ => '?',
    };
    label.iter().take(16).map(shown).collect()
}
