//! Numbers as ASCII digits, and digits as numbers.

/// A number in `N` ASCII digits, zeros in front; none if it has more.
pub(super) fn digits<const N: usize>(number: u64) -> Option<[u8; N]> {
    let mut digits = [b'0'; N];
    let mut rest = number;
    for slot in digits.iter_mut().rev() {
        let [.., digit] = (rest % 10).to_be_bytes();
        *slot = b'0' + digit;
        rest /= 10;
    }
    (rest == 0).then_some(digits)
}

/// The number that ASCII digits stand for; none if one is no digit or the number exceeds 64 bits.
pub(super) fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.checked_sub(b'0').filter(|&digit| digit <= 9)?;
        number.checked_mul(10)?.checked_add(u64::from(digit))
    })
}
