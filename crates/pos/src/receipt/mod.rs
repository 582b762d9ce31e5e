//! Receipts and slips, 40 columns wide. They show no full card number and nothing of a PIN.

mod masked;
pub(crate) mod paper;

use std::fmt;

use crate::batch::{Card, Chip, Entry, EntryId, EntryKind, Record, Standing};
use crate::host::{ApprovalCode, Balance, MerchantId, Moment, Reference, ResponseCode, TerminalId};
use crate::money::format_amount;
use crate::online::CardEntry;
use crate::outcome::Cvm;
pub(crate) use masked::without_numbers;
use masked::without_own;
use paper::{centred, field, rule};
use understudy_core::wire::amount::Amount;

/// A receipt, of which there are two copies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    heading: Heading,
    title: Title,
    slip: Slip,
    result: Printed,
    duplicate: bool,
    payment: Option<u64>,
}

/// The terminal and merchant on a receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Heading {
    pub(crate) name: String,
    pub(crate) merchant: MerchantId,
    pub(crate) terminal: TerminalId,
}

/// The subject of a receipt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Title {
    Entry(EntryKind),
    ReversalOf(EntryKind),
    Balance,
}

/// The part of a receipt about the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Slip {
    pub(crate) id: EntryId,
    pub(crate) moment: Moment,
    pub(crate) amount: Amount,
    pub(crate) reference: Reference,
    pub(crate) card: Card,
    pub(crate) chip: Option<Chip>,
    pub(crate) original: Option<(EntryId, Option<Reference>)>,
}

impl Slip {
    /// The slip of a request; `reference` is that of the entry it is about, if that is kept.
    pub(crate) fn new(record: &Record, reference: Option<Reference>) -> Self {
        Self {
            id: record.id,
            moment: record.moment,
            amount: record.amount,
            reference: record.reference,
            card: record.card.clone(),
            chip: record.chip.clone(),
            original: record.original.map(|entry| (entry, reference)),
        }
    }
}

/// The result printed on a receipt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Printed {
    Approved(Option<ApprovalCode>),
    Balance(Option<Balance>),
    Declined {
        code: ResponseCode,
        reversed: bool,
    },
    NoAnswer {
        reversed: bool,
    },
    /// An entry that has changed since its approval, with its present standing.
    Since(Standing, Option<ApprovalCode>),
    ReversalRefused(ResponseCode),
}

impl Printed {
    /// True if the cardholder's consent still counts.
    const fn stands(self) -> bool {
        matches!(
            self,
            Self::Approved(_) | Self::Since(Standing::Completed, _)
        )
    }
}

/// One copy of a receipt; `Display` prints it.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptCopy<'a> {
    receipt: &'a Receipt,
    holder: Holder,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Holder {
    Merchant,
    Cardholder,
}

impl Receipt {
    pub(crate) const fn new(heading: Heading, title: Title, slip: Slip, result: Printed) -> Self {
        Self {
            heading,
            title,
            slip,
            result,
            duplicate: false,
            payment: None,
        }
    }

    /// The receipt with the number by which the merchant's system knows the payment.
    #[must_use]
    pub const fn numbered(mut self, payment: u64) -> Self {
        self.payment = Some(payment);
        self
    }

    /// The receipt of an entry, printed again.
    pub(crate) fn duplicate(heading: Heading, slip: Slip, entry: &Entry) -> Self {
        let result = match entry.standing {
            Standing::Approved => Printed::Approved(entry.approval),
            other => Printed::Since(other, entry.approval),
        };
        let title = Title::Entry(entry.record.kind);
        Self {
            duplicate: true,
            ..Self::new(heading, title, slip, result)
        }
    }

    /// The merchant's copy, with the line for the signature.
    #[must_use]
    pub const fn merchant(&self) -> ReceiptCopy<'_> {
        ReceiptCopy {
            receipt: self,
            holder: Holder::Merchant,
        }
    }

    /// The cardholder's copy.
    #[must_use]
    pub const fn cardholder(&self) -> ReceiptCopy<'_> {
        ReceiptCopy {
            receipt: self,
            holder: Holder::Cardholder,
        }
    }
}

impl fmt::Display for ReceiptCopy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let receipt = self.receipt;
        receipt.heading(f)?;
        rule(f)?;
        receipt.transaction(f)?;
        if let Some(chip) = &receipt.slip.chip {
            chip_lines(f, chip)?;
        }
        rule(f)?;
        receipt.result(f)?;
        if let (true, Some(chip)) = (receipt.result.stands(), &receipt.slip.chip) {
            verification(f, chip.cvm, self.holder)?;
        }
        if receipt.duplicate {
            centred(f, "*** DUPLICATE ***")?;
        }
        centred(
            f,
            match self.holder {
                Holder::Merchant => "MERCHANT COPY",
                Holder::Cardholder => "CARDHOLDER COPY",
            },
        )
    }
}

