//! DE 55 of an online request: the chip data, in the order that acquirers expect.

use understudy_core::wire::qualifiers::CryptogramType;
use understudy_core::wire::tags;
use understudy_core::wire::tlv::{Overflow, Tag, Writer};

use crate::aid::Aid;
use crate::gpo::CardAnswer;
use crate::outcome::Cvm;
use crate::terminal_data::TerminalData;

/// The longest DE 55, in octets.
const DE55_MAX: usize = 255;

/// The chip data, or an error if it is longer than 255 octets.
///
/// The PSN is not in it (it is DE 23), nor is track 2 (DE 35). `9F27` is 80 if the card sent none;
/// `95` is zeros, the value that the card got.
pub(crate) fn compose(
    terminal: &TerminalData,
    card: &CardAnswer,
    df_name: &Aid,
    cvm: Cvm,
) -> Result<Vec<u8>, Overflow> {
    let cid = card.cid.unwrap_or(CryptogramType::Arqc.cid());
    let mut buffer = [0; DE55_MAX];
    let mut de55 = Writer::new(&mut buffer);
    de55.object(tags::APPLICATION_CRYPTOGRAM, &card.cryptogram)?;
    de55.object(tags::CRYPTOGRAM_INFORMATION_DATA, &[cid])?;
    de55.object(tags::ISSUER_APPLICATION_DATA, &card.iad)?;
    copy(&mut de55, terminal, &[tags::UNPREDICTABLE_NUMBER])?;
    de55.object(tags::ATC, &card.atc)?;
    copy(&mut de55, terminal, &BEFORE_AIP)?;
    de55.object(tags::AIP, &card.aip)?;
    copy(&mut de55, terminal, &BEFORE_CVM)?;
    let stated = terminal.get(tags::CVM_RESULTS);
    de55.object(tags::CVM_RESULTS, stated.unwrap_or(&cvm_results(cvm)))?;
    copy(&mut de55, terminal, &BEFORE_DF_NAME)?;
    de55.object(tags::DF_NAME, df_name.octets())?;
    copy(&mut de55, terminal, &LAST)?;
    if let Some(product) = &card.product {
        de55.object(tags::PRODUCT_IDENTIFICATION, product)?;
    }
    Ok(de55.written().to_vec())
}

const BEFORE_AIP: [Tag; 5] = [
    tags::TVR,
    tags::TRANSACTION_DATE,
    tags::TRANSACTION_TYPE,
    tags::AMOUNT_AUTHORISED,
    tags::TRANSACTION_CURRENCY_CODE,
];
const BEFORE_CVM: [Tag; 3] = [
    tags::TERMINAL_COUNTRY_CODE,
    tags::AMOUNT_OTHER,
    tags::TERMINAL_CAPABILITIES,
];
const BEFORE_DF_NAME: [Tag; 2] = [tags::TERMINAL_TYPE, tags::INTERFACE_DEVICE_SERIAL_NUMBER];
const LAST: [Tag; 2] = [
    tags::APPLICATION_VERSION_NUMBER_TERMINAL,
    tags::TRANSACTION_SEQUENCE_COUNTER,
];

fn copy(de55: &mut Writer<'_>, terminal: &TerminalData, wanted: &[Tag]) -> Result<(), Overflow> {
    for &tag in wanted {
        de55.object(tag, terminal.get(tag).unwrap_or_default())?;
    }
    Ok(())
}

/// CVM results (`9F34`, EMV Book 4 Annex A4): method, condition "always", result. The result of a
/// PIN or a signature is not known yet; verification on the device is not the terminal's.
const fn cvm_results(cvm: Cvm) -> [u8; 3] {
    const UNKNOWN: u8 = 0x00;
    const SUCCESSFUL: u8 = 0x02;
    match cvm {
        Cvm::OnlinePin => [0x02, 0x00, UNKNOWN],
        Cvm::Signature => [0x1E, 0x00, UNKNOWN],
        Cvm::None => [0x1F, 0x00, SUCCESSFUL],
        Cvm::Device => [0x3F, 0x00, UNKNOWN],
    }
}
