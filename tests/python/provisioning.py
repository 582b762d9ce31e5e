#!/usr/bin/env python3
"""The provisioning messages of docs/formats.md. Shares no code with the implementation in Rust.

Needs the package `cryptography`. HPKE (RFC 9180, base mode) is written out by hand.

    provisioning.py rfc9180            checks HPKE against tests/vectors/rfc9180.json
    provisioning.py letter  < JSON     makes a message to a device, as hex
    provisioning.py report  < JSON     takes a report and says what it says, as JSON
    provisioning.py enrol   < JSON     takes an enrolment request, as JSON
    provisioning.py request < JSON     makes an enrolment request, as hex
    provisioning.py open    < JSON     takes a message to a device and says what it says, as JSON
    provisioning.py say     < JSON     makes a report, as hex
"""

import hashlib, hmac, json, os, pathlib, struct, sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

INFO = b"understudy provisioning 1"
KEM = b"KEM" + struct.pack(">H", 0x0020)
HPKE = b"HPKE" + struct.pack(">HHH", 0x0020, 0x0001, 0x0003)
HEADER = struct.Struct(">BBB8s16sIHQQI")
KINDS = {"package": 1, "command": 2, "notice": 3, "report": 4, "profile": 6}
LIMITS = struct.Struct(">2s6sB6s6sH")


def sha256(octets):
    return hashlib.sha256(octets).digest()


def extract(suite, salt, label, ikm):
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite, prk, label, info, length):
    info = struct.pack(">H", length) + b"HPKE-v1" + suite + label + info
    out, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.digest(prk, block + info + bytes([counter]), "sha256")
        out += block
    return out[:length]


def x25519(secret):
    key = X25519PrivateKey.from_private_bytes(secret)
    return key, key.public_key().public_bytes_raw()


def derive_key_pair(ikm):
    return x25519(expand(KEM, extract(KEM, b"", b"dkp_prk", ikm), b"sk", b"", 32))


def schedule(dh, encapsulation, receiver, info):
    """RFC 9180 4.1 and 5.1: every value that the appendix prints."""
    prk = extract(KEM, b"", b"eae_prk", dh)
    shared = expand(KEM, prk, b"shared_secret", encapsulation + receiver, 32)
    context = b"\0" + extract(HPKE, b"", b"psk_id_hash", b"") + extract(HPKE, b"", b"info_hash", info)
    secret = extract(HPKE, shared, b"secret", b"")
    return {
        "shared_secret": shared, "key_schedule_context": context, "secret": secret,
        "key": expand(HPKE, secret, b"key", context, 32),
        "base_nonce": expand(HPKE, secret, b"base_nonce", context, 12),
        "exporter_secret": expand(HPKE, secret, b"exp", context, 32),
    }


def hpke_seal(receiver, ikm, info, aad, content):
    secret, encapsulation = derive_key_pair(ikm)
    dh = secret.exchange(X25519PublicKey.from_public_bytes(receiver))
    s = schedule(dh, encapsulation, receiver, info)
    return encapsulation, ChaCha20Poly1305(s["key"]).encrypt(s["base_nonce"], content, aad)


def hpke_open(secret, encapsulation, info, aad, ciphertext):
    secret, public = x25519(secret)
    dh = secret.exchange(X25519PublicKey.from_public_bytes(encapsulation))
    s = schedule(dh, encapsulation, public, info)
    return ChaCha20Poly1305(s["key"]).decrypt(s["base_nonce"], ciphertext, aad)


def sign(secret, octets):
    return octets + Ed25519PrivateKey.from_private_bytes(secret).sign(octets)


def verify(public, message):
    Ed25519PublicKey.from_public_bytes(public).verify(message[-64:], message[:-64])
    return message[:-64]


def verify_key(secret):
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def key_id(public):
    return sha256(public)[:8]


def seal(kind, named_key, device, epoch, card, sequence, issued_at, content, to, signer, ikm):
    header = HEADER.pack(1, 1, KINDS[kind], key_id(named_key), device, epoch, card, sequence,
                         issued_at, len(content))
    encapsulation, ciphertext = hpke_seal(to, ikm, INFO, header, content)
    return sign(signer, header + encapsulation + ciphertext)


