//! SELECT: the search and the answers, for the directory and for the applications of the visible
//! card.

use super::instruction::PPSE;
use super::{Application, Profile, Refusal};
use crate::scheme::optional;
use crate::wire::tags;
use crate::wire::tlv::{Overflow, Writer};

/// The first application whose AID is `name` or begins with it (EMV Book 1 §11.3.2), from the
/// application number `from` on; with its number.
pub(super) fn find<'p, B: AsRef<[u8]>>(
    profile: &'p Profile<B>,
    name: &[u8],
    from: usize,
) -> Result<(usize, Application<&'p [u8]>), Refusal> {
    let mut applications = profile.applications().enumerate().skip(from);
    applications
        .find(|(_, a)| a.aid.starts_with(name))
        .ok_or(Refusal::NotFound)
}

/// The answer to SELECT of the PPSE (EMV Contactless Book B §3.3.1): one directory entry for each
/// application of the card.
pub(super) fn emit_directory<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    body.template(tags::FCI_TEMPLATE, |fci| {
        fci.object(tags::DF_NAME, PPSE)?;
        fci.template(tags::FCI_PROPRIETARY_TEMPLATE, |proprietary| {
            proprietary.template(tags::FCI_ISSUER_DISCRETIONARY_DATA, |entries| {
                profile.applications().try_for_each(|application| {
                    entries.template(tags::APPLICATION_TEMPLATE, |entry| {
                        entry.object(tags::APPLICATION_IDENTIFIER, application.aid)?;
                        entry.object(tags::APPLICATION_LABEL, application.label)?;
                        entry.object(
                            tags::APPLICATION_PRIORITY_INDICATOR,
                            &[application.priority],
                        )
                    })
                })
            })
        })
    })
}

/// The answer to SELECT of an application (JR/T 0025.12 §7.3).
pub(super) fn emit_application<B: AsRef<[u8]>>(
    profile: &Profile<B>,
    application: &Application<&[u8]>,
    body: &mut Writer<'_>,
) -> Result<(), Overflow> {
    body.template(tags::FCI_TEMPLATE, |fci| {
        fci.object(tags::DF_NAME, application.aid)?;
        fci.template(tags::FCI_PROPRIETARY_TEMPLATE, |proprietary| {
            proprietary.object(tags::APPLICATION_LABEL, application.label)?;
            proprietary.object(
                tags::APPLICATION_PRIORITY_INDICATOR,
                &[application.priority],
            )?;
            optional(proprietary, tags::PDOL, profile.pdol())?;
            optional(proprietary, tags::LANGUAGE_PREFERENCE, profile.language())?;
            if !application.preferred_name.is_empty() {
                proprietary.object(tags::ISSUER_CODE_TABLE_INDEX, &[application.code_table])?;
                proprietary.object(tags::APPLICATION_PREFERRED_NAME, application.preferred_name)?;
            }
            let discretionary = profile.discretionary_fci();
            optional(
                proprietary,
                tags::FCI_ISSUER_DISCRETIONARY_DATA,
                discretionary,
            )
        })
    })
}
