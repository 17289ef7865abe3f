/** Vectors made by an independent implementation (testing/make_vectors.py), and those the standards publish. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BundleManifest } from '../contract/bundle.ts';
import {
  bundleHash,
  canonicalBytes,
  framesMatch,
  signedBytes,
  signHmac,
  verifyEd25519,
  verifyHmac,
} from './bundle-signing.ts';
import { privateKeyOf, publicKeyOf, signEd25519, verifyEd25519Bytes } from './ed25519.ts';
import { openBundleFile, readBundleFile } from './bundle-file.ts';
import { hpkeOpen, hpkePublicKeyOf, hpkeSeal } from './hpke.ts';
import { deriveSubKeys, keyedHash } from './keys.ts';
import { openEnvelope, openUnder, SealBroken } from './sealing.ts';

interface Vectors {
  bundle: {
    manifest: BundleManifest;
    framesHex: string[];
    signedText: string;
    bundleHash: string;
    ed25519: { seedHex: string; publicKey: string; signature: string };
    hmac: { secret: string; signature: string };
  };
  keys: { masterHex: string; installationId: string; derivedHex: Record<string, string> };
  keyedHashes: {
    blindIndex: { orgId: string; value: string; hex: string };
    subjectId: { orgId: string; customerId: string; hex: string };
  };
  hpke: {
    privateKeyHex: string;
    publicKey: string;
    purpose: 'content-key';
    aad: string[];
    plainHex: string;
    sealedHex: string;
  };
  bundleFile: { fileHex: string; payloadHex: string };
  envelope: { customerId: string; context: string; wrappedKeyHex: string; envelopeHex: string; plainHex: string };
}
const vectors = JSON.parse(readFileSync(new URL('./testing/vectors.json', import.meta.url), 'utf8')) as Vectors;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

describe('bundle signing', () => {
  const { bundle } = vectors;
  const seed = bytes(bundle.ed25519.seedHex);

  it('signs the documented bytes', () => {
    expect(new TextDecoder().decode(signedBytes(bundle.manifest))).toBe(bundle.signedText);
    expect(bundleHash(bundle.manifest)).toBe(bundle.bundleHash);
    expect(signHmac(bundle.manifest, bundle.hmac.secret)).toBe(bundle.hmac.signature);
    expect(publicKeyOf(seed)).toBe(bundle.ed25519.publicKey);
    expect(signEd25519(privateKeyOf(seed), signedBytes(bundle.manifest))).toBe(bundle.ed25519.signature);
  });

  it('does not sign the signature, nor depend on the order of members', () => {
    const reversed = Object.fromEntries(
      Object.entries({ ...bundle.manifest, signature: 'x' }).reverse(),
    ) as BundleManifest;
    expect(bundleHash(reversed)).toBe(bundle.bundleHash);
  });

  it('accepts the signature and refuses every other', () => {
    const signed = { ...bundle.manifest, signature: bundle.ed25519.signature };
    expect(verifyEd25519(signed, bundle.ed25519.publicKey)).toBe(true);
    expect(verifyHmac({ ...bundle.manifest, signature: bundle.hmac.signature }, bundle.hmac.secret)).toBe(true);
    expect(verifyEd25519({ ...signed, capturedAt: '2026-11-20T03:04:06.000Z' }, bundle.ed25519.publicKey)).toBe(false);
    expect(verifyEd25519(bundle.manifest, bundle.ed25519.publicKey)).toBe(false);
    expect(verifyHmac(bundle.manifest, bundle.hmac.secret)).toBe(false);
    expect(verifyHmac({ ...bundle.manifest, signature: bundle.hmac.signature }, 'another secret')).toBe(false);
    for (const signature of [
      '',
      '!',
      `${bundle.ed25519.signature}=`,
      bundle.ed25519.signature.slice(1),
      bundle.hmac.signature,
    ]) {
      expect(verifyEd25519({ ...signed, signature }, bundle.ed25519.publicKey)).toBe(false);
    }
    for (const publicKey of [
      '',
      'AAAA',
      bundle.ed25519.publicKey.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
    ]) {
      expect(verifyEd25519(signed, publicKey)).toBe(false);
    }
  });

  it('knows its frames, in order and number', () => {
    const [one, two] = bundle.framesHex.map(bytes) as [Uint8Array, Uint8Array];
    const { manifest } = bundle;
    expect(framesMatch({ manifest, frames: [one, two] })).toBe(true);
    expect(framesMatch({ manifest, frames: [two, one] })).toBe(false);
    expect(framesMatch({ manifest, frames: [one] })).toBe(false);
    expect(framesMatch({ manifest, frames: [one, two, two] })).toBe(false);
    expect(framesMatch({ manifest, frames: [one, Uint8Array.from([...two, 0])] })).toBe(false);
  });
});

describe('standards', () => {
  it('RFC 8785 section 3.2.2: canonical numbers, strings and order', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as unknown;
    expect(new TextDecoder().decode(canonicalBytes(value))).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', undefined])
      expect(() => canonicalBytes(bad)).toThrow();
  });

  it('RFC 8032 section 7.1: Ed25519 tests 1 and 2', () => {
    const cases = [
      [
        '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
    ] as const;
    for (const [seed, message, signature] of cases) {
      const made = signEd25519(privateKeyOf(bytes(seed)), bytes(message));
      expect(hex(Uint8Array.from(Buffer.from(made, 'base64url')))).toBe(signature);
      expect(verifyEd25519Bytes(bytes(message), made, publicKeyOf(bytes(seed)))).toBe(true);
    }
  });
});

describe('keys and envelope', () => {
  const { keys, keyedHashes, envelope } = vectors;
  const derived = deriveSubKeys(bytes(keys.masterHex), keys.installationId);

  it('derives every sub-key from the master key alone', () => {
    expect(Object.fromEntries(Object.entries(derived).map(([purpose, key]) => [purpose, hex(key)]))).toEqual(
      keys.derivedHex,
    );
    expect(new Set(Object.values(keys.derivedHex)).size).toBe(6);
  });

  it('makes the documented pseudonyms', () => {
    const { blindIndex, subjectId } = keyedHashes;
    expect(keyedHash(derived['blind-index'], ['nik', blindIndex.orgId, blindIndex.value])).toBe(blindIndex.hex);
    expect(keyedHash(derived['audit-subject'], [subjectId.orgId, subjectId.customerId])).toBe(subjectId.hex);
  });

  it('opens an envelope that was sealed elsewhere', () => {
    const dataKey = openUnder('customer_key', derived['customer-wrapping'], bytes(envelope.wrappedKeyHex), [
      envelope.customerId,
    ]);
    const plain = openEnvelope(dataKey, bytes(envelope.envelopeHex), [envelope.customerId, envelope.context]);
    expect(hex(plain)).toBe(envelope.plainHex);
  });
});

describe('HPKE and bundle file', () => {
  const { hpke, bundleFile, bundle } = vectors;
  const privateKey = bytes(hpke.privateKeyHex);

  it('RFC 9180 as written out elsewhere: opens it, and what is sealed here opens', async () => {
    expect(hpkePublicKeyOf(privateKey)).toBe(hpke.publicKey);
    expect(hex(await hpkeOpen(privateKey, hpke.purpose, bytes(hpke.sealedHex), hpke.aad))).toBe(hpke.plainHex);
    const sealed = await hpkeSeal(hpke.publicKey, hpke.purpose, bytes(hpke.plainHex), hpke.aad);
    expect(sealed).toHaveLength(bytes(hpke.sealedHex).length);
    expect(hex(await hpkeOpen(privateKey, hpke.purpose, sealed, hpke.aad))).toBe(hpke.plainHex);
    const other = ['another', hpke.aad[1] ?? ''];
    for (const wrong of [
      () => hpkeOpen(privateKey, 'customer-key', sealed, hpke.aad),
      () => hpkeOpen(privateKey, hpke.purpose, sealed, other),
      () => hpkeOpen(new Uint8Array(32).fill(9), hpke.purpose, sealed, hpke.aad),
      () => hpkeOpen(privateKey, hpke.purpose, sealed.subarray(1), hpke.aad),
    ])
      await expect(wrong()).rejects.toThrow(SealBroken);
  });

  it('RFC 9180 appendix A.1 agrees on the encapsulated key of its ephemeral key', () => {
    const ephemeral = '52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736';
    const published = '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431';
    expect(hex(Buffer.from(hpkePublicKeyOf(bytes(ephemeral)), 'base64url'))).toBe(published);
  });

  it('reads a bundle file written elsewhere and opens it with the key of head office', async () => {
    const read = readBundleFile(bytes(bundleFile.fileHex), [bundle.ed25519.publicKey]);
    if (!read.ok) throw new Error(read.error.code);
    expect(read.value.header).toMatchObject({ counter: 7, bundleHash: bundle.bundleHash, kind: 'ktp' });
    const payload = await openBundleFile(read.value, privateKey);
    if (!payload.ok) throw new Error(payload.error.code);
    expect(hex(payload.value)).toBe(bundleFile.payloadHex);
  });
});