def letter(a, ikm):
    """A message to a device; `a` has the fields of the header, the content and the keys."""
    h = lambda name: bytes.fromhex(a[name])
    return seal(a["kind"], verify_key(h("issuer_sign")), h("device"), a["epoch"], a["card"],
                a["sequence"], a["issued_at"], h("content"), h("to"), h("issuer_sign"), ikm)


def opened(message, signer, named, secret):
    """What was signed, the header from the kind on, and the content."""
    signed = verify(signer, message)
    header = signed[:HEADER.size]
    version, suite, kind, name, *fields, length = HEADER.unpack(header)
    assert (version, suite, name) == (1, 1, key_id(named)) and len(signed) == 53 + 32 + length + 16
    return signed, [kind, *fields], hpke_open(secret, signed[53:85], INFO, header, signed[85:])


def tlv(tag, value):
    assert len(value) < 0x80
    return bytes([tag, len(value)]) + value


def package(subject, keys, not_after=None):
    """A package: format version 02 with the last second in which its keys are good; 01 without."""
    expiry = b"" if not_after is None else tlv(0xC1, struct.pack(">Q", not_after))
    keys = b"".join(tlv(0xC8, struct.pack(">H", atc) + key) for atc, key in keys)
    return tlv(0xE8, tlv(0xC0, bytes([1 if not_after is None else 2])) + expiry + subject + keys)


def n12(minor):
    return bytes.fromhex("%012d" % minor)


def limits(currency, tap, count, total, any_tap, validity):
    return b"\x0a" + LIMITS.pack(bytes.fromhex("%04d" % currency), n12(tap), count, n12(total), n12(any_tap), validity)


def notice(verdict, atc, response_code, minor, currency, at=None):
    code = {"approved": 1, "declined": 2, "reversed": 3}[verdict] + (0 if at is None else 4)
    return struct.pack(">BH", code, atc) + response_code.encode() + n12(minor) + bytes.fromhex("%04d" % currency) \
        + (b"" if at is None else struct.pack(">Q", at))


def objects(octets):
    """The objects of one level, in definite lengths of one to three octets and tags of one."""
    while octets:
        tag, length, at = octets[0], octets[1], 2
        if length > 0x80:
            at = 2 + length - 0x80
            length = int.from_bytes(octets[2:at], "big")
        yield tag, octets[at:at + length]
        octets = octets[at + length:]


def said(kind, content):
    """What the content of a letter says, of the kinds that have more than a code."""
    if kind == KINDS["package"]:
        (outer, value), = objects(content)
        version, *rest = objects(value)
        assert outer == 0xE8 and version == (0xC0, b"\2")
        (tag, not_after), (subject, _), *keys = rest
        assert tag == 0xC1 and all(tag == 0xC8 for tag, _ in keys)
        return {"not_after": struct.unpack(">Q", not_after)[0], "profile": subject == 0xE0,
                "counters": [int.from_bytes(key[:2], "big") for _, key in keys]}
    if kind == KINDS["command"] and content[0] == 0x0A:
        currency, tap, count, total, any_tap, validity = LIMITS.unpack(content[1:])
        return {"currency": int(currency.hex()), "tap": int(tap.hex()), "count": count, "sum": int(total.hex()),
                "any_tap": int(any_tap.hex()), "validity": validity}
    if kind == KINDS["command"]:
        return {"command": content[0]}
    return {}


def take_letter(message, issuer_verify, receive):
    _, fields, content = opened(message, issuer_verify, issuer_verify, receive)
    kind, device, epoch, card, sequence, issued_at = fields
    return {"kind": kind, "device": device.hex(), "epoch": epoch, "card": card, "sequence": sequence,
            "issued_at": issued_at, "content": content.hex(), "said": said(kind, content)}


def report(a, ikm):
    """The report of a device that used nothing; `a` has its fields and the keys."""
    h = lambda name: bytes.fromhex(a[name])
    content = h("previous") + struct.pack(">QQIBI32sBH", a["generation"], a["accepted"], 0, 0, a["fresh_epoch"],
                                          x25519(h("fresh"))[1], 1, 0) + struct.pack(">HH", a["card"], 0)
    return seal("report", h("to"), h("device"), 1, 0, a["sequence"], a["issued_at"], content, h("to"), h("sign"), ikm)


