//! Ratios of what criterion measured: a machine's speed drops out of them, so they can be compared
//! from one machine to the next. Nothing is asserted about them.

use anyhow::{Context, Result};
use std::path::Path;

/// One thing measured against another of the same run, by criterion's names (`group/function`).
pub struct Ratio {
    /// What is of interest.
    pub of: &'static str,
    /// What it is held against.
    pub to: &'static str,
}

/// Prints the ratios of the medians that criterion left in `folder`.
///
/// # Errors
/// If a measurement is not there.
pub fn print(folder: &Path, ratios: &[Ratio]) -> Result<()> {
    println!("\nratios of medians, one run:");
    for Ratio { of, to } in ratios {
        let (of_time, to_time) = (median(folder, of)?, median(folder, to)?);
        println!(
            "  {of} : {to} = {:.2}   ({of_time:.1} ns : {to_time:.1} ns)",
            of_time / to_time
        );
    }
    Ok(())
}

/// Nanoseconds.
fn median(folder: &Path, name: &str) -> Result<f64> {
    let path = folder.join(name).join("new/estimates.json");
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{name} was not measured"))?;
    let estimates: serde_json::Value = serde_json::from_str(&text)?;
    estimates
        .pointer("/median/point_estimate")
        .and_then(serde_json::Value::as_f64)
        .with_context(|| format!("{name} has no median"))
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn a_measurement_that_was_not_made_is_named() {
        let error = median(std::path::Path::new("nowhere"), "tap/whole").unwrap_err();
        assert_eq!(error.to_string(), "tap/whole was not measured");
    }
}
