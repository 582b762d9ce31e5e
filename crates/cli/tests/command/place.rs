//! `home` and `UNDERSTUDY_HOME`: where the files are, and what they are.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::desk::{Desk, PASSPHRASE_VARIABLE, Run};

/// The command without `--home`, with this environment.
fn without_option(variables: &[(&str, &str)], args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_understudy"));
    command.args(args).env_remove("UNDERSTUDY_HOME");
    command.env_remove(PASSPHRASE_VARIABLE);
    command.envs(variables.iter().copied());
    Run::of(&command.output().unwrap())
}

fn home(desk: &Desk) -> Value {
    let (code, home) = desk.json(["home"]);
    assert_eq!(code, 0, "{home}");
    home
}

#[test]
fn the_home_is_named_by_the_option_or_the_environment_or_is_the_platforms() {
    let desk = Desk::demonstration();
    let other = desk.path().join("other");
    let (folder, data) = (desk.home(), desk.path().join("data"));
    let (folder, data) = (folder.to_str().unwrap(), data.to_str().unwrap());
    let place = |variables: &[(&str, &str)], args: &[&str]| {
        let run = without_option(variables, &[args, &["home", "--json"]].concat());
        let home: Value = serde_json::from_str(&run.out).unwrap();
        (home["folder"].clone(), home["named_by"].clone())
    };
    let platform = format!("{data}/understudy");
    let both = [("UNDERSTUDY_HOME", folder), ("XDG_DATA_HOME", data)];
    assert_eq!(place(&both, &[]), (json!(folder), json!("environment")));
    let option = ["--home", other.to_str().unwrap()];
    assert_eq!(place(&both, &option), (json!(option[1]), json!("option")));
    let none = [("UNDERSTUDY_HOME", ""), ("XDG_DATA_HOME", data)];
    assert_eq!(place(&none, &[]), (json!(platform), json!("platform")));
    assert!(!desk.home().exists(), "nothing is made");

    let tapped = without_option(&both, &["tap"]);
    assert_eq!(tapped.code, 0, "{}", tapped.err);
    assert!(desk.file("issuer.db").exists());
    assert!(
        !tapped.out.contains("--home"),
        "the next command needs none"
    );
}

#[test]
fn it_says_what_is_there_and_whose_keys_without_a_passphrase() {
    let empty = Desk::demonstration();
    assert_eq!(home(&empty)["role"], json!("empty"));

    let published = Desk::demonstration();
    assert_eq!(published.run(["tap"]).code, 0);
    let told = home(&published);
    assert_eq!(told["role"], json!("bank"));
    assert_eq!(told["issuer_keys"], json!("published"));
    assert_eq!(told["wallet_sealed"], json!("published"));

    let own = Desk::with_card();
    let before = own.files();
    let mut command = own.command(["home", "--json"]);
    let run = own.told(&command.env_remove(PASSPHRASE_VARIABLE).output().unwrap());
    assert_eq!(run.code, 0, "{}", run.err);
    let told: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(told["issuer_keys"], json!("own"));
    assert_eq!(told["wallet_sealed"], json!("passphrase"));
    assert_eq!(own.files(), before, "nothing is changed");
    let files = told["files"].as_array().unwrap();
    let version = |name: &str| {
        let file = files.iter().find(|file| file["file"] == name).unwrap();
        let octets = fs::metadata(own.file(name)).unwrap().len();
        assert_eq!(file["octets"], json!(octets), "{name}");
        file["version"].clone()
    };
    let schema = version("issuer.db");
    assert!(schema.as_str().unwrap().starts_with("schema "), "{schema}");
    assert_eq!(version("terminal.state"), json!("terminal/2"));
    assert_eq!(version("terminal.000001.journal"), json!("journal/1"));
    assert_eq!(version("issuer.keys"), Value::Null);
    let sum: u64 = files
        .iter()
        .map(|file| file["octets"].as_u64().unwrap())
        .sum();
    assert_eq!(told["octets"], json!(sum));
    let text = own.run(["home"]).out;
    for part in ["its own, under a passphrase", "issuer.db", "00000001"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn pages_and_completions_are_printed_and_written() {
    let desk = Desk::demonstration();
    for shell in ["bash", "zsh", "fish"] {
        let run = desk.run(["completions", shell]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains("understudy"), "{shell}");
    }
    assert_eq!(desk.run(["completions", "powershell"]).code, 2);
    let run = desk.run(["man"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains(".TH understudy 1"), "{}", run.out);
    let folder = desk.path().join("man1");
    let run = desk.run(["man", folder.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    let page = fs::read_to_string(folder.join("understudy-tap.1")).unwrap();
    assert!(page.contains("PIN"), "{page}");
    let file = desk.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(desk.run(["man", file.to_str().unwrap()]).code, 4);
    assert!(!desk.home().exists());
}
