//! The TOML file: its sections, and each field into the configuration.

use serde::Deserialize;
use understudy_core::wire::amount::Currency;

use super::{Config, ConfigError, FieldProblem, ReaderFeatures, fields};

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    country: Option<String>,
    currency: Option<String>,
    utc_offset: Option<String>,
    terminal: TerminalSection,
    merchant: MerchantSection,
    reader: ReaderFeatures,
    limits: LimitsSection,
    applications: Option<Vec<ApplicationSection>>,
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
    cvm_required: Option<String>,
    no_pin: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApplicationSection {
    aid: String,
}

pub(super) fn read(text: &str) -> Result<Config, ConfigError> {
    let file: File = toml::from_str(text).map_err(|error| ConfigError::Toml(error.to_string()))?;
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
    terminal(&mut config, file.terminal)?;
    merchant(&mut config, file.merchant)?;
    reader(&mut config, file.reader)?;
    limits(&mut config, file.limits)?;
    applications(&mut config, file.applications)?;
    Ok(config)
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
    limit(
        &mut config.limits.cvm_required,
        "limits.cvm_required",
        section.cvm_required,
    )?;
    limit(&mut config.limits.no_pin, "limits.no_pin", section.no_pin)
}

fn applications(
    config: &mut Config,
    sections: Option<Vec<ApplicationSection>>,
) -> Result<(), ConfigError> {
    let Some(sections) = sections else {
        return Ok(());
    };
    if sections.is_empty() {
        return Err(conflict(
            "applications",
            "a terminal without applications takes no card",
        ));
    }
    config.applications.clear();
    for section in sections {
        let aid =
            fields::aid(&section.aid).map_err(|problem| wrong("applications.aid", problem))?;
        config.applications.push(aid);
    }
    Ok(())
}

fn set<T>(
    slot: &mut T,
    field: &'static str,
    value: Option<String>,
    parse: impl FnOnce(&str) -> Result<T, FieldProblem>,
) -> Result<(), ConfigError> {
    if let Some(text) = value {
        *slot = parse(&text).map_err(|problem| wrong(field, problem))?;
    }
    Ok(())
}

fn conflict(field: &'static str, message: &'static str) -> ConfigError {
    wrong(field, FieldProblem::Conflict(message))
}

fn wrong(field: &'static str, problem: FieldProblem) -> ConfigError {
    ConfigError::Field { field, problem }
}
