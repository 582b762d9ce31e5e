//! Odd parity, the form in which key ceremonies and calculators show keys.

/// The key with the last bit of every octet set so that the octet has an odd number of ones.
///
/// DES ignores that bit: both forms are the same key. Keys here are kept as they were made.
#[must_use]
pub fn with_odd_parity(key: [u8; 16]) -> [u8; 16] {
    key.map(|octet| octet & 0xFE | u8::from((octet & 0xFE).count_ones() % 2 == 0))
}

#[cfg(test)]
mod tests {
    use super::with_odd_parity;

    #[test]
    fn every_octet_gets_odd_parity_and_keeps_its_seven_key_bits() {
        for octet in 0..=u8::MAX {
            let [adjusted, ..] = with_odd_parity([octet; 16]);
            assert_eq!(adjusted.count_ones() % 2, 1, "{octet:02X}");
            assert_eq!(adjusted & 0xFE, octet & 0xFE);
        }
    }
}
