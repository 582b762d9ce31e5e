//! The computations of `calc`'s verbs.

use understudy_core::crypto::{Atc, Cryptogram, Padding, TdesKey};
use understudy_core::kd::{self, CardMasterKey, IssuerMasterKey, with_odd_parity};
use zeroize::Zeroizing;

use super::{Arpc, Kcv, Mac, MasterKeyMethod, OneOrTwo, Parity, SessionKey, SessionKeyMethod, Udk};
use crate::failure::Failure;
use crate::input::{Given, array, digits, octets, octets_of};

/// The most octets of data for a MAC: 64 KiB.
const DATA_MAX: usize = 1 << 16;

impl Udk {
    pub(super) fn compute(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let imk = IssuerMasterKey::from_octets(*array("--imk", &self.imk)?);
        let pan = digits("--pan", &self.pan, 8, 19)?;
        let psn = match &self.psn {
            None => None,
            Some(psn) => Some(two_digits("--psn", psn)?),
        };
        let method = match self.method {
            MasterKeyMethod::OptionA => kd::MasterKeyMethod::OptionA,
            MasterKeyMethod::OptionB => kd::MasterKeyMethod::OptionB,
        };
        let key = imk
            .card_master_key(method, &pan, psn)
            .map_err(|error| Failure::Input(error.to_string()))?;
        Ok(self.parity.applied(key.expose()))
    }
}

impl SessionKey {
    pub(super) fn compute(&self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
        let key = CardMasterKey::from_octets(*array("--key", &self.key)?);
        let session_key = match (self.method, &self.atc, &self.un, &self.r) {
            (SessionKeyMethod::Unionpay, Some(atc), None, None) => {
                key.session_key(kd::SessionKeyMethod::UnionPay, counter(atc)?, [0; 4])
            }
            (SessionKeyMethod::Common, Some(atc), None, None) => {
                key.session_key(kd::SessionKeyMethod::Common, counter(atc)?, [0; 4])
            }
            (SessionKeyMethod::Common, None, None, Some(r)) => {
                match key.common_session_key(*array("--r", r)?) {
                    Some(session_key) => session_key,
                    None => return usage("--method common is not for keys of this cipher"),
                }
            }
            (SessionKeyMethod::Mchip, Some(atc), Some(un), None) => {
                let atc = counter(atc)?;
                key.session_key(kd::SessionKeyMethod::MChip, atc, *array("--un", un)?)
            }
            (SessionKeyMethod::Mchip, ..) => {
                return usage("--method mchip needs --atc and --un, and takes no --r");
            }
            (SessionKeyMethod::Unionpay, ..) => {
                return usage("--method unionpay needs --atc, and takes neither --un nor --r");
            }
            (SessionKeyMethod::Common, ..) => {
                return usage("--method common needs either --atc or --r, and takes no --un");
            }
        };
        Ok(self.parity.applied(session_key.expose()))
    }
}

impl Mac {
    pub(super) fn compute(&self) -> Result<[u8; 8], Failure> {
        let key = TdesKey::from_octets(*array("--key", &self.key)?);
        let data = octets("--data", &self.data, 0, DATA_MAX)?;
        let padding = match self.padding {
            OneOrTwo::One => Padding::Method1,
            OneOrTwo::Two => Padding::Method2,
        };
        Ok(key.mac(padding, &[&data]))
    }
}

impl Arpc {
    pub(super) fn compute(&self) -> Result<Vec<u8>, Failure> {
        let key = TdesKey::from_octets(*array("--key", &self.key)?);
        let cryptogram = Cryptogram(*array("--arqc", &self.arqc)?);
        match (self.method, &self.arc, &self.csu, &self.proprietary) {
            (OneOrTwo::One, Some(arc), None, None) => Ok(key
                .arpc_method_1(&cryptogram, *array("--arc", arc)?)
                .to_vec()),
            (OneOrTwo::Two, None, Some(csu), proprietary) => {
                let csu = *array("--csu", csu)?;
                let proprietary = match proprietary {
                    None => Zeroizing::default(),
                    Some(given) => octets("--proprietary", given, 0, 8)?,
                };
                Ok(key.arpc_method_2(&cryptogram, csu, &proprietary).to_vec())
            }
            (OneOrTwo::One, ..) => Err(Failure::Usage(
                "--method 1 needs --arc, and takes neither --csu nor --proprietary".to_owned(),
            )),
            (OneOrTwo::Two, ..) => Err(Failure::Usage(
                "--method 2 needs --csu, and takes no --arc".to_owned(),
            )),
        }
    }
}

impl Kcv {
    pub(super) fn compute(&self) -> Result<[u8; 3], Failure> {
        let given = octets_of("--key", &self.key, &[8, 16])?;
        let mut key = Zeroizing::new([0; 16]);
        // A key of 8 octets is used for both halves: triple DES is then DES.
        let halves = given.iter().chain(given.iter());
        for (to, from) in key.iter_mut().zip(halves) {
            *to = *from;
        }
        Ok(TdesKey::from_octets(*key).check_value())
    }
}

impl Parity {
    fn applied(&self, key: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut key = Zeroizing::new(key.to_vec());
        if let (false, Ok(octets)) = (self.raw, key.as_slice().try_into()) {
            key.copy_from_slice(&with_odd_parity(octets));
        }
        key
    }
}

/// Two decimal digits as one BCD octet.
fn two_digits(option: &str, given: &Given) -> Result<u8, Failure> {
    let digits = digits(option, given, 2, 2)?;
    Ok(digits
        .bytes()
        .fold(0, |octet, digit| octet << 4 | (digit & 0x0F)))
}

fn counter(given: &Given) -> Result<Atc, Failure> {
    let octets: Zeroizing<[u8; 2]> = array("--atc", given)?;
    Atc::new(u16::from_be_bytes(*octets)).ok_or_else(|| {
        Failure::Input(
            "--atc: 0000 and FFFF go with no transaction, counters run from 0001 to FFFE"
                .to_owned(),
        )
    })
}
