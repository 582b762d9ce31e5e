//! `calc`: a calculator for keys, check values, MACs, PIN blocks and card verification values.

mod ac;
mod chip;
mod cipher;
mod cvv;
mod dukpt;
mod keys;
mod luk;
mod macs;
mod pin_block;
mod value;
mod verify;

use clap::Subcommand;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Computes keys, check values, MACs, PIN blocks and card verification values; prints bare hex or
/// digits.
///
/// Every value is hex (blanks, `:`, `-` and `0x` are ignored), card numbers, PINs and dates are decimal
/// digits; `-` reads one line of the standard input, several in the order of the options in this help.
/// A key or PIN on the command line can be seen by other users of the machine and stays in the shell's
/// history: use `-` for real ones. A key of Triple DES has 16 octets or 24.
#[derive(Debug, Subcommand)]
pub(crate) enum Calc {
    /// Card master key (UDK) from an issuer master key: EMV Book 2 A1.4, JR/T 0025.17
    Udk(keys::Udk),
    /// Session key from a card master key
    SessionKey(keys::SessionKey),
    /// Limited-use key (LUK) of cloud-based payments from an issuer master key, by its index
    Luk(luk::Luk),
    /// MAC, 8 octets: ISO/IEC 9797-1 algorithm 3 with DES (ANSI X9.19), CMAC with AES, CBC with SM4
    Mac(macs::Mac),
    /// Application cryptogram (9F26), 8 octets, from data elements or DE 55
    Ac(ac::Ac),
    /// Holds the cryptogram in DE 55 against the issuer master key, and finds the mistake behind a wrong one
    Verify(verify::Verify),
    /// Issuer's answer to a cryptogram (ARPC): EMV Book 2 8.2; method 1: 8 octets, method 2: 4
    Arpc(macs::Arpc),
    /// Key check value: leftmost 3 octets of a block of 00s, encrypted or under a CMAC
    Kcv(keys::Kcv),
    /// PIN block, made or opened: ISO 9564-1 formats 0, 1, 3 (8 octets) and 4 (16 octets)
    PinBlock(pin_block::PinBlock),
    /// Keys of a terminal by DUKPT: ANSI X9.24
    #[command(subcommand)]
    Dukpt(dukpt::Dukpt),
    /// Card verification value, three digits: CVV, CVC, CVN, and those printed or in the chip
    Cvv(cvv::Cvv),
    /// Encrypts or decrypts by DES with a key of 8 octets, Triple DES with 16 or 24
    Des(cipher::Cipher),
    /// Encrypts or decrypts by AES with a key of 16, 24 or 32 octets
    Aes(cipher::Cipher),
    /// Encrypts or decrypts by SM4 with a key of 16 octets
    Sm4(cipher::Cipher),
}

impl Calc {
    /// Computes and prints one value, or the verdict of `verify`.
    pub(crate) fn run(&self, out: &mut Output) -> Result<Exit, Failure> {
        use understudy_calculator::Algorithm;
        let (verb, value) = match self {
            Self::Udk(verb) => ("udk", verb.compute()?),
            Self::SessionKey(verb) => ("session-key", verb.compute()?),
            Self::Luk(verb) => ("luk", verb.compute()?),
            Self::Mac(verb) => ("mac", verb.compute()?),
            Self::Ac(verb) => ("ac", verb.compute()?),
            Self::Verify(verb) => return verb.run(out),
            Self::Arpc(verb) => ("arpc", verb.compute()?),
            Self::Kcv(verb) => ("kcv", verb.compute()?),
            Self::PinBlock(verb) => ("pin-block", verb.compute()?),
            Self::Dukpt(verb) => ("dukpt", verb.compute()?),
            Self::Cvv(verb) => ("cvv", verb.compute()?),
            Self::Des(verb) => ("des", verb.compute(Algorithm::Des)?),
            Self::Aes(verb) => ("aes", verb.compute(Algorithm::Aes)?),
            Self::Sm4(verb) => ("sm4", verb.compute(Algorithm::Sm4)?),
        };
        value.print(verb, out);
        Ok(Exit::Done)
    }
}
