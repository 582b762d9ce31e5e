//! The cipher calls without which no cryptogram of triple DES can be made.

use cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::Des;

/// The halves of a double-length key.
pub(crate) const KEY: [[u8; 8]; 2] = [*b"01234567", *b"89ABCDEF"];

/// The single DES calls of a cryptogram over so many padded blocks: two key schedules, one call for
/// each block, and the two further ones of ISO/IEC 9797-1 algorithm 3.
pub(crate) fn des_calls(halves: [[u8; 8]; 2], blocks: usize) -> Block<Des> {
    let [left, right] = halves.map(|half| Des::new(&half.into()));
    let mut block = Block::<Des>::default();
    for _ in 0..blocks {
        left.encrypt_block(&mut block);
    }
    right.decrypt_block(&mut block);
    left.encrypt_block(&mut block);
    block
}
