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

/// A file, the path of the wrong field, and words from the message.
const WRONG_VALUES: [(&str, &str, &str); 60] = [
    ("country = \"CN\"", "country", "ISO 3166-1"),
    ("country = \"156\"", "country", "\"0156\""),
    ("country = \"0000\"", "country", "\"0156\""),
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
    ("terminal.type = \"31\"", "terminal.type", "terminal type"),
    ("terminal.type = \"33\"", "terminal.type", "terminal type"),
    ("terminal.type = \"27\"", "terminal.type", "terminal type"),
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
    ("merchant.name = \"  \"", "merchant.name", "not all spaces"),
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
    (
        "[[applications]]\naid = \"A000000333\"\n[[applications]]\naid = \"\"",
        "applications[1].aid",
        "5 to 16 octets",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\n[[applications]]\naid = \"A000000333\"",
        "applications[1].aid",
        "same AID and kernel",
    ),
    (
        "[[applications]]\naid = \"A0000000651010\"",
        "applications[0].kernel",
        "kernel 05 is not in this terminal: it has 02 (Mastercard), 03 (Visa) and 07 (UnionPay)",
    ),
    (
        "[[applications]]\naid = \"A00000002501\"",
        "applications[0].kernel",
        "kernel 04 is not in this terminal",
    ),
    (
        "[[applications]]\naid = \"F000000001\"",
        "applications[0].kernel",
        "name one",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\nkernel = \"05\"",
        "applications[0].kernel",
        "kernel 05 is not in this terminal",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\nkernel = \"7\"",
        "applications[0].kernel",
        "one octet in hex",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\nfloor_limit = \"-1\"",
        "applications[0].floor_limit",
        "12.34",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\nfloor_limit = \"none\"",
        "applications[0].floor_limit",
        "12.34",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\ntransaction_limit = \"1.001\"",
        "applications[0].transaction_limit",
        "CNY has 2",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\ncvm_limit = \"\"",
        "applications[0].cvm_limit",
        "12.34",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\nzero_amount = \"offline\"",
        "applications[0].zero_amount",
        "\"online\" or \"not allowed\"",
    ),
    (
        "[[applications]]\naid = \"A000000333\"\nreader.online_pin = false",
        "applications[0].reader.pin_after_read",
        "needs reader.online_pin",
    ),
    ("limits.floor = \"a\"", "limits.floor", "12.34"),
    (
        "limits.transaction = \"None\"",
        "limits.transaction",
        "12.34",
    ),
    (
        "limits.other_currency = \"allowed\"",
        "limits.other_currency",
        "\"reached\" or \"not reached\"",
    ),
    ("tap.polls = 0", "tap.polls", "between 1 and 1000"),
    ("tap.polls = 1001", "tap.polls", "between 1 and 1000"),
    ("tap.restarts = -1", "tap.restarts", "between 0 and 10"),
    ("tap.restarts = 11", "tap.restarts", "between 0 and 10"),
    (
        "tap.time_limit = 0",
        "tap.time_limit",
        "between 1 and 36000",
    ),
    (
        "tap.time_limit = 36001",
        "tap.time_limit",
        "between 1 and 36000",
    ),
    ("tap.hold_time = -1", "tap.hold_time", "between 0 and 255"),
    ("tap.hold_time = 256", "tap.hold_time", "between 0 and 255"),
    (
        "tap.hold_time = 9223372036854775807",
        "tap.hold_time",
        "between 0 and 255",
    ),
];

#[test]
fn a_value_of_the_wrong_type_is_refused_by_the_path_of_its_field_and_its_line() {
    for (toml, path) in [
        ("country = 156", "country: "),
        ("[limits]\nno_pin = 300.00", "limits.no_pin: "),
        ("[tap]\nrestarts = \"3\"", "tap.restarts: "),
        ("reader.online_pin = \"yes\"", "reader.online_pin: "),
        (
            "[[applications]]\naid = \"A000000333\"\n\
             [[applications]]\naid = \"A000000003\"\nfloor_limit = 5",
            "applications[1].floor_limit: ",
        ),
        (
            "[[applications]]\naid = \"A000000333\"\nreader = { contact = 1 }",
            "applications[0].reader.contact: ",
        ),
        (
            "[[applications]]\naid = \"A000000333\"\npartial = \"yes\"",
            "applications[0].partial: ",
        ),
    ] {
        let error = Config::from_toml(toml).expect_err(toml).to_string();
        assert!(error.starts_with(path), "{toml}: {error}");
        assert!(error.contains("invalid type") && error.contains("line"));
    }
}

/// `serde` would otherwise take the elements of an array for the fields of a struct.
#[test]
fn an_array_in_the_place_of_a_table_is_refused() {
    for (toml, path) in [
        ("terminal = [\"00000002\"]", "terminal: "),
        ("merchant = []", "merchant: "),
        ("reader = [true, false, true]", "reader: "),
        ("limits = [\"none\"]", "limits: "),
        ("tap = [50]", "tap: "),
        ("[[tap]]\npolls = 5", "tap: "),
        ("applications = [[\"A000000333\"]]", "applications[0]: "),
        (
            "[[applications]]\naid = \"A000000333\"\nreader = [true]",
            "applications[0].reader: ",
        ),
    ] {
        let error = Config::from_toml(toml).expect_err(toml).to_string();
        assert!(error.starts_with(path), "{toml}: {error}");
        assert!(error.contains("expected a table"), "{toml}: {error}");
    }
}

#[test]
fn the_kind_of_a_value_is_named_in_words() {
    for (toml, words) in [
        ("tap.polls = \"5\"", "expected a whole number"),
        ("tap.polls = 1.5", "expected a whole number"),
        ("reader = true", "expected a table"),
        ("limits = 3", "expected a table"),
        (
            "[applications]\naid = \"A000000333\"",
            "expected a sequence",
        ),
    ] {
        let error = Config::from_toml(toml).expect_err(toml).to_string();
        assert!(error.contains(words), "{toml}: {error}");
    }
}

#[test]
fn terms_that_an_application_leaves_out_are_those_of_the_terminal() {
    let spelt = "currency = \"USD\"\nreader.contact = true\n\
                 limits = { transaction = \"90\", floor = \"1\", cvm_required = \"50\", no_pin = \"50\" }\n\
                 [[applications]]\naid = \"A0000000031010\"\n";
    let full = "kernel = \"03\"\npartial = true\ntransaction_limit = \"90.00\"\n\
                floor_limit = \"1.00\"\ncvm_limit = \"50.00\"\nzero_amount = \"online\"\n\
                status_check = false\nreader = { contact = true, online_pin = true }";
    let short = Config::from_toml(spelt).unwrap();
    assert_eq!(Config::from_toml(&(spelt.to_owned() + full)), Ok(short));
}

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
        ("[tap]\nretries = 1", "unknown field `retries`"),
        (
            "[[applications]]\naid = \"A000000333\"\nreader = { pin = true }",
            "unknown field `pin`",
        ),
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
