use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use crate::description::KeyDescription;
use crate::{Certificate, Defect};

/// The most certificates in a chain: Android's have three to six.
const LENGTH_MAX: usize = 10;

/// A chain of certificates, the key's first; none of them is verified yet.
pub(crate) struct Chain<'a> {
    key: X509Certificate<'a>,
    authorities: Vec<X509Certificate<'a>>,
}

impl<'a> Chain<'a> {
    /// Reads a chain: certificates in DER, directly one behind the other, and nothing else.
    pub(crate) fn parse(octets: &'a [u8]) -> Result<Self, Defect> {
        let (mut rest, key) = X509Certificate::from_der(octets).map_err(|_| Defect::Chain)?;
        let mut authorities = Vec::new();
        while !rest.is_empty() {
            let (behind, authority) = X509Certificate::from_der(rest).map_err(|_| Defect::Chain)?;
            if authorities.len() >= LENGTH_MAX {
                return Err(Defect::Chain);
            }
            authorities.push(authority);
            rest = behind;
        }
        Ok(Self { key, authorities })
    }

    /// The key's certificate.
    pub(crate) const fn key(&self) -> &X509Certificate<'a> {
        &self.key
    }

    /// Checks that each certificate is signed by the one behind it, that all that sign are
    /// authorities, and that the last one is a root or is signed by one.
    ///
    /// A key that a keystore describes is an application's, so it must not sign a description of
    /// another key: most are no authorities, but since Android 12 a key made to attest is one, and
    /// an application may have imported it.
    pub(crate) fn verify(&self, roots: &[Certificate]) -> Result<(), Defect> {
        if self.authorities.iter().any(KeyDescription::is_in) {
            return Err(Defect::Authority);
        }
        let signed = std::iter::once(&self.key).chain(&self.authorities);
        for (certificate, signer) in signed.zip(&self.authorities) {
            check_signature(certificate, signer)?;
        }
        let last = self.authorities.last().unwrap_or(&self.key);
        for root in roots {
            let (_, root) = X509Certificate::from_der(root).map_err(|_| Defect::Root)?;
            let is_root = last.public_key() == root.public_key() && last.issuer() == root.issuer();
            if (is_root && last.is_ca()) || check_signature(last, &root).is_ok() {
                return Ok(());
            }
        }
        Err(Defect::Root)
    }
}

fn check_signature(
    certificate: &X509Certificate<'_>,
    signer: &X509Certificate<'_>,
) -> Result<(), Defect> {
    if !signer.is_ca() {
        return Err(Defect::Authority);
    }
    // RFC 5280 §4.1.1.2: the algorithm outside the signed part is the one inside.
    let algorithms_agree = certificate.signature_algorithm == certificate.signature;
    if certificate.issuer() != signer.subject() || !algorithms_agree {
        return Err(Defect::Signature);
    }
    certificate
        .verify_signature(Some(signer.public_key()))
        .map_err(|_| Defect::Signature)
}
