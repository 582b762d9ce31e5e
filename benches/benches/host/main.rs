//! Benchmarks of the issuer: verifying a cryptogram, deciding durably, issuing keys, and the same acts
//! with few and many tokens and past authorisations. Nothing is asserted; the speed of disk and machine
//! cancels in the ratios.

mod durable;
mod growth;
mod issuing;
mod scene;
mod verifying;

use std::time::Duration;

use anyhow::Result;
use criterion::Criterion;

fn main() -> Result<()> {
    let mut criterion = Criterion::default()
        .configure_from_args()
        .without_plots()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2));
    verifying::measure(&mut criterion)?;
    let authorised = durable::measure(&mut criterion)?;
    criterion.final_summary();

    println!("\nin a folder of {}", env!("CARGO_TARGET_TMPDIR"));
    println!("{authorised}");
    issuing::measure()?;
    growth::measure()?;
    Ok(())
}
