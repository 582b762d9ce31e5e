//! What a tap costs beside the cipher calls that it cannot do without.

use anyhow::{Context, Result};
use cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use criterion::{BatchSize, Criterion};
use des::Des;
use std::hint::black_box;
use std::path::Path;
use understudy_benches::{Ratio, print};
use understudy_card_image::{Chip, PACKAGE, TAP};
use understudy_core::crypto::{Atc, CryptogramInput, Cvn, SessionKey, TransactionData};
use understudy_core::wire::apdu::Command;

const KEY: [u8; 16] = *b"0123456789ABCDEF";
const RATIOS: [Ratio; 3] = [
    Ratio {
        of: "tap/whole",
        to: "cipher/des_calls",
    },
    Ratio {
        of: "cipher/cryptogram",
        to: "cipher/des_calls",
    },
    Ratio {
        of: "command/parse",
        to: "command/copy",
    },
];

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    let mut criterion = Criterion::default()
        .output_directory(&folder)
        .configure_from_args();
    tap(&mut criterion)?;
    cipher(&mut criterion)?;
    command(&mut criterion);
    criterion.final_summary();
    print(&folder, &RATIOS)
}

fn tap(criterion: &mut Criterion) -> Result<()> {
    Chip::boot(&PACKAGE).context("the chip does not boot")?;
    criterion.bench_function("tap/whole", |bencher| {
        bencher.iter_batched_ref(|| Chip::boot(&PACKAGE), whole_tap, BatchSize::SmallInput);
    });
    Ok(())
}

fn whole_tap(chip: &mut Option<Chip>) {
    let Some(chip) = chip else { return };
    let mut answer = [0; 258];
    for command in TAP {
        black_box(chip.process(black_box(command), &mut answer));
    }
}

fn cipher(criterion: &mut Criterion) -> Result<()> {
    criterion.bench_function("cipher/des_calls", |bencher| {
        bencher.iter(|| des_calls(black_box(KEY)));
    });
    let iad = [0x07, 0x01, 0x01, 0x03, 0xA0, 0, 0, 0x01];
    let input = CryptogramInput::new(Cvn::UnionPay01, data(), &iad)?;
    let atc = Atc::new(1).context("1 is a counter")?;
    criterion.bench_function("cipher/cryptogram", |bencher| {
        bencher.iter(|| {
            let key = SessionKey::from_octets(black_box(KEY));
            key.application_cryptogram(&input, atc)
        });
    });
    Ok(())
}

/// The single DES calls of one CVN 01 cryptogram: two key schedules, five blocks of 37 octets
/// padded, and the two further steps of ISO/IEC 9797-1 algorithm 3.
fn des_calls(key: [u8; 16]) -> Block<Des> {
    let [a, b, c, d, e, f, g, h, right @ ..] = key;
    let left = Des::new(&[a, b, c, d, e, f, g, h].into());
    let right = Des::new(&right.into());
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

fn command(criterion: &mut Criterion) {
    let [.., gpo] = TAP;
    criterion.bench_function("command/parse", |bencher| {
        bencher.iter(|| Command::parse(black_box(gpo)).is_ok());
    });
    criterion.bench_function("command/copy", |bencher| {
        let mut copy = gpo.to_vec();
        bencher.iter(|| black_box(&mut copy).copy_from_slice(black_box(gpo)));
    });
}
