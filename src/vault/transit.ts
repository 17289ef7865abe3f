/**
 * What travels from a desk to its hub, and what goes onto a disk: sealed to the hub's X25519 key. Layout: `LKT1` ‖ length of
 * the wrapped key (2 bytes, big-endian) ‖ wrapped key (HPKE, RFC 9180) ‖ AES-256-GCM ciphertext ‖ tag. Key and nonce are made
 * once for a bundle and kept by the sender, so that an upload that was broken off goes on with the very same bytes.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { hpkeOpen, hpkeSeal } from './hpke.ts';
import { SealBroken } from './sealing.ts';

const magic = Buffer.from('LKT1', 'latin1');
const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;

/** Secret: belongs sealed wherever it is kept. */
export interface TransitKey {
  /** Content key ‖ nonce. */
  readonly secret: Uint8Array;
  /** The same for the hub only. */
  readonly wrapped: Uint8Array;
}

export async function newTransitKey(hubKey: string, about: readonly string[]): Promise<TransitKey> {
  const secret = new Uint8Array(randomBytes(keyLength + nonceLength));
  return { secret, wrapped: await hpkeSeal(hubKey, 'content-key', secret, ['transit', ...about]) };
}

/** The same bytes for the same key and plain text. One key seals one text only. */
export function sealForTransit(
  { secret, wrapped }: TransitKey,
  plain: Uint8Array,
  about: readonly string[],
): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', secret.subarray(0, keyLength), secret.subarray(keyLength), {
    authTagLength: tagLength,
  });
  cipher.setAAD(aadOf(about));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  const body = [cipher.update(plain), cipher.final()];
  return new Uint8Array(Buffer.concat([magic, length, wrapped, ...body, cipher.getAuthTag()]));
}

/** Throws `SealBroken`. */
export async function openFromTransit(
  privateKey: Uint8Array,
  sealed: Uint8Array,
  about: readonly string[],
): Promise<Uint8Array> {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
  if (bytes.length < 6 + tagLength || !bytes.subarray(0, 4).equals(magic)) throw new SealBroken('transit');
  const end = 6 + bytes.readUInt16BE(4);
  if (bytes.length < end + tagLength) throw new SealBroken('transit');
  const secret = await hpkeOpen(privateKey, 'content-key', bytes.subarray(6, end), ['transit', ...about]);
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret.subarray(0, keyLength), secret.subarray(keyLength), {
      authTagLength: tagLength,
    });
    decipher.setAAD(aadOf(about));
    decipher.setAuthTag(bytes.subarray(bytes.length - tagLength));
    const plain = decipher.update(bytes.subarray(end, bytes.length - tagLength));
    decipher.final();
    return new Uint8Array(plain);
  } catch {
    throw new SealBroken('transit');
  }
}

function aadOf(about: readonly string[]): Buffer {
  return Buffer.from(JSON.stringify(['LKT1', ...about]), 'utf8');
}
