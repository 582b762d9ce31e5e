//! The TOML file: its sections, and the reading of each field into the configuration.

use std::time::Duration;

use serde::Deserialize;
use understudy_core::wire::amount::Currency;

use super::applications::{self, ApplicationSection};
use super::table::{Table, Whole};
use super::{Config, ConfigError, FieldProblem, ReaderFeatures, fields};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    country: Option<String>,
    currency: Option<String>,
    utc_offset: Option<String>,
    terminal: Table<TerminalSection>,
    merchant: Table<MerchantSection>,
    reader: Table<ReaderFeatures>,
    limits: Table<LimitsSection>,
    tap: Table<TapSection>,
    applications: Option<Vec<Table<ApplicationSection>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TerminalSection {
    id: Option<String>,
    serial_number: Option<String>,
    r#type: Option<String>,
    capabilities: Option<String>,
    additional_capabilities: Option<String>,
    application_version: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct MerchantSection {
    id: Option<String>,
    category: Option<String>,
    name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsSection {
    transaction: Option<String>,
    floor: Option<String>,
    cvm_required: Option<String>,
    no_pin: Option<String>,
    other_currency: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct TapSection {
    polls: Option<Whole>,
    restarts: Option<Whole>,
    time_limit: Option<Whole>,
    hold_time: Option<Whole>,
}

pub(super) fn read(text: &str) -> Result<Config, ConfigError> {
    let file: File = toml::from_str(text).map_err(|error| not_a_file(text, &error))?;
    let mut config = Config::default();
    set(
        &mut config.country,
        "country",
        file.country,
        fields::country,
    )?;
    set(
        &mut config.currency,
        "currency",
        file.currency,
        fields::currency,
    )?;
    set(
        &mut config.utc_offset_minutes,
        "utc_offset",
        file.utc_offset,
        fields::utc_offset,
    )?;
    terminal(&mut config, file.terminal.0)?;
    merchant(&mut config, file.merchant.0)?;
    reader(&mut config, file.reader.0)?;
    limits(&mut config, file.limits.0)?;
    tap(&mut config, &file.tap.0)?;
    applications::read(&mut config, file.applications)?;
    Ok(config)
}

/// The error of the TOML reader, which has the line, with the path of the field in front, which the
/// reader does not know.
fn not_a_file(text: &str, error: &toml::de::Error) -> ConfigError {
    let path = toml::Deserializer::parse(text).ok().and_then(|file| {
        let error = serde_path_to_error::deserialize::<_, File>(file).err()?;
        Some(error.path().to_string()).filter(|path| path != ".")
    });
    ConfigError::Toml(match path {
        Some(path) => format!("{path}: {error}"),
        None => error.to_string(),
    })
}

fn terminal(config: &mut Config, section: TerminalSection) -> Result<(), ConfigError> {
    let terminal = &mut config.terminal;
    set(&mut terminal.id, "terminal.id", section.id, |text| {
        fields::alphanumeric(text, "eight letters and digits")
    })?;
    set(
        &mut terminal.serial_number,
        "terminal.serial_number",
        section.serial_number,
        |text| fields::alphanumeric(text, "eight letters and digits"),
    )?;
    set(
        &mut terminal.kind,
        "terminal.type",
        section.r#type,
        fields::terminal_type,
    )?;
    set(
        &mut terminal.capabilities,
        "terminal.capabilities",
        section.capabilities,
        |text| fields::octets(text, "three octets in hex"),
    )?;
    set(
        &mut terminal.additional_capabilities,
        "terminal.additional_capabilities",
        section.additional_capabilities,
        |text| fields::octets(text, "five octets in hex"),
    )?;
    set(
        &mut terminal.application_version,
        "terminal.application_version",
        section.application_version,
        |text| fields::octets(text, "two octets in hex"),
    )
}

fn merchant(config: &mut Config, section: MerchantSection) -> Result<(), ConfigError> {
    let merchant = &mut config.merchant;
    set(&mut merchant.id, "merchant.id", section.id, |text| {
        fields::alphanumeric(text, "fifteen letters and digits")
    })?;
    set(
        &mut merchant.category,
        "merchant.category",
        section.category,
        fields::category,
    )?;
    set(
        &mut merchant.name,
        "merchant.name",
        section.name,
        fields::merchant_name,
    )
}

fn reader(config: &mut Config, features: ReaderFeatures) -> Result<(), ConfigError> {
    if features.pin_after_read && !features.online_pin {
        return Err(conflict("reader.pin_after_read", "needs reader.online_pin"));
    }
    config.reader = features;
    Ok(())
}

fn limits(config: &mut Config, section: LimitsSection) -> Result<(), ConfigError> {
    let currency = config.currency;
    let default_is_meant = currency == Currency::CNY;
    let limit = |slot: &mut u64, field, value: Option<String>| {
        if value.is_none() && !default_is_meant {
            return Err(conflict(
                field,
                "the default is in CNY; give it in the terminal's currency",
            ));
        }
        set(slot, field, value, |text| fields::limit(text, currency))
    };
    let limits = &mut config.limits;
    limit(
        &mut limits.reader.cvm_required,
        "limits.cvm_required",
        section.cvm_required,
    )?;
    limit(&mut limits.no_pin, "limits.no_pin", section.no_pin)?;
    set(
        &mut limits.reader.transaction,
        "limits.transaction",
        section.transaction,
        |text| fields::optional_limit(text, currency),
    )?;
    set(
        &mut limits.reader.floor,
        "limits.floor",
        section.floor,
        |text| fields::limit(text, currency),
    )?;
    set(
        &mut limits.other_currency,
        "limits.other_currency",
        section.other_currency,
        fields::other_currency,
    )
}

fn tap(config: &mut Config, section: &TapSection) -> Result<(), ConfigError> {
    let tap = &mut config.tap;
    if let Some(Whole(value)) = section.polls {
        tap.polls = number("tap.polls", value, 1, 1_000)?;
    }
    if let Some(Whole(value)) = section.restarts {
        tap.restarts = number("tap.restarts", value, 0, 10)?;
    }
    if let Some(Whole(value)) = section.time_limit {
        tap.time_limit = tenths(number("tap.time_limit", value, 1, 36_000)?);
    }
    if let Some(Whole(value)) = section.hold_time {
        tap.hold_time = tenths(number("tap.hold_time", value, 0, 255)?);
    }
    Ok(())
}

fn number(field: &'static str, value: i64, least: u32, most: u32) -> Result<u32, ConfigError> {
    fields::number(value, least, most).map_err(|problem| wrong(field, problem))
}

/// A duration in tenths of a second, the unit of Book A.
fn tenths(number: u32) -> Duration {
    Duration::from_millis(u64::from(number) * 100)
}

pub(super) fn set<T>(
    slot: &mut T,
    field: impl Into<String>,
    value: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, FieldProblem>,
) -> Result<(), ConfigError> {
    if let Some(text) = value {
        *slot = parse(&text).map_err(|problem| wrong(field, problem))?;
    }
    Ok(())
}

pub(super) fn conflict(field: impl Into<String>, message: &'static str) -> ConfigError {
    wrong(field, FieldProblem::Conflict(message))
}

pub(super) fn wrong(field: impl Into<String>, problem: FieldProblem) -> ConfigError {
    ConfigError::Field {
        field: field.into(),
        problem,
    }
}
