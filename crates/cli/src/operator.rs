//! Whoever acts for the bank, as its audit names them.

use understudy_issuer::Person;

use crate::failure::Failure;

/// The person whom `--operator` names, or else the user of this system, by number if the environment has
/// no name. Nothing of it is authenticated.
pub(crate) fn named(option: Option<&str>) -> Result<Person, Failure> {
    if let Some(name) = option {
        return Person::parse(name).ok_or_else(|| {
            Failure::Input(
                "--operator: a name of 1 to 32 printable ASCII characters is needed".to_owned(),
            )
        });
    }
    let user = ["USER", "LOGNAME"].into_iter().find_map(|variable| {
        let name = std::env::var(variable).ok()?;
        Person::parse(&name)
    });
    user.or_else(number_of_user)
        .ok_or_else(|| Failure::Input("give a name with --operator".to_owned()))
}

#[cfg(unix)]
fn number_of_user() -> Option<Person> {
    Person::parse(&format!("uid {}", rustix::process::getuid().as_raw()))
}

#[cfg(not(unix))]
fn number_of_user() -> Option<Person> {
    None
}
