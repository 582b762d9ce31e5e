"""Makes key-file.hex, key-file-2.hex and key-file-1.hex: an issuer's key file in the versions 3, 2 and 1,
by other hands than the ones it tests.

Argon2id and ChaCha20-Poly1305 are those of the `cryptography` package (OpenSSL); HChaCha20 is
written here from draft-irtf-cfrg-xchacha-03 section 2.2, check values from docs/formats.md.
Run: python3 key_file.py 3 > key-file.hex; python3 key_file.py 2 > key-file-2.hex;
python3 key_file.py 1 > key-file-1.hex; with 1 PASSPHRASE and 2 PASSPHRASE it makes those of the
command's tests
"""

import hashlib
import hmac
import struct
import sys

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import AES, SM4
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.cmac import CMAC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def hchacha20(key, nonce):
    state = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & 0xFFFFFFFF
            word = state[z] ^ state[x]
            state[z] = (word << turn | word >> 32 - turn) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for a, b, c, d in ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            quarter(a, b, c, d)
    return struct.pack("<8I", *state[:4], *state[12:])


def tdes_check(key):
    encryptor = Cipher(TripleDES(key + key[:8]), modes.ECB()).encryptor()
    return encryptor.update(bytes(8))[:3]


def sm4_check(key):
    encryptor = Cipher(SM4(key), modes.ECB()).encryptor()
    return encryptor.update(bytes(16))[:3]


def aes_check(key):
    cmac = CMAC(AES(key))
    cmac.update(bytes(16))
    return cmac.finalize()[:3]


def host_check(key):
    purpose = b"check value"
    return hmac.digest(key, len(purpose).to_bytes(8, "big") + purpose, "sha256")[:3]


def name(public):
    return hashlib.sha256(public.public_bytes_raw()).digest()[:8]


version = int(sys.argv[1])
passphrase = sys.argv[2] if len(sys.argv) > 2 else "correct horse 电池"
master, second, terminal = bytes(range(0x10, 0x20)), bytes(range(0x40, 0x50)), bytes(range(0x20, 0x30))
# The usual ones are published as test keys.
others = (0x52, 0x53, 0x54) if len(sys.argv) > 2 else (0x22, 0x33, 0x44)
host, sign, receive = (bytes([octet] * 32) for octet in others)
salt, nonce = bytes(range(16)), bytes(range(0x80, 0x98))
sm4, aes_192 = bytes(range(0x50, 0x60)), bytes(range(0x60, 0x78))
header = b"USTDKEYS" + bytes([version]) + struct.pack(">III", 19456, 2, 1) + salt + nonce
if version == 1:
    header += tdes_check(master)
elif version == 2:
    header += b"\2" + b"\1" + tdes_check(master) + b"\2" + tdes_check(second)
else:
    header += b"\3"
    header += b"\x01\x01" + b"\2" + tdes_check(master) + tdes_check(second)
    header += b"\x01\x04" + b"\1" + sm4_check(sm4)
    header += b"\x02\x18" + b"\1" + aes_check(aes_192)
header += tdes_check(terminal) + host_check(host)
header += name(Ed25519PrivateKey.from_private_bytes(sign).public_key())
header += name(X25519PrivateKey.from_private_bytes(receive).public_key())
keys = master
if version > 1:
    keys += second
if version > 2:
    keys += sm4 + aes_192
keys += terminal + host + sign + receive
# Of three components Ann's was entered, which is the sum so far.
if version == 2:
    component = bytes.fromhex("19ADB3F1C7166D2A52A4AB9BD68A896D")
    keys += b"\3\1" + component + tdes_check(component) + b"\3Ann"
if version == 3:
    component = bytes(range(0xA0, 0xC0))
    keys += b"\3\1" + b"\x03\x20" + component + aes_check(component) + b"\3Ann"
wrapping = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19456)
key = hchacha20(wrapping.derive(passphrase.encode()), nonce[:16])
sealed = ChaCha20Poly1305(key).encrypt(bytes(4) + nonce[16:], keys, header)
print((header + sealed).hex())
