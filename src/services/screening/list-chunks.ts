/** Entries in pieces as they lie in the store: JSON lines, deflated, sealed by the installation key. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { ListEntry } from '../../contract/screening.ts';
import type { Vault } from '../../vault/vault.ts';

export const chunkEntries = 500;
/** A piece of 500 entries is never larger: more is not ours. */
const mostChunk = 64 * 1024 * 1024;

export const chunkId = (packId: string, number: number): string => `${packId}:${number}`;
export const chunkContext = (packId: string, number: number): string => `list-chunk:${chunkId(packId, number)}`;

export function sealChunk(
  vault: Pick<Vault, 'sealSecret'>,
  packId: string,
  number: number,
  entries: readonly ListEntry[],
): Uint8Array {
  const plain = deflateRawSync(Buffer.from(JSON.stringify(entries)), { level: 6 });
  return vault.sealSecret(plain, chunkContext(packId, number));
}

export function openChunk(
  vault: Pick<Vault, 'openSecret'>,
  packId: string,
  number: number,
  sealed: Uint8Array,
): readonly ListEntry[] {
  const plain = inflateRawSync(vault.openSecret(sealed, chunkContext(packId, number)), { maxOutputLength: mostChunk });
  return JSON.parse(plain.toString('utf8')) as ListEntry[];
}

/** SHA-256 over the entries in order, whatever pieces they lie in. */
export class EntriesHash {
  readonly #hash = sha256.create();
  add(entry: ListEntry): void {
    this.#hash.update(new TextEncoder().encode(`${JSON.stringify(entry)}\n`));
  }
  digest(): string {
    return bytesToHex(this.#hash.digest());
  }
}

/** A UUID (version 8, RFC 9562) of list and publisher's id: the same in every issue. */
export function entryId(listId: string, sourceId: string): string {
  const bytes = sha256(new TextEncoder().encode(JSON.stringify([listId, sourceId]))).slice(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytesToHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
