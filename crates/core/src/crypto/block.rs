//! Blocks of 16 octets, made of eight and cut to eight.

/// The octets, then eight `00`s.
pub(super) const fn padded(left: [u8; 8]) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h] = left;
    [a, b, c, d, e, f, g, h, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// The leftmost eight octets.
pub(super) const fn left_half(block: [u8; 16]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = block;
    [a, b, c, d, e, f, g, h]
}
