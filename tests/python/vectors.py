#!/usr/bin/env python3
"""Prints tests/vectors/provisioning.json: each message once, with fixed keys."""

import json, struct

from provisioning import enrolment, letter, limits, notice, package, seal, sha256, x25519


def fixed(number):
    """A key or seed of the vectors, worth nothing: SHA-256 of its number."""
    return sha256(b"understudy test key %d" % number)


def vectors():
    issuer_sign, issuer_receive, device_sign, device_receive, fresh = map(fixed, range(1, 6))
    device, challenge = fixed(6)[:16], fixed(7)
    request = enrolment(device, x25519(device_receive)[1], device_sign, challenge, b"\x30\x00")
    keys = [(atc, fixed(0x100 + atc)[:16]) for atc in (4, 5)]
    number, profile = bytes.fromhex("5A086250947000000014"), bytes.fromhex("E003C00101")
    contents = [
        ("package", 1, package(number, keys, 1797903000)), ("package", 1, package(profile, keys, 0)),
        ("package", 1, package(number, keys)), ("profile", 1, profile),
        *(("command", card, bytes.fromhex(octets)) for card, octets in (
            (1, "0103"), (1, "0200"), (1, "0300"), (1, "0400"), (0, "0500"), (0, "0600"), (0, "0700"), (0, "0800"),
            (0, "0900"))),
        ("command", 1, limits(156, 50000, 3, 120000, 200000, 300)),
        ("notice", 1, notice("approved", 4, "00", 1234, 156, 1795311100)),
        ("notice", 1, notice("declined", 5, "51", 500000, 156, 1795311101)),
        ("notice", 1, notice("reversed", 4, "00", 1234, 156, 1795311102)),
        ("notice", 1, notice("approved", 4, "00", 1234, 156)),
        ("notice", 0, b"\4" + struct.pack(">Q", 1) + fixed(8)),
    ]
    letters = []
    for sequence, (kind, card, content) in enumerate(contents, 1):
        a = {"kind": kind, "device": device.hex(), "epoch": 1, "card": card, "sequence": sequence,
             "issued_at": 1795311000 + sequence, "content": content.hex(),
             "to": x25519(device_receive)[1].hex(), "issuer_sign": issuer_sign.hex()}
        ikm = fixed(0x20 + sequence)
        letters.append({**a, "ephemeral": ikm.hex(), "message": letter(a, ikm).hex()})
    cards = struct.pack(">HHHH", 1, 5, 2, 0)
    marks = struct.pack(">HHBQ6s2s", 1, 4, 1, 1795311100, bytes.fromhex("000000001234"), b"\1\x56") \
        + struct.pack(">HHB16s", 1, 5, 3, bytes(16))
    content = sha256(request[:-64]) + struct.pack(">QQIBI32sBH", 7, 10, 2, 9, 2, x25519(fresh)[1], 2, 2) \
        + cards + marks
    to = x25519(issuer_receive)[1]
    report = seal("report", to, device, 1, 0, 1, 1795312000, content, to, device_sign, fixed(9))
    return {
        "source": "Made by tests/python/vectors.py with provisioning.py, an implementation of docs/formats.md that "
                  "shares no code with the one in Rust. Keys are SHA-256 of a text; worth nothing.",
        "issuer": {"sign": issuer_sign.hex(), "receive": issuer_receive.hex()},
        "device": {"id": device.hex(), "sign": device_sign.hex(), "receive": device_receive.hex(),
                   "fresh": fresh.hex()},
        "enrolment": {"challenge": challenge.hex(), "attestation": "3000", "request": request.hex()},
        "letters": letters,
        "report": {"content": content.hex(), "ephemeral": fixed(9).hex(), "message": report.hex()},
    }


if __name__ == "__main__":
    print(json.dumps(vectors(), indent=2))
