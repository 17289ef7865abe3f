/**
 * Pages of the encrypted database from one raw key to another, one at a time and without opening the database: SQLCipher 4
 * (https://www.zetetic.net/sqlcipher/design/). A page of 4,096 bytes is AES-256-CBC ciphertext, 16 bytes of IV and a
 * HMAC-SHA512 over ciphertext, IV and the page's number (little-endian); the first 16 bytes of page 1 are the file's salt.
 */
import { createCipheriv, createDecipheriv, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

export const databasePageSize = 4096;
const saltLength = 16;
const ivAt = databasePageSize - 80;
const macAt = ivAt + 16;
/** Where a page's mark lies: it differs whenever the page was written again. */
const markLength = 8;

/** 8 bytes that change with every writing of the page, for telling changed pages from unchanged ones. */
export function pageMark(page: Uint8Array): Uint8Array {
  return page.subarray(macAt, macAt + markLength);
}

/** The mark of a page that was never written (all zeros): it is copied as it is. */
export const emptyMark: Uint8Array = new Uint8Array(markLength);

interface FileKey {
  readonly key: Buffer;
  readonly macKey: Buffer;
  readonly salt: Uint8Array;
}

function fileKey(hex: string, salt: Uint8Array): FileKey {
  const key = Buffer.from(hex, 'hex');
  const macSalt = salt.map((byte) => byte ^ 0x3a);
  return { key, macKey: pbkdf2Sync(key, macSalt, 2, 32, 'sha512'), salt: new Uint8Array(salt) };
}

export interface PageConverter {
  /** `page` under the new key; null: torn, damaged or under another key. `number` counts from 1. */
  convert(page: Uint8Array, number: number): Uint8Array | null;
}

/** `firstPage` is page 1 of the old file, for its salt; the new file gets a fresh one. */
export function pageConverter(firstPage: Uint8Array, fromHex: string, toHex: string): PageConverter {
  const from = fileKey(fromHex, firstPage.subarray(0, saltLength));
  const to = fileKey(toHex, randomBytes(saltLength));
  return {
    convert(page, number) {
      const start = number === 1 ? saltLength : 0;
      if (!timingSafeEqual(mac(from, page.subarray(start, macAt), number), page.subarray(macAt))) return null;
      const decipher = createDecipheriv('aes-256-cbc', from.key, page.subarray(ivAt, macAt)).setAutoPadding(false);
      const plain = decipher.update(page.subarray(start, ivAt));
      decipher.final();
      const fresh = new Uint8Array(databasePageSize);
      const iv = randomBytes(16);
      const cipher = createCipheriv('aes-256-cbc', to.key, iv).setAutoPadding(false);
      if (number === 1) fresh.set(to.salt);
      fresh.set(cipher.update(plain), start);
      cipher.final();
      plain.fill(0);
      fresh.set(iv, ivAt);
      fresh.set(mac(to, fresh.subarray(start, macAt), number), macAt);
      return fresh;
    },
  };
}

function mac({ macKey }: FileKey, bytes: Uint8Array, number: number): Buffer {
  const place = new Uint8Array(4);
  new DataView(place.buffer).setUint32(0, number, true);
  return createHmac('sha512', macKey).update(bytes).update(place).digest();
}