impl Receipt {
    fn heading(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (heading, slip) = (&self.heading, &self.slip);
        centred(f, &heading.name)?;
        field(f, "MERCHANT", heading.merchant)?;
        field(f, "TERMINAL", heading.terminal)?;
        field(f, "DATE/TIME", slip.moment)?;
        field(f, "BATCH", format_args!("{:06}", slip.id.batch))?;
        field(f, "TRACE", slip.id.trace)?;
        field(f, "REFERENCE", slip.reference)?;
        self.payment
            .map_or(Ok(()), |payment| field(f, "PAYMENT", payment))
    }

    fn transaction(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (slip, card) = (&self.slip, &self.slip.card);
        match self.title {
            Title::Entry(kind) => centred(f, &kind.name().to_uppercase())?,
            Title::ReversalOf(kind) => {
                centred(f, &format!("REVERSAL OF {}", kind.name().to_uppercase()))?;
            }
            Title::Balance => centred(f, "BALANCE INQUIRY")?,
        }
        if self.title != Title::Balance {
            field(f, "AMOUNT", format_amount(slip.amount))?;
        }
        if let Some((original, reference)) = slip.original {
            field(f, "ORIGINAL", original)?;
            if let Some(reference) = reference {
                field(f, "ORIGINAL REFERENCE", reference)?;
            }
        }
        field(f, "CARD", &card.number)?;
        if let Some(psn) = card.psn {
            field(f, "CARD SEQUENCE", format_args!("{psn:02x}"))?;
        }
        if !card.label.is_empty() {
            let label = without_numbers(&card.label, &card.number);
            field(f, "APPLICATION", printable(&label))?;
        }
        field(f, "AID", without_own(&card.aid.to_string(), &card.number))
    }

    fn result(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.result {
            Printed::Approved(code) => approved(f, "APPROVED", code),
            Printed::Since(standing, code) => approved(f, &standing.name().to_uppercase(), code),
            Printed::Balance(None) => centred(f, "THE ISSUER GAVE NO BALANCE"),
            Printed::Balance(Some(balance)) => {
                let word = if balance.owed { "OWED" } else { "BALANCE" };
                field(f, word, format_amount(balance.amount))
            }
            Printed::Declined { code, reversed } => {
                centred(f, &format!("DECLINED {code}"))?;
                centred(f, code.meaning())?;
                reversal(f, reversed)
            }
            Printed::NoAnswer { reversed } => {
                centred(f, "NO ANSWER: NOT COMPLETED")?;
                reversal(f, reversed)
            }
            Printed::ReversalRefused(code) => {
                centred(f, &format!("REVERSAL REFUSED {code}"))?;
                centred(f, code.meaning())?;
                centred(f, "ASK THE ACQUIRER")
            }
        }
    }
}

fn approved(f: &mut fmt::Formatter<'_>, word: &str, code: Option<ApprovalCode>) -> fmt::Result {
    centred(f, word)?;
    code.map_or(Ok(()), |code| field(f, "APPROVAL CODE", code))
}

fn reversal(f: &mut fmt::Formatter<'_>, owed: bool) -> fmt::Result {
    if owed {
        centred(f, "A REVERSAL WILL BE SENT")?;
    }
    Ok(())
}

fn chip_lines(f: &mut fmt::Formatter<'_>, chip: &Chip) -> fmt::Result {
    let entry = match chip.entry {
        CardEntry::Contactless => "CONTACTLESS",
        CardEntry::Code => "CODE",
    };
    field(f, "ENTRY", entry)?;
    field(f, "CRYPTOGRAM", hex::encode_upper(chip.cryptogram))?;
    field(f, "ATC", hex::encode_upper(chip.atc))?;
    match chip.entry {
        CardEntry::Contactless => field(f, "TVR", hex::encode_upper(chip.tvr)),
        CardEntry::Code => Ok(()),
    }
}

fn verification(f: &mut fmt::Formatter<'_>, cvm: Cvm, holder: Holder) -> fmt::Result {
    match (cvm, holder) {
        (Cvm::None, _) => centred(f, "NO VERIFICATION REQUIRED"),
        (Cvm::OnlinePin, _) => centred(f, "PIN VERIFIED BY ISSUER"),
        (Cvm::Device, _) => centred(f, "VERIFIED ON DEVICE"),
        (Cvm::Signature, Holder::Cardholder) => centred(f, "SIGNED ON MERCHANT COPY"),
        (Cvm::Signature, Holder::Merchant) => {
            writeln!(f)?;
            writeln!(f, "SIGNATURE {:_<30}", "")
        }
    }
}

/// A label for paper: 16 printable ASCII characters, with `?` for the card's other octets.
fn printable(label: &str) -> String {
    let shown = |character| {
        if (' '..='~').contains(&character) {
            character
        } else {
            '?'
        }
    };
    label.chars().take(16).map(shown).collect()
}
