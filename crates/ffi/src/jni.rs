//! The three native methods of a tap, by JNI: open, process, field lost, and nothing else. The class
//! `org.understudy.tap.NativeTap` calls them.
//!
//! The generated Kotlin goes through JNA, which takes a fifth of a second to load: too long for a
//! process that a reader's first command has started. Once `UniFFI` has a JNI backend, that takes
//! the place of this file. It speaks to the JVM through the bare function table (`jni-sys`): eight of
//! its functions are enough, and the library is a tenth smaller than with the crate `jni`.
#![expect(
    unsafe_code,
    reason = "JNI finds functions by their names, and is a table of C functions"
)]

use std::ffi::{CStr, CString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use jni_sys::{
    JNIEnv, JNINativeInterface__1_4 as Table, jbyteArray, jclass, jlong, jobject, jsize, jstring,
};
use understudy_core::wire::status::StatusWord;

use crate::WalletError;
use crate::tap;

/// Octets of a command that are copied. Commands of a reader have 261 octets at most; octets behind
/// this change no answer.
const COMMAND_MAX: usize = 64 * 1024;

/// Octets of a storage key.
const KEY_LEN: usize = 32;

/// Octets of the name of a boot.
const BOOT_LEN: usize = 16;

const ILLEGAL_STATE: &CStr = c"java/lang/IllegalStateException";

const BAD_ARGUMENT: &str = "an argument is missing or has the wrong type";

/// Opens the wallet in a folder, or finds the one that this process has open; returns its number.
/// `key` is a direct buffer of 32 octets, which its owner overwrites; `boot` is null or 16 octets.
///
/// Throws `java.lang.IllegalStateException` with the reason if it cannot be opened.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_understudy_tap_NativeTap_open(
    env: Env<'_>,
    _: jclass,
    folder: jstring,
    key: jobject,
    boot: jbyteArray,
) -> jlong {
    let opened = catch_unwind(AssertUnwindSafe(|| open(&env, folder, key, boot)));
    let opened = opened.unwrap_or_else(|_| Err(WalletError::Internal.to_string()));
    opened.unwrap_or_else(|sentence| {
        env.throw(&sentence);
        0
    })
}

/// The answer to one command: 2 to 258 octets. Throws nothing, unless the JVM has no memory left.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_understudy_tap_NativeTap_process(
    env: Env<'_>,
    _: jclass,
    wallet: jlong,
    command: jbyteArray,
) -> jbyteArray {
    let answer = catch_unwind(AssertUnwindSafe(|| {
        tap::process_numbered(wallet, &env.octets(command, COMMAND_MAX))
    }));
    env.new_array(&answer.unwrap_or_else(|_| StatusWord::INTERNAL.octets().to_vec()))
}

/// The reader's field went away. Throws nothing.
#[unsafe(no_mangle)]
pub extern "system" fn Java_org_understudy_tap_NativeTap_fieldLost(
    _: Env<'_>,
    _: jclass,
    wallet: jlong,
) {
    // A panic inside has ended the conversation already.
    let _ = catch_unwind(|| tap::field_lost_numbered(wallet));
}

/// As the native method, with a sentence for an exception.
fn open(env: &Env<'_>, folder: jstring, key: jobject, boot: jbyteArray) -> Result<jlong, String> {
    let folder = PathBuf::from(env.string(folder).ok_or(BAD_ARGUMENT)?);
    let boot = (!boot.is_null()).then(|| env.octets(boot, BOOT_LEN + 1));
    let key = env.direct_buffer(key).ok_or(BAD_ARGUMENT)?;
    if key.len() != KEY_LEN {
        return Err("a storage key has 32 octets".to_owned());
    }
    tap::open(&folder, key, boot.as_deref()).map_err(|error| error.to_string())
}

/// The JNI environment of the calling thread, as the JVM hands it to a native method. Objects that
/// its functions take are that method's arguments, of the types that the class declares, or null.
#[repr(transparent)]
pub struct Env<'call>(&'call JNIEnv);

