"""Writes vectors.json with Python's own json, hashlib, hmac and the `cryptography` package: nothing of Loket's code.

Keys are published test values: RFC 8032 section 7.1 (Ed25519 tests 1 and 2), RFC 5869-like constant bytes elsewhere.
Run: python3 make_vectors.py > vectors.json
"""
import base64, hashlib, hmac, json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

def b64url(data): return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
# RFC 8785 for what occurs here: ASCII member names, integers and short decimals, no control characters.
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def aad(*parts): return json.dumps(list(parts), separators=(",", ":"), ensure_ascii=False).encode()

frames = [b"frame one", b"frame two \xff\x00"]
manifest = {
    "version": "1.0", "sdkVersion": "loket-desk/0.1.0", "platform": "desktop",
    "frames": [hashlib.sha256(f).hexdigest() for f in frames],
    "capturedAt": "2026-11-20T03:04:05.000Z", "signatureAlg": "ed25519", "deviceId": "desk_01M7X573BEE0JJMGC3S71F8VG2",
    "flashChallengeNonce": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "ocrFields": {"fullName": "SITI \u201eNÚR\u201d 😀", "nik": "3171010101900001"},
    "ocrConfidence": {"nik": 0.99, "fullName": 0.5},
    "evidence": {"kind": "ktp", "simulated": True, "counter": 7, "previousBundleHash": None, "thresholds": {"matchLow": 0.45, "votersRequired": 4}},
}
signed = canonical(manifest)
seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
key = Ed25519PrivateKey.from_private_bytes(seed)
public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
secret = "qe_whsec_0123456789abcdefghijklmnopqrstuv"

master, installation = bytes(range(32)), "ins_01M7X573BE7SKQRNKGH5JC25F5"
purposes = ["database", "customer-wrapping", "secrets", "blind-index", "audit-subject", "desk-key"]
sub = {p: HKDF(hashes.SHA256(), 32, installation.encode(), b"loket/v1/" + p.encode()).derive(master) for p in purposes}

data_key, content_key = bytes([1] * 32), bytes([2] * 32)
n1, n2, n3 = bytes([3] * 12), bytes([4] * 12), bytes([5] * 12)
customer, context, plain = "cus_1", 'capture "é"', b"sealed bytes"
wrapped = b"LKC1" + n1 + AESGCM(sub["customer-wrapping"]).encrypt(n1, data_key, aad("LKC1", customer))
envelope = (b"LKE1" + n2 + AESGCM(data_key).encrypt(n2, content_key, aad("LKE1", "key", customer, context))
            + n3 + AESGCM(content_key).encrypt(n3, plain, aad("LKE1", "content", customer, context)))

# HPKE (RFC 9180) base mode written out: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002.
def extract(salt, ikm): return hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()
def expand(prk, info, length): return HKDFExpand(hashes.SHA256(), length, info).derive(prk)
def labeled_extract(suite, salt, label, ikm): return extract(salt, b"HPKE-v1" + suite + label + ikm)
def labeled_expand(suite, prk, label, info, length):
    return expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)
def raw(public): return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
def hpke_key_schedule(shared, info):
    suite = b"HPKE" + bytes.fromhex("002000010002")
    context = b"\x00" + labeled_extract(suite, b"", b"psk_id_hash", b"") + labeled_extract(suite, b"", b"info_hash", info)
    secret = labeled_extract(suite, shared, b"secret", b"")
    return labeled_expand(suite, secret, b"key", context, 32), labeled_expand(suite, secret, b"base_nonce", context, 12)
def hpke_encap(ephemeral, recipient_public):
    enc, kem = raw(ephemeral.public_key()), b"KEM" + bytes.fromhex("0020")
    eae = labeled_extract(kem, b"", b"eae_prk", ephemeral.exchange(recipient_public))
    return enc, labeled_expand(kem, eae, b"shared_secret", enc + raw(recipient_public), 32)
def hpke_seal(ephemeral, recipient_public, purpose, plain, *parts):
    enc, shared = hpke_encap(ephemeral, recipient_public)
    k, n = hpke_key_schedule(shared, b"loket/v1/" + purpose.encode())
    return b"LKH1" + enc + AESGCM(k).encrypt(n, plain, aad("LKH1", *parts))

