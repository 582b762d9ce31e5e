//! What is to be written to a device. A command or a notice waits here in the clear, since it holds
//! no secret, and is sealed when the device asks for its letters.

use rusqlite::Transaction;
use understudy_core::card::CardId;
use understudy_core::wire::tlv::Writer;
use understudy_provisioning::keys::DeviceId;
use understudy_provisioning::letter::Body;

use crate::fault::Fault;
use crate::store::StoreError;

/// More than any command or notice takes.
const ROOM: usize = 64;

/// Puts a command or a notice into a device's outbox; one about the device itself names no card.
pub(crate) fn queue(
    db: &Transaction<'_>,
    device: DeviceId,
    card: Option<CardId>,
    body: &Body<'_>,
) -> Result<(), Fault> {
    let mut room = [0; ROOM];
    let mut content = Writer::new(&mut room);
    let written = content
        .octets(&[body.kind().octet()])
        .and_then(|()| body.write(&mut content));
    written.map_err(|_| StoreError::Value("a letter is too long"))?;
    db.prepare_cached("INSERT INTO letter (device, card, content) VALUES (?1, ?2, ?3)")?
        .execute((device.0, card.map(|card| card.0), content.written()))?;
    Ok(())
}
