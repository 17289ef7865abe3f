/**
 * AES-256-GCM (NIST SP 800-38D) with 96-bit random nonces and 128-bit tags, and the versioned binary layouts of
 * README.md. Additional authenticated data is the UTF-8 JSON of an array of strings: unambiguous and easy to repeat.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const nonceLength = 12;
const tagLength = 16;
export const keyLength = 32;

/** A sealed value did not open: wrong key, wrong context, or changed bytes. Which of them cannot be told. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
  /** What was being opened: `envelope`, `customer_key`, `secret`, `master_key`, `desk_key`. Never content. */
  readonly what: string;
  constructor(what: string) {
    super(`the sealed ${what} does not open: wrong key or context, or its bytes were changed`);
    this.what = what;
  }
}

/** nonce ‖ ciphertext ‖ tag, appended to `prefix`. */
export function encrypt(key: Uint8Array, plain: Uint8Array, aad: readonly string[], prefix: Uint8Array): Uint8Array {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(JSON.stringify(aad), 'utf8'));
  const body = cipher.update(plain);
  const rest = cipher.final();
  return joinBytes([prefix, nonce, body, rest, cipher.getAuthTag()]);
}

export function decrypt(key: Uint8Array, sealed: Uint8Array, aad: readonly string[], what: string): Uint8Array {
  if (sealed.length < nonceLength + tagLength) throw new SealBroken(what);
  try {
    const nonce = sealed.subarray(0, nonceLength);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
    decipher.setAAD(Buffer.from(JSON.stringify(aad), 'utf8'));
    decipher.setAuthTag(sealed.subarray(sealed.length - tagLength));
    const body = decipher.update(sealed.subarray(nonceLength, sealed.length - tagLength));
    decipher.final();
    return new Uint8Array(body.buffer, body.byteOffset, body.length);
  } catch {
    throw new SealBroken(what);
  }
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  // Every byte is written below, so the memory need not be cleared first.
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer, 0, length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const magics = {
  /** Bundle envelope under a customer's key. */
  envelope: 'LKE1',
  /** A customer's data key under the installation. */
  customer_key: 'LKC1',
  /** A secret of the installation. */
  secret: 'LKS1',
  /** The desk's private key. */
  desk_key: 'LKD1',
  /** The master key under a key provider. */
  master_key: 'LKM1',
} as const;
type Sealable = keyof typeof magics;

function magicBytes(what: Sealable): Uint8Array {
  return new TextEncoder().encode(magics[what]);
}

function withoutMagic(what: Sealable, sealed: Uint8Array): Uint8Array {
  const magic = magicBytes(what);
  if (sealed.length < magic.length || magic.some((byte, index) => sealed[index] !== byte)) throw new SealBroken(what);
  return sealed.subarray(magic.length);
}

/** magic ‖ nonce ‖ ciphertext ‖ tag. The magic is part of the authenticated data. */
export function sealUnder(what: Sealable, key: Uint8Array, plain: Uint8Array, aad: readonly string[]): Uint8Array {
  return encrypt(key, plain, [magics[what], ...aad], magicBytes(what));
}

/** Throws `SealBroken`. */
export function openUnder(what: Sealable, key: Uint8Array, sealed: Uint8Array, aad: readonly string[]): Uint8Array {
  return decrypt(key, withoutMagic(what, sealed), [magics[what], ...aad], what);
}

const wrappedContentKeyLength = nonceLength + keyLength + tagLength;

/** magic ‖ wrapped content key (60 bytes) ‖ nonce ‖ ciphertext ‖ tag: a fresh content key for every envelope. */
export function sealEnvelope(dataKey: Uint8Array, plain: Uint8Array, aad: readonly string[]): Uint8Array {
  const contentKey = randomBytes(keyLength);
  const header = encrypt(dataKey, contentKey, [magics.envelope, 'key', ...aad], magicBytes('envelope'));
  const envelope = encrypt(contentKey, plain, [magics.envelope, 'content', ...aad], header);
  contentKey.fill(0);
  return envelope;
}

/** Throws `SealBroken`. */
export function openEnvelope(dataKey: Uint8Array, sealed: Uint8Array, aad: readonly string[]): Uint8Array {
  const body = withoutMagic('envelope', sealed);
  const wrapped = body.subarray(0, wrappedContentKeyLength);
  const contentKey = decrypt(dataKey, wrapped, [magics.envelope, 'key', ...aad], 'envelope');
  if (contentKey.length !== keyLength) throw new SealBroken('envelope');
  const plain = decrypt(
    contentKey,
    body.subarray(wrappedContentKeyLength),
    [magics.envelope, 'content', ...aad],
    'envelope',
  );
  contentKey.fill(0);
  return plain;
}
