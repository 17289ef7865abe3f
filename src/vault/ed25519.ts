/** Ed25519 (RFC 8032) with raw keys in base64url, as they travel in bundles and registrations. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';

export interface Ed25519Pair {
  /** base64url raw 32 bytes. */
  readonly publicKey: string;
  /** Raw 32-byte seed. */
  readonly seed: Uint8Array;
}

/** PKCS #8 wrapping of a raw Ed25519 seed (RFC 8410 section 7). */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

export function newEd25519Pair(): Ed25519Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const exported = privateKey.export({ format: 'jwk' });
  return {
    publicKey: publicKey.export({ format: 'jwk' }).x ?? '',
    seed: new Uint8Array(Buffer.from(exported.d ?? '', 'base64url')),
  };
}

export function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
}

export function publicKeyOf(seed: Uint8Array): string {
  return createPublicKey(privateKeyOf(seed)).export({ format: 'jwk' }).x ?? '';
}

/** base64url signature. */
export function signEd25519(key: KeyObject, bytes: Uint8Array): string {
  return sign(null, bytes, key).toString('base64url');
}

/** False also for keys and signatures that are not well formed. */
export function verifyEd25519Bytes(bytes: Uint8Array, signature: string, publicKey: string): boolean {
  const raw = decodeBase64Url(signature);
  if (raw === null || raw.length !== 64 || decodeBase64Url(publicKey)?.length !== 32) return false;
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    return verify(null, bytes, key, raw);
  } catch {
    return false;
  }
}

/** Strict: one text for one value, so that a signature cannot be rewritten into a second valid spelling. */
export function decodeBase64Url(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? new Uint8Array(bytes) : null;
}
