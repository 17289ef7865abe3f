"""Writes vectors.json with Python's own json, hashlib, hmac and the `cryptography` package: nothing of Loket's code.

Keys are published test values: RFC 8032 section 7.1 (Ed25519 tests 1 and 2), RFC 5869-like constant bytes elsewhere.
Run: python3 make_vectors.py > vectors.json
"""
import base64, hashlib, hmac, json
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

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
}, indent=2, ensure_ascii=False))
