//! The `[[applications]]` of the TOML file.

use serde::Deserialize;

use super::application::{Application, ReaderOverride};
use super::file::{conflict, set, wrong};
use super::table::Table;
use super::{Config, ConfigError, FieldProblem, fields};
use crate::aid::Aid;
use crate::kernel_id::{KernelId, RequestedKernel};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationSection {
    aid: String,
    kernel: Option<String>,
    partial: Option<bool>,
    transaction_limit: Option<String>,
    floor_limit: Option<String>,
    cvm_limit: Option<String>,
    zero_amount: Option<String>,
    status_check: Option<bool>,
    #[serde(default)]
    reader: Table<ReaderOverride>,
}

/// Replaces the configuration's applications; a field that a section leaves out is as for the
/// terminal.
pub(super) fn read(
    config: &mut Config,
    sections: Option<Vec<Table<ApplicationSection>>>,
) -> Result<(), ConfigError> {
    let Some(sections) = sections else {
        for application in &mut config.applications {
            application.limits = config.limits.reader;
            application.reader = config.reader;
        }
        return Ok(());
    };
    if sections.is_empty() {
        return Err(conflict(
            "applications",
            "a terminal without applications takes no card",
        ));
    }
    config.applications.clear();
    for (index, Table(section)) in sections.into_iter().enumerate() {
        let path = |field| format!("applications[{index}].{field}");
        let application = application(config, section, &path)?;
        let same = |other: &Application| {
            (other.aid, other.kernel) == (application.aid, application.kernel)
        };
        if config.applications.iter().any(same) {
            return Err(conflict(
                path("aid"),
                "an application before it has the same AID and kernel",
            ));
        }
        config.applications.push(application);
    }
    Ok(())
}

fn application(
    config: &Config,
    section: ApplicationSection,
    path: &dyn Fn(&'static str) -> String,
) -> Result<Application, ConfigError> {
    let currency = config.currency;
    let aid = fields::aid(&section.aid).map_err(|problem| wrong(path("aid"), problem))?;
    let kernel = kernel(&aid, section.kernel.as_deref())
        .map_err(|problem| wrong(path("kernel"), problem))?;
    let reader = section.reader.0.over(config.reader);
    if reader.pin_after_read && !reader.online_pin {
        return Err(conflict(
            path("reader.pin_after_read"),
            "needs reader.online_pin",
        ));
    }
    let mut application = Application::new(aid, kernel, config.limits.reader, reader);
    application.partial = section.partial.unwrap_or(application.partial);
    application.status_check = section.status_check.unwrap_or(application.status_check);
    let limits = &mut application.limits;
    set(
        &mut limits.transaction,
        path("transaction_limit"),
        section.transaction_limit,
        |text| fields::optional_limit(text, currency),
    )?;
    set(
        &mut limits.floor,
        path("floor_limit"),
        section.floor_limit,
        |text| fields::limit(text, currency),
    )?;
    set(
        &mut limits.cvm_required,
        path("cvm_limit"),
        section.cvm_limit,
        |text| fields::limit(text, currency),
    )?;
    set(
        &mut application.zero_amount,
        path("zero_amount"),
        section.zero_amount,
        fields::zero_amount,
    )?;
    Ok(application)
}

/// The kernel with this name, or else that of the AID's scheme.
fn kernel(aid: &Aid, named: Option<&str>) -> Result<KernelId, FieldProblem> {
    if let Some(text) = named {
        return fields::kernel(text);
    }
    match RequestedKernel::default_for(aid) {
        RequestedKernel::International(identifier) => {
            KernelId::from_identifier(identifier).ok_or(FieldProblem::Kernel(identifier))
        }
        RequestedKernel::Any | RequestedKernel::Domestic(_) => Err(FieldProblem::Conflict(
            "no scheme's kernel is known for this AID: name one, \"02\", \"03\" or \"07\"",
        )),
    }
}
