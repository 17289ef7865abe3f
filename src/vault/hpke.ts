/**
 * HPKE (RFC 9180), base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM: small secrets (keys) for a reader who
 * registered a public key. Layout `LKH1` ‖ enc (32) ‖ ciphertext ‖ tag; `info` is `loket/v1/` and what is sealed, the
 * additional data is the UTF-8 JSON of an array of strings, as everywhere in this vault.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { decodeBase64Url } from './ed25519.ts';
import { sha256 } from './random.ts';
import { SealBroken } from './sealing.ts';

const magic = 'LKH1';
const encLength = 32;

/** What is sealed to a public key. */
export type HpkePurpose = 'customer-key' | 'content-key' | 'master-key';

export interface HpkePair {
  /** base64url, 32 bytes. */
  readonly publicKey: string;
  readonly privateKey: Uint8Array;
}

/** Made anew each time: the library's objects keep no state of ours, and loading them costs the start nothing. */
function suite(): CipherSuite {
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}

export async function newHpkePair(): Promise<HpkePair> {
  const { kem } = suite();
  const pair = await kem.generateKeyPair();
  return {
    publicKey: Buffer.from(await kem.serializePublicKey(pair.publicKey)).toString('base64url'),
    privateKey: new Uint8Array(await kem.serializePrivateKey(pair.privateKey)),
  };
}

/** PKCS #8 wrapping of a raw X25519 private key (RFC 8410 section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The public key (base64url) that belongs to a raw private key. */
export function hpkePublicKeyOf(privateKey: Uint8Array): string {
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, privateKey]), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'jwk' }).x ?? '';
}

/** True for the base64url of 32 bytes that are a point a secret can be agreed on. */
export async function isHpkePublicKey(publicKey: string): Promise<boolean> {
  if (decodeBase64Url(publicKey)?.length !== encLength) return false;
  // Points of small order give a secret anybody knows: the library refuses them when it seals (RFC 9180 section 7.1.4).
  return hpkeSeal(publicKey, 'content-key', new Uint8Array(1), []).then(
    () => true,
    () => false,
  );
}

/** Short name of a public key: the first 16 hex digits of its SHA-256. */
export function hpkeKeyId(publicKey: string): string {
  return sha256(decodeBase64Url(publicKey) ?? new Uint8Array()).slice(0, 16);
}

export async function hpkeSeal(
  publicKey: string,
  purpose: HpkePurpose,
  plain: Uint8Array,
  aad: readonly string[],
): Promise<Uint8Array> {
  const hpke = suite();
  const recipientPublicKey = await hpke.kem.deserializePublicKey(exact(decodeBase64Url(publicKey) ?? new Uint8Array()));
  const sender = await hpke.createSenderContext({ recipientPublicKey, info: infoOf(purpose) });
  const sealed = await sender.seal(exact(plain), aadOf(aad));
  return Buffer.concat([Buffer.from(magic), Buffer.from(sender.enc), Buffer.from(sealed)]);
}

/** Throws `SealBroken`. */
export async function hpkeOpen(
  privateKey: Uint8Array,
  purpose: HpkePurpose,
  sealed: Uint8Array,
  aad: readonly string[],
): Promise<Uint8Array> {
  if (Buffer.from(sealed.subarray(0, 4)).toString('latin1') !== magic) throw new SealBroken('hpke');
  try {
    const hpke = suite();
    const recipientKey = await hpke.kem.importKey('raw', exact(privateKey), false);
    const enc = exact(sealed.subarray(4, 4 + encLength));
    const recipient = await hpke.createRecipientContext({ recipientKey, enc, info: infoOf(purpose) });
    return new Uint8Array(await recipient.open(exact(sealed.subarray(4 + encLength)), aadOf(aad)));
  } catch {
    throw new SealBroken('hpke');
  }
}

function infoOf(purpose: HpkePurpose): ArrayBuffer {
  return exact(new TextEncoder().encode(`loket/v1/${purpose}`));
}

function aadOf(parts: readonly string[]): ArrayBuffer {
  return exact(new TextEncoder().encode(JSON.stringify([magic, ...parts])));
}

/** The library takes whole buffers, and a Node buffer is often a window into a larger one. */
function exact(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