def take_report(message, device_verify, issuer_receive):
    signed, fields, content = opened(message, device_verify, x25519(issuer_receive)[1], issuer_receive)
    kind, device, epoch, card, sequence, issued_at = fields
    assert (kind, card) == (4, 0)
    fixed = struct.unpack(">32sQQIBI32sBH", content[:92])
    previous, generation, accepted, refused, refusal, fresh, key, cards, marks = fixed
    assert len(content) == 92 + 4 * cards + 21 * marks
    card_rows = list(struct.iter_unpack(">HH", content[92:92 + 4 * cards]))
    mark_rows = struct.iter_unpack(">HHBQ6s2s", content[92 + 4 * cards:])
    return {
        "device": device.hex(), "epoch": epoch, "sequence": sequence, "issued_at": issued_at,
        "previous": previous.hex(), "generation": generation, "accepted": accepted,
        "refused": refused, "refusal": refusal, "fresh_epoch": fresh, "fresh_key": key.hex(),
        "cards": [{"card": card, "highest": highest} for card, highest in card_rows],
        "marks": [{"card": card, "atc": atc, "end": end, "at": at, "amount": amount.hex(),
                   "currency": currency.hex()} for card, atc, end, at, amount, currency in mark_rows],
        "digest": sha256(signed).hex(),
    }


def enrolment(device, receive, signer, challenge, attestation):
    return sign(signer, b"\1\1\5" + device + receive + verify_key(signer) + challenge
                + struct.pack(">H", len(attestation)) + attestation)


def take_enrolment(message, challenge):
    head = struct.unpack(">3s16s32s32s32sH", message[:117])
    kind, device, receive, verifier, answered, length = head
    assert kind == b"\1\1\5" and answered == challenge and len(message) == 117 + length + 64
    signed = verify(verifier, message)
    return {"device": device.hex(), "receive": receive.hex(), "verify": verifier.hex(),
            "attestation": signed[117:].hex(), "digest": sha256(signed).hex()}


def rfc9180():
    path = pathlib.Path(__file__).parent.parent / "vectors" / "rfc9180.json"
    v = {name: bytes.fromhex(value) for name, value in json.loads(path.read_text())["base"].items()}
    secret, encapsulation = derive_key_pair(v["ikmE"])
    assert (secret.private_bytes_raw(), encapsulation) == (v["skEm"], v["enc"]), "ephemeral key"
    assert derive_key_pair(v["ikmR"])[1] == x25519(v["skRm"])[1] == v["pkRm"], "receiver's key"
    dh = secret.exchange(X25519PublicKey.from_public_bytes(v["pkRm"]))
    for name, value in schedule(dh, encapsulation, v["pkRm"], v["info"]).items():
        assert v[name] == value, name
    assert hpke_seal(v["pkRm"], v["ikmE"], v["info"], v["aad"], v["pt"]) == (v["enc"], v["ct"])
    assert hpke_open(v["skRm"], v["enc"], v["info"], v["aad"], v["ct"]) == v["pt"]
    return "RFC 9180 A.2.1: every value agrees"


def main(verb):
    a = {} if verb == "rfc9180" else json.load(sys.stdin)
    h = lambda name: bytes.fromhex(a[name])
    return {
        "rfc9180": rfc9180,
        "letter": lambda: letter(a, os.urandom(32)).hex(),
        "report": lambda: json.dumps(take_report(h("message"), h("device_verify"), h("issuer_receive"))),
        "enrol": lambda: json.dumps(take_enrolment(h("message"), h("challenge"))),
        "request": lambda: enrolment(h("device"), x25519(h("receive"))[1], h("sign"), h("challenge"), b"").hex(),
        "open": lambda: json.dumps(take_letter(h("message"), h("issuer_verify"), h("receive"))),
        "say": lambda: report(a, os.urandom(32)).hex(),
    }[verb]()


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