head_office, ephemeral = X25519PrivateKey.from_private_bytes(bytes([6] * 32)), X25519PrivateKey.from_private_bytes(bytes([7] * 32))
org, nonce = "org_1", manifest["flashChallengeNonce"]
capture_context = aad("capture", org, nonce).decode()
# msgpack of what lies in an envelope: a map of strings, bytes (bin 8/16) and one array.
def mp(value):
    if isinstance(value, dict): return bytes([0x80 + len(value)]) + b"".join(mp(k) + mp(v) for k, v in value.items())
    if isinstance(value, list): return bytes([0x90 + len(value)]) + b"".join(map(mp, value))
    if isinstance(value, bytes): return (b"\xc4" + bytes([len(value)]) if len(value) < 256 else b"\xc5" + len(value).to_bytes(2, "big")) + value
    if isinstance(value, str):
        text = value.encode()
        return (bytes([0xa0 + len(text)]) if len(text) < 32 else b"\xd9" + bytes([len(text)])) + text
    return bytes([value])
payload = mp({"version": 1, "kind": "ktp", "customerId": customer, "nonce": nonce, "signed": signed, "signature": b64url(key.sign(signed)), "frames": frames})
sealed_capture = (b"LKE1" + n2 + AESGCM(data_key).encrypt(n2, content_key, aad("LKE1", "key", customer, capture_context))
                  + n3 + AESGCM(content_key).encrypt(n3, payload, aad("LKE1", "content", customer, capture_context)))
head_office_public = head_office.public_key()
sealed_key = hpke_seal(ephemeral, head_office_public, "content-key", content_key, customer, capture_context)
header = {
    "format": "loket-bundle", "version": 1, "orgId": org, "customerId": customer, "nonce": nonce, "kind": "ktp",
    "capturedAt": manifest["capturedAt"], "exportedAt": "2026-11-21T03:00:00.000Z",
    "desk": {"id": manifest["deviceId"], "publicKey": b64url(public), "headerKey": b64url(public)},
    "bundleHash": hashlib.sha256(signed).hexdigest(), "bundleSignature": b64url(key.sign(signed)),
    "counter": 7, "previousBundleHash": None,
    "envelope": {"size": len(sealed_capture), "sha256": hashlib.sha256(sealed_capture).hexdigest()},
    "recipients": [{"keyId": hashlib.sha256(raw(head_office_public)).hexdigest()[:16], "sealedKey": base64.b64encode(sealed_key).decode()}],
}
header_text = canonical({**header, "signature": b64url(key.sign(canonical(header)))})
bundle_file = b"LKB1" + len(header_text).to_bytes(4, "big") + header_text + sealed_capture

print(json.dumps({
    "bundle": {
        "manifest": manifest, "framesHex": [f.hex() for f in frames], "signedText": signed.decode(),
        "bundleHash": hashlib.sha256(signed).hexdigest(),
        "ed25519": {"seedHex": seed.hex(), "publicKey": b64url(public), "signature": b64url(key.sign(signed))},
        "hmac": {"secret": secret, "signature": b64url(hmac.new(secret.encode(), signed, hashlib.sha256).digest())},
    },
    "keys": {"masterHex": master.hex(), "installationId": installation, "derivedHex": {p: k.hex() for p, k in sub.items()}},
    "keyedHashes": {
        "blindIndex": {"orgId": "org_1", "value": "3171010101900001", "hex": hmac.new(sub["blind-index"], aad("nik", "org_1", "3171010101900001"), hashlib.sha256).hexdigest()},
        "subjectId": {"orgId": "org_1", "customerId": "cus_1", "hex": hmac.new(sub["audit-subject"], aad("org_1", "cus_1"), hashlib.sha256).hexdigest()},
    },
    "envelope": {"customerId": customer, "context": context, "wrappedKeyHex": wrapped.hex(), "envelopeHex": envelope.hex(), "plainHex": plain.hex()},
    "hpke": {
        "privateKeyHex": bytes([6] * 32).hex(), "publicKey": b64url(raw(head_office_public)), "purpose": "content-key",
        "aad": [customer, capture_context], "plainHex": content_key.hex(), "sealedHex": sealed_key.hex(),
    },
    "bundleFile": {"fileHex": bundle_file.hex(), "payloadHex": payload.hex()},
}, indent=2, ensure_ascii=False))
