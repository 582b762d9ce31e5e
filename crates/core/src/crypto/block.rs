//! Blocks of 16 octets, made of eight and cut to eight.

/// The octets, then eight `00`s.
pub(super) fn padded(left: [u8; 8]) -> [u8; 16] {
    (u128::from(u64::from_be_bytes(left)) << 64).to_be_bytes()
}

/// The leftmost eight octets.
pub(super) const fn left_half(block: [u8; 16]) -> [u8; 8] {
    let [half @ .., _, _, _, _, _, _, _, _] = block;
    half
}
