//! Benchmark of a tap, as a ratio to the cipher calls that it needs at least.

use anyhow::{Context, Result};
use cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::Des;
use std::hint::black_box;
use understudy_benches::{Subject, compare};
use understudy_card_image::{Chip, PACKAGE, TAP};
use understudy_core::crypto::{Atc, CryptogramInput, Cvn, SessionKey, TransactionData};
use understudy_core::wire::apdu::Command;

const KEY: [[u8; 8]; 2] = [*b"01234567", *b"89ABCDEF"];

fn main() -> Result<()> {
    Chip::boot(&PACKAGE).context("the chip does not boot")?;
    let mut tap = Subject::with_setup("whole tap", || Chip::boot(&PACKAGE), whole_tap);
    let mut des = Subject::new("its DES calls", || des_calls(black_box(KEY)));
    compare(&mut tap, &mut des);

    let iad = [0x07, 0x01, 0x01, 0x03, 0xA0, 0, 0, 0x01];
    let input = CryptogramInput::new(Cvn::UnionPay01, data(), &iad)?;
    let atc = Atc::new(1).context("1 is a counter")?;
    let mut cryptogram = Subject::new("cryptogram", || {
        let key = SessionKey::from_octets(*black_box(KEY).as_flattened().first_chunk()?);
        Some(key.application_cryptogram(&input, atc))
    });
    compare(&mut cryptogram, &mut des);

    let [.., gpo] = TAP;
    let mut parse = Subject::new("parsing a GPO", || Command::parse(black_box(gpo)).is_ok());
    let mut copy = Subject::new("copying it", || <[u8; 41]>::try_from(black_box(gpo)));
    compare(&mut parse, &mut copy);
    Ok(())
}

fn whole_tap(chip: &mut Option<Chip>) {
    let Some(chip) = chip else { return };
    let mut answer = [0; 258];
    for command in TAP {
        black_box(chip.process(black_box(command), &mut answer));
    }
}

/// The single DES calls of one CVN 01 cryptogram: two key schedules, five blocks of 37 octets
/// padded, and the two further steps of ISO/IEC 9797-1 algorithm 3.
fn des_calls(halves: [[u8; 8]; 2]) -> Block<Des> {
    let [left, right] = halves.map(|half| Des::new(&half.into()));
    let mut block = Block::<Des>::default();
    for _ in 0..5 {
        left.encrypt_block(&mut block);
    }
    right.decrypt_block(&mut block);
    left.encrypt_block(&mut block);
    block
}

fn data() -> TransactionData {
    TransactionData {
        amount_authorised: [0, 0, 0, 0, 0x12, 0x34],
        amount_other: [0; 6],
        terminal_country: [0x01, 0x56],
        tvr: [0; 5],
        currency: [0x01, 0x56],
        date: [0x26, 0x11, 0x22],
        transaction_type: 0,
        unpredictable_number: [0x12, 0x34, 0x56, 0x78],
        aip: [0; 2],
    }
}
