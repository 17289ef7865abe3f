/**
 * The plain bytes of an encrypted database as they lie in its files: every page of the main file, the free ones too, and
 * every frame of the write-ahead log, used or not. SQLCipher 4: AES-256-CBC, the IV and a HMAC in the last 80 bytes of
 * each page, a salt in the first 16 of the first.
 */
import { createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

const pageSize = 4096;
const reserved = 80;
const saltLength = 16;
const walHeader = 32;
const frameHeader = 24;

export function decryptedFiles(path: string, keyHex: string): Buffer {
  const main = readFileSync(path);
  const pages: Buffer[] = [];
  for (let at = 0; at + pageSize <= main.length; at += pageSize) {
    pages.push(decryptPage(main.subarray(at, at + pageSize), keyHex, at === 0));
  }
  const wal = existsSync(`${path}-wal`) ? readFileSync(`${path}-wal`) : Buffer.alloc(0);
  for (let at = walHeader; at + frameHeader + pageSize <= wal.length; at += frameHeader + pageSize) {
    const number = wal.readUInt32BE(at);
    pages.push(decryptPage(wal.subarray(at + frameHeader, at + frameHeader + pageSize), keyHex, number === 1));
  }
  return Buffer.concat(pages);
}

function decryptPage(page: Buffer, keyHex: string, first: boolean): Buffer {
  const iv = page.subarray(pageSize - reserved, pageSize - reserved + 16);
  const decipher = createDecipheriv('aes-256-cbc', Buffer.from(keyHex, 'hex'), iv).setAutoPadding(false);
  const body = page.subarray(first ? saltLength : 0, pageSize - reserved);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}