impl Env<'_> {
    fn table(&self) -> &Table {
        // SAFETY: the JVM's environment points to its table of functions for as long as the native
        // method runs, and the table has had these functions since Java 1.4.
        unsafe { &(**self.0).v1_4 }
    }

    fn raw(&self) -> *mut JNIEnv {
        std::ptr::from_ref(self.0).cast_mut()
    }

    /// The octets of an array, the first `most` if it has more; null has none.
    fn octets(&self, array: jbyteArray, most: usize) -> Vec<u8> {
        if array.is_null() {
            return Vec::new();
        }
        // SAFETY: the array is one of octets.
        let length = unsafe { (self.table().GetArrayLength)(self.raw(), array) };
        let mut octets = vec![0_u8; usize::try_from(length).unwrap_or(0).min(most)];
        let (start, length) = (octets.as_mut_ptr().cast(), in_range(octets.len()));
        // SAFETY: the array has so many octets, and so has the vector.
        unsafe { (self.table().GetByteArrayRegion)(self.raw(), array, 0, length, start) };
        octets
    }

    /// An array of Java's; null, and an `OutOfMemoryError` is under way, if there is no memory.
    fn new_array(&self, octets: &[u8]) -> jbyteArray {
        let length = in_range(octets.len());
        // SAFETY: the length is not negative.
        let array = unsafe { (self.table().NewByteArray)(self.raw(), length) };
        if !array.is_null() {
            let start = octets.as_ptr().cast();
            // SAFETY: array and slice have so many octets.
            unsafe { (self.table().SetByteArrayRegion)(self.raw(), array, 0, length, start) };
        }
        array
    }

    /// A string of Java's, which is UTF-16; `None` for null and for unpaired surrogates.
    fn string(&self, string: jstring) -> Option<String> {
        if string.is_null() {
            return None;
        }
        // SAFETY: it is a string.
        let length = unsafe { (self.table().GetStringLength)(self.raw(), string) };
        let mut units = vec![0_u16; usize::try_from(length).ok()?];
        // SAFETY: the string has so many units, and so has the vector.
        unsafe {
            (self.table().GetStringRegion)(self.raw(), string, 0, length, units.as_mut_ptr());
        }
        String::from_utf16(&units).ok()
    }

    /// The octets of a direct buffer; `None` for null and for a buffer on Java's heap.
    fn direct_buffer(&self, buffer: jobject) -> Option<&[u8]> {
        if buffer.is_null() {
            return None;
        }
        // SAFETY: it is a buffer.
        let length = unsafe { (self.table().GetDirectBufferCapacity)(self.raw(), buffer) };
        // SAFETY: as above.
        let start = unsafe { (self.table().GetDirectBufferAddress)(self.raw(), buffer) };
        let length = usize::try_from(length).ok()?;
        // SAFETY: the buffer is direct and has so many octets from there on; its owner holds it in
        // this call's arguments and does not write to it meanwhile.
        (!start.is_null()).then(|| unsafe { std::slice::from_raw_parts(start.cast(), length) })
    }

    /// Has an `IllegalStateException` thrown once the native method returns. The JVM takes modified
    /// UTF-8: characters that it writes otherwise than UTF-8 does show as `?`.
    fn throw(&self, sentence: &str) {
        let same = |c: char| {
            if matches!(c, '\x01'..='\u{FFFF}') {
                c
            } else {
                '?'
            }
        };
        let sentence = CString::new(sentence.chars().map(same).collect::<String>());
        let sentence = sentence.unwrap_or_default();
        // SAFETY: the name ends with a zero.
        let class = unsafe { (self.table().FindClass)(self.raw(), ILLEGAL_STATE.as_ptr()) };
        if !class.is_null() {
            // SAFETY: it is a class of throwables, and the sentence ends with a zero.
            unsafe { (self.table().ThrowNew)(self.raw(), class, sentence.as_ptr()) };
        }
    }
}

/// The length of an array of Java's; those at hand are far shorter than its most.
fn in_range(length: usize) -> jsize {
    jsize::try_from(length).unwrap_or(jsize::MAX)
}
