#!/usr/bin/env python3
"""Keys and cryptograms by pyemv 1.5.0, and by the package `cryptography` for what it does not have.

    oracle.py cases SEED COUNT       COUNT random inputs a method and scheme with their results, as JSON
    oracle.py transcripts FOLDER KEY recomputes 9F26 of every tap, and says how many each file has, as JSON
    oracle.py taps                   reads taps that went online, as JSON, recomputes 9F26 and the issuer's answer
                                     of each, and says how many each row has, as JSON
"""

import itertools, json, pathlib, random, sys

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.cmac import CMAC
from pyemv import ac, cvn, kd, mac, tools

ELEMENTS = ["9F02", "9F03", "9F1A", "95", "5F2A", "9A", "9C", "9F37", "82"]
LENGTHS = [6, 6, 2, 5, 2, 3, 1, 4, 2]


def ecb(algorithm, data):
    encryptor = Cipher(algorithm, modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def inverted(octets):
    return bytes(octet ^ 0xFF for octet in octets)


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


# Card numbers and their boundary classes.

def digits(rng, length):
    return "".join(rng.choice("0123456789") for _ in range(length))


def second_pass(rng):
    """A card number whose hash has fewer than 16 decimal digits; with PSN 00."""
    import hashlib
    while True:
        pan = digits(rng, 18)
        found = hashlib.sha1(bytes.fromhex(pan + "00")).hexdigest()
        if sum(digit.isdigit() for digit in found) < 16:
            return pan


def cards(rng, count):
    """Numbers of 13, 16, 17 and 19 digits with and without PSN, one that needs the second pass of the
    decimalisation; then random ones of 8 to 19 digits."""
    lengths, psns = (13, 16, 17, 19), (None, "00", "01", "99")
    listed = [(digits(rng, length), psn) for length, psn in itertools.product(lengths, psns)]
    listed += [(second_pass(rng), psn) for psn in (None, "00")]
    while len(listed) < count:
        listed.append((digits(rng, rng.randint(8, 19)), rng.choice((None, digits(rng, 2)))))
    return listed


def counters(rng, count):
    return ([b"\x00\x01", b"\xFF\xFE"] + [rng.randint(1, 0xFFFE).to_bytes(2, "big") for _ in range(count)])[:count]


def amounts(rng, count):
    listed = ["000000000000", "999999999999"] + [digits(rng, rng.randint(1, 12)).zfill(12) for _ in range(count)]
    return [bytes.fromhex(amount) for amount in listed[:count]]


# Keys of AES and SM4.

def aes_both(key, left, right):
    return (ecb(algorithms.AES(key), left) + ecb(algorithms.AES(key), right))[:len(key)]


def aes_card_key(imk, pan, psn):
    y = bytes.fromhex((pan + (psn or "00")).zfill(32))
    return aes_both(imk, y, inverted(y))


def aes_session_key(key, atc):
    if len(key) == 16:
        return ecb(algorithms.AES(key), atc + bytes(14))
    return aes_both(key, atc + b"\xF0" + bytes(13), atc + b"\x0F" + bytes(13))


def aes_mac(key, data):
    mac_ = CMAC(algorithms.AES(key))
    mac_.update(data)
    return mac_.finalize()[:8]


def sm4_card_key(imk, pan, psn):
    y = bytes.fromhex((pan + (psn or "00"))[-16:].zfill(16))
    return ecb(algorithms.SM4(imk), y + inverted(y))


def sm4_session_key(key, atc):
    return ecb(algorithms.SM4(key), bytes(6) + atc + bytes(6) + inverted(atc))


def sm4_mac(key, data):
    padded = mac.pad_iso9797_2(data, 16)
    encryptor = Cipher(algorithms.SM4(key), modes.CBC(bytes(16))).encryptor()
    return (encryptor.update(padded) + encryptor.finalize())[-16:-8]


def limited_use_key(key, index):
    """Each half is the digit 1 or 2 and the seven digits of the index, 80 and 00s, encrypted."""
    halves = (bytes.fromhex(half + index) + b"\x80\x00\x00\x00" for half in "12")
    return b"".join(tools.encrypt_tdes_ecb(key, half) for half in halves)


def unionpay_session_key(key, atc):
    return ecb(TripleDES(key + key[:8]), bytes(6) + atc) + ecb(TripleDES(key + key[:8]), bytes(6) + inverted(atc))


# The cases.

def card_keys(rng, count):
    methods = [("option-a", 16, kd.derive_icc_mk_a), ("option-b", 16, kd.derive_icc_mk_b), ("sm4", 16, sm4_card_key)]
    methods += [("option-c", length, aes_card_key) for length in (16, 24, 32)]
    for method, length, derive in methods:
        for pan, psn in cards(rng, count):
            imk = rng.randbytes(length)
            yield {"method": method, "imk": imk, "pan": pan, "psn": psn, "key": derive(imk, pan, psn)}


def session_keys(rng, count):
    common = lambda key, atc, un: kd.derive_common_sk(key, atc + bytes(6))
    mchip = lambda key, atc, un: kd.derive_common_sk(key, atc + bytes(2) + un)
    methods = [("unionpay", "tdes", 16, lambda key, atc, un: unionpay_session_key(key, atc)),
               ("common", "tdes", 16, common), ("mchip", "tdes", 16, mchip),
               ("unionpay", "sm4", 16, lambda key, atc, un: sm4_session_key(key, atc))]
    methods += [("common", "aes", length, lambda key, atc, un: aes_session_key(key, atc)) for length in (16, 24, 32)]
    for method, cipher, length, derive in methods:
        for atc in counters(rng, count):
            key, un = rng.randbytes(length), rng.randbytes(4)
            yield {"method": method, "cipher": cipher, "card_key": key, "9F36": atc, "9F37": un,
                   "key": derive(key, atc, un)}


def indices(rng, count):
    listed = ["0570201", "0000100", "9878499"]
    listed += [f"{rng.randint(0, 9)}{rng.randint(1, 8784):04}{rng.randint(0, 99):02}" for _ in range(count)]
    return listed[:count]


def limited_use_keys(rng, count):
    for index in indices(rng, count):
        key = rng.randbytes(16)
        yield {"card_key": key, "index": index, "key": limited_use_key(key, index)}


def visa_43(card, data, atc, iad, imk, index):
    key = limited_use_key(kd.derive_icc_mk_b(imk, *card), index)
    return ac.generate_ac(key, b"".join(data) + atc + iad[3:7]), None, None


def visa_10(card, data, atc, iad, imk):
    of = cvn.VisaCVN10(imk, imk, imk, *card)
    made = of.generate_ac(*data, atc, iad[3:7])
    return made, of.generate_arpc(made, b"00"), None


def visa_18_22(of):
    def make(card, data, atc, iad, imk):
        this = of(imk, imk, imk, *card)
        made = this.generate_ac(*data, atc, iad)
        return made, None, this.generate_arpc(made, atc, b"\x00\x12\x00\x00")
    return make


def mchip(of, counted, session):
    def make(card, data, atc, iad, imk):
        this = of(imk, imk, imk, *card)
        more = (iad[10:18],) if counted else ()
        made = this.generate_ac(*data, atc, iad[2:8], *more)
        return made, this.generate_arpc(made, atc, b"00") if session else this.generate_arpc(made, b"00"), None
    return make


def unionpay(short):
    def make(card, data, atc, iad, imk):
        key = unionpay_session_key(kd.derive_icc_mk_a(imk, *card), atc)
        under = data[0] + data[7] + atc + iad[4:5] if short else b"".join(data) + atc + iad[3:7]
        made = ac.generate_ac(key, under)
        return made, ac.generate_arpc_1(key, made, b"00"), ac.generate_arpc_2(key, made, b"\x00\x12\x00\x00")
    return make


def other_cipher(card_key, session_key, mac_, block):
    def make(card, data, atc, iad, imk):
        key = session_key(card_key(imk, *card), atc)
        made = mac_(key, b"".join(data) + atc + iad[3:7])
        one = ecb(block(key), xor(made, b"00" + bytes(6)) + bytes(8))[:8]
        return made, one, mac_(key, made + b"\x00\x12\x00\x00")[:4]
    return make


VERSIONS = [
    ("UnionPay 01", "tdes", "option-a", 16, 8, unionpay(False)), ("UnionPay 17", "tdes", "option-a", 16, 8, unionpay(True)),
    ("Visa 10", "tdes", "option-a", 16, 7, visa_10),
    ("Visa 18", "tdes", "option-b", 16, 7, visa_18_22(cvn.VisaCVN18)),
    ("Visa 22", "tdes", "option-b", 16, 32, visa_18_22(cvn.VisaCVN22)),
    ("Visa 43", "tdes", "option-b", 16, 32, visa_43),
    ("M/Chip 16", "tdes", "option-a", 16, 18, mchip(cvn.MasterCardCVN16, False, False)),
    ("M/Chip 17", "tdes", "option-a", 16, 18, mchip(cvn.MasterCardCVN17, True, False)),
    ("M/Chip 20", "tdes", "option-a", 16, 18, mchip(cvn.MasterCardCVN20, False, True)),
    ("M/Chip 21", "tdes", "option-a", 16, 18, mchip(cvn.MasterCardCVN21, True, True)),
    ("UnionPay 01", "sm4", "sm4", 16, 8, other_cipher(sm4_card_key, sm4_session_key, sm4_mac, algorithms.SM4)),
    *(("UnionPay 01", "aes", "option-c", length, 8,
       other_cipher(aes_card_key, aes_session_key, aes_mac, algorithms.AES)) for length in (16, 24, 32)),
]


def cryptograms(rng, count):
    for version, cipher, method, length, iad_length, make in VERSIONS:
        listed = indices(rng, count) if version == "Visa 43" else [None] * count
        inputs = zip(cards(rng, count), counters(rng, count), amounts(rng, count), listed)
        for (pan, psn), atc, amount, index in inputs:
            imk, iad = rng.randbytes(length), rng.randbytes(iad_length)
            data = [amount] + [rng.randbytes(n) for n in LENGTHS[1:]]
            more = (index,) if index else ()
            made, one, two = make((pan, psn), data, atc, iad, imk, *more)
            yield {"version": version, "cipher": cipher, "method": method, "imk": imk, "pan": pan, "psn": psn,
                   "index": index, "9F36": atc, "data": dict(zip(ELEMENTS, data)), "9F10": iad, "9F26": made,
                   "arpc_1": one, "arpc_2": two}


# Transcripts.

def objects(octets):
    """The objects of one level; tags and lengths of one to three octets."""
    while octets:
        end = 1
        if octets[0] & 0x1F == 0x1F:
            end = 2
            while octets[end - 1] & 0x80:
                end += 1
        tag, length, at = octets[:end].hex().upper(), octets[end], end + 1
        if length > 0x80:
            at += length - 0x80
            length = int.from_bytes(octets[end + 1:at], "big")
        yield tag, octets[at:at + length]
        octets = octets[at + length:]


def flat(octets):
    """Every object at any depth, by its tag."""
    found = {}
    for tag, value in objects(octets):
        found[tag] = value
        if bytes.fromhex(tag)[0] & 0x20:
            found.update(flat(value))
    return found


def by_list(dol, data):
    values = {}
    while dol:
        end = 2 if dol[0] & 0x1F == 0x1F else 1
        length = dol[end]
        values[dol[:end].hex().upper()], data = data[:length], data[length:]
        dol = dol[end + 1:]
    return values


def under_mac(values, answer):
    """What the reader said and the card answered, as far as it is under the MAC."""
    iad, atc = answer["9F10"], answer["9F36"]
    said = {"82": answer.get("82", values.get("82")), **values}
    data = [said.get(tag) or bytes(length) for tag, length in zip(ELEMENTS, LENGTHS)]
    whole = b"".join(data) + atc
    if iad[0] == 0x07 and iad[2] == 0x17:
        return data[0] + data[7] + atc + iad[4:5]
    if iad[0] == 0x07 and iad[2] == 0x01:
        return whole + iad[3:7]
    if (iad[0] == 0x06 and iad[2] == 0x12) or (iad[0] == 0x1F and iad[1] == 0x22):
        return whole + iad
    if iad[1] in (0x14, 0x15):
        return whole + iad[2:8] + (iad[10:18] if iad[1] == 0x15 else b"")
    sys.exit("a cryptogram version that is not known here: 9F10 " + iad.hex())


NAMED = {0x01: "tdes", 0x04: "sm4", 0x10: "aes-128", 0x18: "aes-192", 0x20: "aes-256"}


def cipher_of(card, iad):
    """The cipher of a tap: what the IAD names, or the one that the card is described with."""
    if iad[0] == 0x07:
        return NAMED[iad[7]]
    return next((name for name in NAMED.values() if name in card), "tdes")


def with_cipher(cipher, key, under):
    if cipher == "tdes":
        return ac.generate_ac(key, under)
    return (sm4_mac if cipher == "sm4" else aes_mac)(key, under)


def transcript(path, key):
    taps, dol, aip, asked, card = 0, {}, None, None, []
    for line in path.read_text().splitlines():
        octets = bytes.fromhex(line[2:]) if line[:2] in (">>", "<<") else b""
        if line.startswith("card "):
            card = line.split()
        elif line.startswith("key "):
            key = bytes.fromhex(line[4:])
        elif line.startswith(">>"):
            asked = None
            if octets[:2] == b"\x80\xA8" and "9F38" in dol:
                (_, data), = objects(octets[5:5 + octets[4]])
                asked = by_list(dol["9F38"], data)
            elif octets[:2] == b"\x80\xAE" and "8C" in dol:
                asked = by_list(dol["8C"], octets[5:5 + octets[4]])
        elif line.startswith("<<") and octets[-2:] == b"\x90\x00":
            answer = flat(octets[:-2]) if octets[0] in (0x6F, 0x70, 0x77) else {}
            dol.update({tag: answer[tag] for tag in ("9F38", "8C") if tag in answer})
            aip = answer.get("82", aip)
            if "9F26" in answer:
                answer.setdefault("82", aip)
                made = with_cipher(cipher_of(card, answer["9F10"]), key, under_mac(asked, answer))
                if made != answer["9F26"]:
                    sys.exit(f"{path.name}: 9F26 {answer['9F26'].hex()} where the oracle makes {made.hex()}")
                taps += 1
    return taps


# Taps.

def tdes_tap_key(scheme, imk, pan, psn, atc):
    card = kd.derive_icc_mk_a(imk, pan, psn)
    return unionpay_session_key(card, atc) if scheme == "UnionPay" else kd.derive_common_sk(card, atc + bytes(6))


def tap_key(scheme, cipher, imk, pan, psn, atc):
    if cipher == "tdes":
        return tdes_tap_key(scheme, imk, pan, psn, atc)
    if cipher == "sm4":
        return sm4_session_key(sm4_card_key(imk, pan, psn), atc)
    return aes_session_key(aes_card_key(imk, pan, psn), atc)


def tap(scheme, cipher, imk, pan, psn, de55, response_code):
    """The cryptogram of a tap, and the issuer's answer by method 1."""
    said = flat(de55)
    key = tap_key(scheme, cipher, imk, pan, psn, said["9F36"])
    made = with_cipher(cipher, key, under_mac(said, said))
    if cipher == "tdes":
        return made, ac.generate_arpc_1(key, made, response_code)
    block = (algorithms.SM4 if cipher == "sm4" else algorithms.AES)(key)
    return made, ecb(block, xor(made, response_code + bytes(6)) + bytes(8))[:8]


def taps(listed):
    counts = {}
    for one in listed:
        imk, de55, code, arpc = (bytes.fromhex(one[name]) for name in ("imk", "de55", "response_code", "arpc"))
        made, answer = tap(one["scheme"], one["cipher"], imk, one["pan"], one["psn"], de55, code)
        if made != flat(de55)["9F26"]:
            sys.exit(f"{one['row']}: another 9F26 than {made.hex()}")
        if answer != arpc:
            sys.exit(f"{one['row']}: another answer than {answer.hex()}")
        counts[one["row"]] = counts.get(one["row"], 0) + 1
    return counts


def text(value):
    return value.hex().upper() if isinstance(value, bytes) else value


if __name__ == "__main__":
    if sys.argv[1] == "cases":
        rng, count = random.Random(sys.argv[2]), int(sys.argv[3])
        print(json.dumps({"card_keys": list(card_keys(rng, count)), "session_keys": list(session_keys(rng, count)),
                          "limited_use_keys": list(limited_use_keys(rng, count)),
                          "cryptograms": list(cryptograms(rng, count))}, default=text))
    elif sys.argv[1] == "taps":
        print(json.dumps(taps(json.load(sys.stdin))))
    else:
        folder, key = pathlib.Path(sys.argv[2]), bytes.fromhex(sys.argv[3])
        print(json.dumps({path.name: transcript(path, key) for path in sorted(folder.glob("*.txt"))}))
