//! The meanings of single bits and bit groups.

/// One meaning: it applies if the bits under `mask` in byte `octet` equal `value`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bit {
    /// The byte, counted from 1 as EMV does.
    pub octet: u8,
    /// The mask of the bits.
    pub mask: u8,
    /// Their value when the meaning applies: `mask` itself for a single bit.
    pub value: u8,
    /// The meaning in words.
    pub name: &'static str,
}

impl Bit {
    /// True if the meaning applies to `octets`, the whole value of the tag; false for a value that
    /// is too short.
    #[must_use]
    pub fn holds(&self, octets: &[u8]) -> bool {
        usize::from(self.octet)
            .checked_sub(1)
            .and_then(|index| octets.get(index))
            .is_some_and(|octet| octet & self.mask == self.value)
    }
}

/// The names among `table` that apply to `octets`, in the order of the table.
pub fn names<'t>(table: &'t [Bit], octets: &[u8]) -> impl Iterator<Item = &'t str> {
    table
        .iter()
        .filter(|bit| bit.holds(octets))
        .map(|bit| bit.name)
}

/// Defines tables; `octet mask name`, or `octet mask = value name` for a group of bits.
macro_rules! tables {
    ($(
        $(#[$doc:meta])*
        $table:ident { $($octet:literal $mask:literal $(= $value:literal)? $name:literal;)+ }
    )+) => {
        $(
            $(#[$doc])*
            pub static $table: &[Bit] = &[$(
                Bit {
                    octet: $octet,
                    mask: $mask,
                    value: tables!(@value $mask $($value)?),
                    name: $name,
                },
            )+];
        )+
    };
    (@value $mask:literal) => { $mask };
    (@value $mask:literal $value:literal) => { $value };
}

tables! {
    /// Terminal transaction qualifiers, `9F66` (JR/T 0025.12, kernel 3). A bit with a kernel's name
    /// in parentheses is defined by that kernel and reserved in all others: Discover (kernel 6),
    /// CPACE (its `C7` has the same layout).
    TTQ {
        1 0x80 "Magnetic stripe mode supported";
        1 0x40 "Full debit/credit over contactless supported";
        1 0x20 "EMV mode supported";
        1 0x10 "EMV contact chip supported";
        1 0x08 "Offline-only reader";
        1 0x04 "Online PIN supported";
        1 0x02 "Signature supported";
        1 0x01 "Offline data authentication for online authorisations supported";
        2 0x80 "Online cryptogram required";
        2 0x40 "CVM required";
        2 0x20 "Offline PIN over contact supported";
        2 0x04 "Offline data authentication independent of completion (CPACE)";
        3 0x80 "Issuer update processing supported";
        3 0x40 "Consumer device CVM supported";
        3 0x20 "Recovery of torn transactions supported (CPACE)";
        3 0x08 "Consumer device CVM required (Discover)";
        4 0x80 "fDDA version 1 supported";
    }
    /// Card transaction qualifiers, `9F6C` (JR/T 0025.12, kernel 3; byte 1 bit 1 is Visa's).
    CTQ {
        1 0x80 "Online PIN required";
        1 0x40 "Signature required";
        1 0x20 "Go online if offline data authentication fails";
        1 0x10 "Switch interface if offline data authentication fails";
        1 0x08 "Go online if the application has expired";
        1 0x04 "Switch interface for cash";
        1 0x02 "Switch interface for cashback";
        1 0x01 "Not valid for contactless ATM transactions";
        2 0x80 "Consumer device CVM performed";
        2 0x40 "Issuer update processing supported";
    }
    /// Terminal verification results, `95`, and the action codes over them (EMV Book 3 Annex C5;
    /// the relay resistance bits are of kernel 2).
    TVR {
        1 0x80 "Offline data authentication was not performed";
        1 0x40 "SDA failed";
        1 0x20 "ICC data missing";
        1 0x10 "Card appears on terminal exception file";
        1 0x08 "DDA failed";
        1 0x04 "CDA failed";
        1 0x02 "SDA selected";
        2 0x80 "ICC and terminal have different application versions";
        2 0x40 "Expired application";
        2 0x20 "Application not yet effective";
        2 0x10 "Requested service not allowed for card product";
        2 0x08 "New card";
        3 0x80 "Cardholder verification was not successful";
        3 0x40 "Unrecognised CVM";
        3 0x20 "PIN try limit exceeded";
        3 0x10 "PIN entry required and PIN pad not present or not working";
        3 0x08 "PIN entry required, PIN pad present, but PIN was not entered";
        3 0x04 "Online PIN entered";
        4 0x80 "Transaction exceeds floor limit";
        4 0x40 "Lower consecutive offline limit exceeded";
        4 0x20 "Upper consecutive offline limit exceeded";
        4 0x10 "Transaction selected randomly for online processing";
        4 0x08 "Merchant forced transaction online";
        5 0x80 "Default TDOL used";
        5 0x40 "Issuer authentication failed";
        5 0x20 "Script processing failed before final GENERATE AC";
        5 0x10 "Script processing failed after final GENERATE AC";
        5 0x08 "Relay resistance threshold exceeded";
        5 0x04 "Relay resistance time limits exceeded";
        5 0x03 = 0x01 "Relay resistance protocol not performed";
        5 0x03 = 0x02 "Relay resistance protocol performed";
    }
    /// Transaction status information, `9B` (EMV Book 3 Annex C6).
    TSI {
        1 0x80 "Offline data authentication was performed";
        1 0x40 "Cardholder verification was performed";
        1 0x20 "Card risk management was performed";
        1 0x10 "Issuer authentication was performed";
        1 0x08 "Terminal risk management was performed";
        1 0x04 "Script processing was performed";
    }
    /// Application interchange profile, `82` (EMV Book 3 Annex C1). A bit that Annex C1 leaves to
    /// the contactless kernels carries the kernel's name.
    AIP {
        1 0x40 "SDA supported";
        1 0x20 "DDA supported";
        1 0x10 "Cardholder verification is supported";
        1 0x08 "Terminal risk management is to be performed";
        1 0x04 "Issuer authentication is supported";
        1 0x02 "On-device cardholder verification is supported (kernel 2)";
        1 0x01 "CDA supported";
        2 0x80 "EMV mode is supported (kernel 2), magnetic stripe data is supported (kernel 3)";
        2 0x40 "Mobile phone (kernel 3)";
        2 0x20 "Contactless transaction (kernel 3)";
        2 0x01 "Relay resistance protocol is supported (kernel 2)";
    }
    /// Application interchange profile, `82`, as kernel 2 reads it.
    AIP_MASTERCARD {
        1 0x40 "SDA supported";
        1 0x20 "DDA supported";
        1 0x10 "Cardholder verification is supported";
        1 0x08 "Terminal risk management is to be performed";
        1 0x04 "Issuer authentication is supported";
        1 0x02 "On-device cardholder verification is supported";
        1 0x01 "CDA supported";
        2 0x80 "EMV mode is supported";
        2 0x01 "Relay resistance protocol is supported";
    }
    /// Application capabilities information, `9F5D` of kernel 2.
    APPLICATION_CAPABILITIES {
        1 0x0F = 0x01 "Data storage version 1";
        1 0x0F = 0x02 "Data storage version 2";
        2 0x04 "Field off detection is supported";
        2 0x02 "Balance reading is supported";
        2 0x01 "CDA is supported over TC, ARQC and AAC";
    }
    /// Cryptogram information data, `9F27` (EMV Book 3 §6.5.5.4).
    CRYPTOGRAM_INFORMATION {
        1 0xC0 = 0x00 "AAC";
        1 0xC0 = 0x40 "TC";
        1 0xC0 = 0x80 "ARQC";
        1 0xC0 = 0xC0 "Reserved cryptogram type";
        1 0x08 "Advice required";
        1 0x07 = 0x01 "Service not allowed";
        1 0x07 = 0x02 "PIN try limit exceeded";
        1 0x07 = 0x03 "Issuer authentication failed";
    }
    /// Card verification results, bytes 5–7 of the `UnionPay` `9F10` (JR/T 0025.5).
    CVR {
        1 0xC0 = 0x00 "Second cryptogram: AAC";
        1 0xC0 = 0x40 "Second cryptogram: TC";
        1 0xC0 = 0x80 "Second cryptogram not requested";
        1 0x30 = 0x00 "First cryptogram: AAC";
        1 0x30 = 0x10 "First cryptogram: TC";
        1 0x30 = 0x20 "First cryptogram: ARQC";
        1 0x08 "Issuer authentication performed and failed";
        1 0x04 "Offline PIN verification performed";
        1 0x02 "Offline PIN verification failed";
        1 0x01 "Unable to go online";
        2 0x80 "Last online transaction not completed";
        2 0x40 "PIN try limit exceeded";
        2 0x20 "Velocity checking counters exceeded";
        2 0x10 "New card";
        2 0x08 "Issuer authentication failed on last online transaction";
        2 0x04 "Issuer authentication not performed after online authorisation";
        2 0x02 "Application blocked by card because PIN try limit exceeded";
        2 0x01 "Offline static data authentication failed on last transaction";
        3 0x08 "Issuer script processing failed on last transaction";
        3 0x04 "Offline dynamic data authentication failed on last transaction";
        3 0x02 "Offline dynamic data authentication performed";
    }
    /// Application priority indicator, `87` (EMV Book 1 §12.2.3).
    APPLICATION_PRIORITY {
        1 0x80 "Cannot be selected without confirmation of the cardholder";
    }
    /// Application usage control, `9F07` (EMV Book 3 Annex C2).
    APPLICATION_USAGE_CONTROL {
        1 0x80 "Valid for domestic cash transactions";
        1 0x40 "Valid for international cash transactions";
        1 0x20 "Valid for domestic goods";
        1 0x10 "Valid for international goods";
        1 0x08 "Valid for domestic services";
        1 0x04 "Valid for international services";
        1 0x02 "Valid at ATMs";
        1 0x01 "Valid at terminals other than ATMs";
        2 0x80 "Domestic cashback allowed";
        2 0x40 "International cashback allowed";
    }
    /// Terminal capabilities, `9F33` (EMV Book 4 Annex A2).
    TERMINAL_CAPABILITIES {
        1 0x80 "Manual key entry";
        1 0x40 "Magnetic stripe";
        1 0x20 "IC with contacts";
        2 0x80 "Plaintext PIN for ICC verification";
        2 0x40 "Enciphered PIN for online verification";
        2 0x20 "Signature";
        2 0x10 "Enciphered PIN for offline verification";
        2 0x08 "No CVM required";
        3 0x80 "SDA";
        3 0x40 "DDA";
        3 0x20 "Card capture";
        3 0x08 "CDA";
    }
    /// Additional terminal capabilities, `9F40` (EMV Book 4 Annex A3).
    ADDITIONAL_TERMINAL_CAPABILITIES {
        1 0x80 "Cash";
        1 0x40 "Goods";
        1 0x20 "Services";
        1 0x10 "Cashback";
        1 0x08 "Inquiry";
        1 0x04 "Transfer";
        1 0x02 "Payment";
        1 0x01 "Administrative";
        2 0x80 "Cash deposit";
        3 0x80 "Numeric keys";
        3 0x40 "Alphabetic and special characters keys";
        3 0x20 "Command keys";
        3 0x10 "Function keys";
        4 0x80 "Print, attendant";
        4 0x40 "Print, cardholder";
        4 0x20 "Display, attendant";
        4 0x10 "Display, cardholder";
        4 0x02 "Code table 10";
        4 0x01 "Code table 9";
        5 0x80 "Code table 8";
        5 0x40 "Code table 7";
        5 0x20 "Code table 6";
        5 0x10 "Code table 5";
        5 0x08 "Code table 4";
        5 0x04 "Code table 3";
        5 0x02 "Code table 2";
        5 0x01 "Code table 1";
    }
}
