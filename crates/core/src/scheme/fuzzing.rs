//! The properties of the schemes' parsers for arbitrary octets.

use super::Scheme;
use crate::wire::iad::IAD_MAX;
use crate::wire::tlv::Writer;

/// Issuer application data that a scheme reads is written with the same meaning, and in the same
/// octets where they name the version by its own octet.
pub fn iad(octets: &[u8]) {
    for scheme in Scheme::ALL {
        let Some(iad) = scheme.parse_iad(octets) else {
            continue;
        };
        let mut buffer = [0; IAD_MAX];
        let mut writer = Writer::new(&mut buffer);
        assert_eq!(scheme.emit_iad(&iad, &mut writer), Ok(()));
        assert_eq!(writer.written().len(), octets.len());
        assert_eq!(scheme.parse_iad(writer.written()), Some(iad));
    }
}
