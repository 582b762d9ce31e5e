//! The TOML configuration.

use understudy_core::wire::amount::Currency;
use understudy_pos::{Config, ConfigError};

#[test]
fn the_commented_default_file_is_the_default() {
    assert_eq!(
        Config::from_toml(Config::DEFAULT_TOML),
        Ok(Config::default())
    );
    assert_eq!(Config::from_toml(""), Ok(Config::default()));
}

#[test]
fn a_terminal_in_another_currency_has_its_own_limits() {
    let toml = "currency = \"JPY\"\n[limits]\ncvm_required = \"10000\"\nno_pin = \"10000\"";
    let config = Config::from_toml(toml).unwrap();
    assert_eq!(config.currency(), Currency::JPY);
}

#[test]
fn an_offset_west_of_utc_is_negative() {
    let config = Config::from_toml("utc_offset = \"-03:30\"").unwrap();
    assert_eq!(config.utc_offset_minutes(), -210);
}

/// A file, the field that is wrong in it, and words from the message.
const WRONG_VALUES: [(&str, &str, &str); 30] = [
    ("country = \"CN\"", "country", "ISO 3166-1"),
    ("country = \"156\"", "country", "\"0156\""),
    ("country = \"1156\"", "country", "\"0156\""),
    (
        "currency = \"RMB\"",
        "currency",
        "`RMB` is not a currency code",
    ),
    ("currency = \"XAU\"", "currency", "no minor unit"),
    (
        "currency = \"USD\"",
        "limits.cvm_required",
        "the default is in CNY",
    ),
    ("utc_offset = \"8\"", "utc_offset", "+08:00"),
    ("utc_offset = \"+15:00\"", "utc_offset", "+08:00"),
    ("utc_offset = \"+08:60\"", "utc_offset", "+08:00"),
    ("utc_offset = \"\"", "utc_offset", "+08:00"),
    ("utc_offset = \"ä08:00\"", "utc_offset", "+08:00"),
    (
        "terminal.id = \"123\"",
        "terminal.id",
        "eight letters and digits",
    ),
    (
        "terminal.id = \"1234567é\"",
        "terminal.id",
        "eight letters and digits",
    ),
    (
        "terminal.serial_number = \"\"",
        "terminal.serial_number",
        "eight",
    ),
    ("terminal.type = \"99\"", "terminal.type", "terminal type"),
    ("terminal.type = \"2x\"", "terminal.type", "terminal type"),
    (
        "terminal.capabilities = \"E068\"",
        "terminal.capabilities",
        "three octets",
    ),
    (
        "terminal.additional_capabilities = \"zz00F0A001\"",
        "terminal.additional_capabilities",
        "five octets",
    ),
    (
        "terminal.application_version = \"3\"",
        "terminal.application_version",
        "two octets",
    ),
    ("merchant.id = \"1\"", "merchant.id", "fifteen"),
    (
        "merchant.category = \"0\"",
        "merchant.category",
        "four digits",
    ),
    ("merchant.name = \"\"", "merchant.name", "printable"),
    (
        "merchant.name = \"a\\u0007b\"",
        "merchant.name",
        "printable",
    ),
    (
        "limits.cvm_required = \"1000.001\"",
        "limits.cvm_required",
        "CNY has 2",
    ),
    ("limits.no_pin = \"-1\"", "limits.no_pin", "12.34"),
    (
        "limits.no_pin = \"10000000000\"",
        "limits.no_pin",
        "twelve digits",
    ),
    (
        "reader.online_pin = false",
        "reader.pin_after_read",
        "needs reader.online_pin",
    ),
    ("applications = []", "applications", "takes no card"),
    (
        "[[applications]]\naid = \"A0000003\"",
        "applications[0].aid",
        "5 to 16 octets",
    ),
    (
        "[[applications]]\naid = \"A00000033301010\"",
        "applications[0].aid",
        "5 to 16 octets",
    ),
];

#[test]
fn a_wrong_value_is_refused_by_the_name_of_its_field() {
    for (toml, name, words) in WRONG_VALUES {
        let error = Config::from_toml(toml).expect_err(toml);
        assert!(
            matches!(&error, ConfigError::Field { field, .. } if *field == name),
            "{error}"
        );
        let text = error.to_string();
        assert!(
            text.starts_with(name) && text.contains(words),
            "{toml}: {text}"
        );
    }
}

#[test]
fn what_is_not_a_field_is_refused_with_its_line() {
    for (toml, words) in [
        ("colour = \"red\"", "unknown field `colour`"),
        (
            "[reader]\nonline_pins = true",
            "unknown field `online_pins`",
        ),
        ("[terminal]\nmodel = \"x\"", "unknown field `model`"),
        ("[merchant]\nphone = \"1\"", "unknown field `phone`"),
        ("[limits]\nceiling = \"1\"", "unknown field `ceiling`"),
        (
            "[[applications]]\naid = \"A000000333\"\nlabel = \"x\"",
            "unknown field `label`",
        ),
        ("[[applications]]", "missing field `aid`"),
        ("[reader]\nonline_pin = \"yes\"", "invalid type"),
        ("[limits]\nno_pin = 300.00", "invalid type"),
        ("country = 156", "invalid type"),
        ("country = \"0156\"\ncountry = \"0156\"", "duplicate key"),
        ("country =", "line 1"),
        ("\u{0}", "line 1"),
    ] {
        let error = Config::from_toml(toml).expect_err(toml).to_string();
        assert!(
            error.contains(words) && error.contains("line"),
            "{toml}: {error}"
        );
    }
}
