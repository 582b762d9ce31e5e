//! What a tap needs, by JNI: open, process, field lost, and nothing else. The class
//! `org.understudy.tap.NativeTap` calls it.
//!
//! The generated Kotlin goes through JNA, which takes a fifth of a second to load: too long for a
//! process that a reader's first command has started. Once `UniFFI` has a JNI backend, that takes
//! the place of this file.
#![expect(
    unsafe_code,
    reason = "JNI finds functions by their names, and lends a direct buffer by its address"
)]

use std::path::PathBuf;

use jni::errors::{Error, ErrorPolicy, LogErrorAndDefault, Result};
use jni::objects::{JByteArray, JByteBuffer, JClass, JString};
use jni::strings::JNIString;
use jni::sys::jlong;
use jni::{Env, EnvUnowned};
use understudy_core::wire::status::StatusWord;

use crate::tap;

/// Commands of a reader are shorter, 261 octets at most; what stands behind this changes no answer,
/// and is not copied.
const COMMAND_MAX: usize = 64 * 1024;

/// Octets of a storage key.
const KEY_LEN: usize = 32;

/// Octets of the name of a boot.
const BOOT_LEN: usize = 16;

/// Opens the wallet in a folder, or finds the one that this process has open; returns its number.
/// `key` is a direct buffer of 32 octets, which its owner overwrites; `boot` is null or 16 octets.
///
/// Throws `java.lang.IllegalStateException` with the reason if it cannot be opened.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_understudy_tap_NativeTap_open<'caller>(
    mut env: EnvUnowned<'caller>,
    _: JClass<'caller>,
    folder: JString<'caller>,
    key: JByteBuffer<'caller>,
    boot: JByteArray<'caller>,
) -> jlong {
    env.with_env(|env| open(env, &folder, &key, &boot))
        .resolve::<ThrowIllegalState>()
}

/// The answer to one command: 2 to 258 octets. Never throws.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_understudy_tap_NativeTap_process<'caller>(
    mut env: EnvUnowned<'caller>,
    _: JClass<'caller>,
    wallet: jlong,
    command: JByteArray<'caller>,
) -> JByteArray<'caller> {
    env.with_env(|env| {
        let answer = match octets(env, &command, COMMAND_MAX) {
            Ok(command) => tap::process_numbered(wallet, &command),
            Err(_) => StatusWord::INTERNAL.octets().to_vec(),
        };
        env.byte_array_from_slice(&answer)
    })
    .resolve::<LogErrorAndDefault>()
}

/// The reader's field went away. Never throws.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_understudy_tap_NativeTap_fieldLost<'caller>(
    mut env: EnvUnowned<'caller>,
    _: JClass<'caller>,
    wallet: jlong,
) {
    env.with_env(|_| -> Result<()> {
        tap::field_lost_numbered(wallet);
        Ok(())
    })
    .resolve::<LogErrorAndDefault>();
}

fn open(
    env: &mut Env<'_>,
    folder: &JString<'_>,
    key: &JByteBuffer<'_>,
    boot: &JByteArray<'_>,
) -> std::result::Result<jlong, Refused> {
    let folder = PathBuf::from(folder.try_to_string(env)?);
    let boot = if boot.is_null() {
        None
    } else {
        Some(octets(env, boot, BOOT_LEN + 1)?)
    };
    if env.get_direct_buffer_capacity(key)? != KEY_LEN {
        return Err(Refused("a storage key has 32 octets".to_owned()));
    }
    let address = env.get_direct_buffer_address(key)?;
    // SAFETY: the buffer is direct and has this many octets; its owner holds it in this call's
    // arguments and does not write to it meanwhile.
    let key = unsafe { std::slice::from_raw_parts(address, KEY_LEN) };
    tap::open(&folder, key, boot.as_deref()).map_err(|error| Refused(error.to_string()))
}

/// The octets of an array, the first `most` if it has more; null has none.
fn octets(env: &Env<'_>, array: &JByteArray<'_>, most: usize) -> Result<Vec<u8>> {
    if array.is_null() {
        return Ok(Vec::new());
    }
    let mut signed = vec![0; array.len(env)?.min(most)];
    array.get_region(env, 0, &mut signed)?;
    Ok(signed.into_iter().map(i8::cast_unsigned).collect())
}

/// A sentence for an exception.
struct Refused(String);

impl From<Error> for Refused {
    fn from(_: Error) -> Self {
        Self("an argument is missing or has the wrong type".to_owned())
    }
}

/// Errors and panics become an `IllegalStateException`.
struct ThrowIllegalState;

impl<T: Default> ErrorPolicy<T, Refused> for ThrowIllegalState {
    type Captures<'unowned_env_local: 'native_method, 'native_method> = ();

    fn on_error<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut Self::Captures<'unowned_env_local, 'native_method>,
        Refused(sentence): Refused,
    ) -> Result<T> {
        throw(env, &sentence)
    }

    fn on_panic<'unowned_env_local: 'native_method, 'native_method>(
        env: &mut Env<'unowned_env_local>,
        (): &mut Self::Captures<'unowned_env_local, 'native_method>,
        _: Box<dyn std::any::Any + Send + 'static>,
    ) -> Result<T> {
        throw(env, &crate::WalletError::Internal.to_string())
    }
}

fn throw<T: Default>(env: &mut Env<'_>, sentence: &str) -> Result<T> {
    env.throw_new(
        jni::jni_str!("java/lang/IllegalStateException"),
        JNIString::from(sentence),
    )?;
    Ok(T::default())
}
