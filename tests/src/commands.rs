//! A reader's commands in octets.

/// The name of the contactless directory.
pub const PPSE: &[u8] = b"2PAY.SYS.DDF01";
/// The AID of Visa.
pub const VISA: &[u8] = &[0xA0, 0x00, 0x00, 0x00, 0x03, 0x10, 0x10];
/// The AID of Mastercard.
pub const MASTERCARD: &[u8] = &[0xA0, 0x00, 0x00, 0x00, 0x04, 0x10, 0x10];
/// The AID of `UnionPay` debit.
pub const UNIONPAY_DEBIT: &[u8] = &[0xA0, 0x00, 0x00, 0x03, 0x33, 0x01, 0x01, 0x01];

/// SELECT by name, first occurrence.
#[must_use]
pub fn select(name: &[u8]) -> Vec<u8> {
    command([0x00, 0xA4, 0x04, 0x00], name)
}

/// SELECT by name, next occurrence.
#[must_use]
pub fn select_next(name: &[u8]) -> Vec<u8> {
    command([0x00, 0xA4, 0x04, 0x02], name)
}

/// GET DATA of a tag of two octets.
#[must_use]
pub fn get_data(tag: [u8; 2]) -> Vec<u8> {
    vec![0x80, 0xCA, tag[0], tag[1], 0x00]
}

/// READ RECORD.
#[must_use]
pub fn read_record(record: u8, file: u8) -> Vec<u8> {
    vec![0x00, 0xB2, record, file << 3 | 0x04, 0x00]
}

/// GET PROCESSING OPTIONS with the values for a PDOL.
#[must_use]
pub fn gpo(values: &[u8]) -> Vec<u8> {
    let length = u8::try_from(values.len()).expect("values of less than 128 octets");
    assert!(length < 0x80, "a length field of one octet");
    command(
        [0x80, 0xA8, 0x00, 0x00],
        &[&[0x83, length], values].concat(),
    )
}

fn command(header: [u8; 4], data: &[u8]) -> Vec<u8> {
    let lc = u8::try_from(data.len()).expect("a short command");
    [&header[..], &[lc], data, &[0x00]].concat()
}

/// The values for the PDOL of [`ProfileSpec::default`](crate::ProfileSpec), 56 octets.
#[derive(Clone, Copy, Debug)]
pub struct GpoData {
    /// `9F66`, terminal transaction qualifiers.
    pub ttq: [u8; 4],
    /// `9F02`, amount authorised, in minor units.
    pub amount: u64,
    /// `9F03`, amount other, in minor units.
    pub other: u64,
    /// `9F1A`, country of the terminal.
    pub country: u16,
    /// `5F2A`, currency of the transaction.
    pub currency: u16,
    /// `9A`, date of the transaction, YYMMDD.
    pub date: [u8; 3],
    /// `9C`, transaction type.
    pub kind: u8,
    /// `9F37`, unpredictable number.
    pub unpredictable_number: [u8; 4],
}

impl Default for GpoData {
    fn default() -> Self {
        Self {
            ttq: [0x36, 0x00, 0xC0, 0x80],
            amount: 1234,
            other: 0,
            country: 156,
            currency: 156,
            date: [0x26, 0x11, 0x22],
            kind: 0x00,
            unpredictable_number: [0xA1, 0xB2, 0xC3, 0xD4],
        }
    }
}

impl GpoData {
    /// The values in the order of the PDOL.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        let mut octets = self.ttq.to_vec();
        octets.extend(self.under_mac());
        octets.extend([0x12, 0x34, 0x56]);
        octets.extend(b"CORNER SHOP SHANGHAI");
        octets
    }

    /// The values that every version but `UnionPay` 17 puts under the MAC.
    #[must_use]
    pub fn under_mac(&self) -> Vec<u8> {
        let mut octets = Vec::new();
        octets.extend(bcd::<6>(self.amount));
        octets.extend(bcd::<6>(self.other));
        octets.extend(bcd::<2>(self.country.into()));
        octets.extend([0; 5]);
        octets.extend(bcd::<2>(self.currency.into()));
        octets.extend(self.date);
        octets.push(self.kind);
        octets.extend(self.unpredictable_number);
        octets
    }

    /// The command.
    #[must_use]
    pub fn command(&self) -> Vec<u8> {
        gpo(&self.octets())
    }
}

/// The values for the CDOL1 of [`ProfileSpec::mastercard`](crate::ProfileSpec::mastercard), 66
/// octets.
#[derive(Clone, Copy, Debug)]
pub struct AcData {
    /// The values under the MAC.
    pub terminal: GpoData,
    /// `9F35`, terminal type.
    pub terminal_type: u8,
    /// `9F34`, CVM results.
    pub cvm_results: [u8; 3],
}

impl Default for AcData {
    /// An online-capable terminal of a merchant that performed no verification.
    fn default() -> Self {
        Self {
            terminal: GpoData::default(),
            terminal_type: 0x22,
            cvm_results: [0x1F, 0x03, 0x02],
        }
    }
}

impl AcData {
    /// The values in the order of CDOL1.
    #[must_use]
    pub fn octets(&self) -> Vec<u8> {
        let mut octets = self.terminal.under_mac();
        octets.push(self.terminal_type);
        octets.extend([0; 2 + 8]);
        octets.extend(self.cvm_results);
        octets.extend([0x12, 0x34, 0x56]);
        octets.extend([0; 20]);
        octets
    }

    /// GENERATE AC with these values.
    #[must_use]
    pub fn command(&self, p1: u8) -> Vec<u8> {
        command([0x80, 0xAE, p1, 0x00], &self.octets())
    }
}

/// `number` as N octets of two decimal digits, most significant first.
pub(crate) fn bcd<const N: usize>(number: u64) -> [u8; N] {
    let text = format!("{number:0width$}", width = 2 * N);
    let mut octets = [0; N];
    hex::decode_to_slice(text, &mut octets).expect("a number that fits");
    octets
}
