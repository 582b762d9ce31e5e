#!/usr/bin/env python3
"""The wallet store of docs/formats.md. Shares no code with the implementation in Rust.

Needs the package `cryptography`.

    store.py make FOLDER    writes the two files that the store's tests open
    store.py read FILE      says what is in a file under the same storage key
"""

import hashlib, hmac, pathlib, struct, sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

HEADER = struct.Struct(">8sB16s16sQQHI32s33s")
SLOTS, SLOT, RECORD = 128, 128, 96
STORAGE_KEY = bytes(range(32))


def fixed(text, length):
    """What is random in a store, worth nothing."""
    return hashlib.sha256(b"understudy test " + text).digest()[:length]


def derive(salt, info):
    """HKDF-SHA-256 for 32 octets."""
    return hmac.digest(hmac.digest(salt, STORAGE_KEY, "sha256"), info + b"\1", "sha256")


def check_value(store):
    return derive(store, b"understudy store 1 check")[:16]


def ciphers(header):
    salt = HEADER.unpack(header)[8]
    return [ChaCha20Poly1305(derive(salt, b"understudy store 1 " + purpose + header))
            for purpose in (b"snapshot", b"records")]


def record(number):
    return struct.pack(">Q", number) + b"\xA5" * (RECORD - 8)


def slot(records, index, nonce, content):
    clear = b"\0\0\0\0" + bytes(RECORD) if content is None else b"\0\0\0\1" + content
    return nonce + records.encrypt(nonce, clear, struct.pack(">Q", index))


def file(generation, predecessor, folded, state, contents):
    store = fixed(b"store", 16)
    salt = fixed(b"salt %d" % generation, 32)
    header = HEADER.pack(b"USTDWLLT", 1, store, check_value(store), generation, predecessor, folded,
                         len(state), salt, bytes(33))
    snapshot, records = ciphers(header)
    writer = fixed(b"writer %d" % generation, 8)
    slots = [slot(records, i, writer + struct.pack(">I", SLOTS + i), contents[i]) if i < len(contents)
             else slot(records, i, writer + struct.pack(">I", i), None) for i in range(SLOTS)]
    return header + b"".join(slots) + snapshot.encrypt(bytes(12), state, header)


def make(folder):
    """The second state contains the first record of the first file."""
    folder.mkdir(parents=True, exist_ok=True)
    older = file(6, 0, 0, b"the state of generation 6", [record(n) for n in (11, 12, 13)])
    newer = file(7, 6, 1, b"the state of generation 7", [record(14)])
    (folder / "state.6").write_bytes(older)
    (folder / "state.7").write_bytes(newer)


def read(path):
    octets = path.read_bytes()
    header, rest = octets[:HEADER.size], octets[HEADER.size:]
    snapshot, records = ciphers(header)
    fields = HEADER.unpack(header)
    assert fields[3] == check_value(fields[2]), "another storage key"
    print("generation %d, after %d, of which it contains %d slots" % fields[4:7])
    for index in range(SLOTS):
        sealed = rest[index * SLOT:(index + 1) * SLOT]
        try:
            clear = records.decrypt(sealed[:12], sealed[12:], struct.pack(">Q", index))
        except InvalidTag:
            print("slot", index, "unreadable")
            continue
        if clear[:4] != bytes(4):
            print("slot", index, clear[4:].hex())
    print("state", snapshot.decrypt(bytes(12), rest[SLOTS * SLOT:], header).hex())


if __name__ == "__main__":
    {"make": make, "read": read}[sys.argv[1]](pathlib.Path(sys.argv[2]))
