/**
 * AES-256-GCM (NIST SP 800-38D) with 96-bit random nonces and 128-bit tags, and the versioned binary layouts of
 * README.md. Additional authenticated data is the UTF-8 JSON of an array of strings: unambiguous and easy to repeat.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';

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

type Key = Uint8Array | KeyObject;
const handles = new WeakMap<Uint8Array, KeyObject>();

/**
 * The key as OpenSSL holds it. Making that from bytes costs several times what sealing a short row does, so it is kept for as
 * long as the bytes are. Only for keys of the ring: their bytes never change, and live as long as the process.
 */
export function keptKey(key: Uint8Array): KeyObject {
  const known = handles.get(key);
  if (known !== undefined) return known;
  const made = createSecretKey(key);
  handles.set(key, made);
  return made;
}

/** Where sealed bytes are put together; `length` bytes, all of which are written. */
export type TakeRoom = (length: number) => Uint8Array;

/** nonce ‖ ciphertext ‖ tag, appended to `prefix`. Pieces are sealed as if they were one. */
export function encrypt(
  key: Key,
  plain: Uint8Array | readonly Uint8Array[],
  aad: readonly string[],
  prefix: Uint8Array,
  take: TakeRoom = freshRoom,
): Uint8Array {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(Buffer.from(JSON.stringify(aad), 'utf8'));
  const pieces = plain instanceof Uint8Array ? [plain] : plain;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const sealed = take(prefix.length + nonceLength + length + tagLength);
  sealed.set(prefix);
  sealed.set(nonce, prefix.length);
  let at = prefix.length + nonceLength;
  // In GCM as many bytes come out as go in, and nothing is left for the end.
  for (const piece of pieces) {
    sealed.set(cipher.update(piece), at);
    at += piece.length;
  }
  cipher.final();
  sealed.set(cipher.getAuthTag(), at);
  return sealed;
}

export function decrypt(key: Key, sealed: Uint8Array, aad: readonly string[], what: string): Uint8Array {
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

/** Every byte is written, so the memory need not be cleared first. */
function freshRoom(length: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(length).buffer, 0, length);
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
  /** All keys of the installation under its master key. */
  keyring: 'LKR1',
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
export function sealUnder(what: Sealable, key: Key, plain: Uint8Array, aad: readonly string[]): Uint8Array {
  return encrypt(key, plain, [magics[what], ...aad], magicBytes(what));
}

/** Throws `SealBroken`. */
export function openUnder(what: Sealable, key: Key, sealed: Uint8Array, aad: readonly string[]): Uint8Array {
  return decrypt(key, withoutMagic(what, sealed), [magics[what], ...aad], what);
}

/** The layouts whose key has generations: from the second on the generation stands after a magic of its own. */
const laterMagics = { customer_key: 'LKC2', secret: 'LKS2' } as const;
type Generational = keyof typeof laterMagics;
const generationLength = 4;

/** Which generation of its key opens this; null when it is nothing of the kind. */
export function generationOf(what: Generational, sealed: Uint8Array): number | null {
  const magic = new TextDecoder().decode(sealed.subarray(0, 4));
  if (magic === magics[what]) return 1;
  if (magic !== laterMagics[what] || sealed.length < 4 + generationLength) return null;
  return new DataView(sealed.buffer, sealed.byteOffset + 4, generationLength).getUint32(0);
}

/** As `sealUnder` for the first generation; later: magic ‖ generation (big-endian) ‖ nonce ‖ ciphertext ‖ tag. */
export function sealUnderGeneration(
  what: Generational,
  generation: number,
  key: Uint8Array,
  plain: Uint8Array,
  aad: readonly string[],
): Uint8Array {
  if (generation === 1) return sealUnder(what, keptKey(key), plain, aad);
  const prefix = new Uint8Array(4 + generationLength);
  prefix.set(new TextEncoder().encode(laterMagics[what]));
  new DataView(prefix.buffer).setUint32(4, generation);
  return encrypt(keptKey(key), plain, [laterMagics[what], String(generation), ...aad], prefix);
}

/** `keyOf` gives the key of a generation, or undefined. Throws `SealBroken`. */
export function openUnderGeneration(
  what: Generational,
  keyOf: (generation: number) => Uint8Array | undefined,
  sealed: Uint8Array,
  aad: readonly string[],
): Uint8Array {
  const generation = generationOf(what, sealed);
  const key = generation === null ? undefined : keyOf(generation);
  if (generation === null || key === undefined) throw new SealBroken(what);
  if (generation === 1) return openUnder(what, keptKey(key), sealed, aad);
  const body = sealed.subarray(4 + generationLength);
  return decrypt(keptKey(key), body, [laterMagics[what], String(generation), ...aad], what);
}

const wrappedContentKeyLength = nonceLength + keyLength + tagLength;

/** magic ‖ wrapped content key (60 bytes) ‖ nonce ‖ ciphertext ‖ tag: a fresh content key for every envelope. */
export function sealEnvelope(
  dataKey: Uint8Array,
  plain: Uint8Array | readonly Uint8Array[],
  aad: readonly string[],
  take?: TakeRoom,
): Uint8Array {
  const contentKey = randomBytes(keyLength);
  const header = encrypt(dataKey, contentKey, [magics.envelope, 'key', ...aad], magicBytes('envelope'));
  const envelope = encrypt(contentKey, plain, [magics.envelope, 'content', ...aad], header, take);
  contentKey.fill(0);
  return envelope;
}

/** The content key of an envelope, to be wrapped for another reader. Throws `SealBroken`. */
export function contentKeyOf(dataKey: Uint8Array, sealed: Uint8Array, aad: readonly string[]): Uint8Array {
  const wrapped = withoutMagic('envelope', sealed).subarray(0, wrappedContentKeyLength);
  const contentKey = decrypt(dataKey, wrapped, [magics.envelope, 'key', ...aad], 'envelope');
  if (contentKey.length !== keyLength) throw new SealBroken('envelope');
  return contentKey;
}

/** The content of an envelope, for who was given its content key. Throws `SealBroken`. */
export function openContent(contentKey: Uint8Array, sealed: Uint8Array, aad: readonly string[]): Uint8Array {
  const body = withoutMagic('envelope', sealed).subarray(wrappedContentKeyLength);
  return decrypt(contentKey, body, [magics.envelope, 'content', ...aad], 'envelope');
}

/** Throws `SealBroken`. */
export function openEnvelope(dataKey: Uint8Array, sealed: Uint8Array, aad: readonly string[]): Uint8Array {
  const contentKey = contentKeyOf(dataKey, sealed, aad);
  const plain = openContent(contentKey, sealed, aad);
  contentKey.fill(0);
  return plain;
}
