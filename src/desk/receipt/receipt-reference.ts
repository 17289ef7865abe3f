/**
 * The reference a receipt carries in its QR code: the signed checkpoint of the audit log as it stood when the receipt was
 * made, and the bundles' hashes. With it the bank or a court can later show that the log still holds these rows and that the
 * sealed evidence is the one of this visit. No personal data.
 *
 * `LOKET2 <base64url hash> …` on the first line, then the C2SP signed note, so that any tool that reads notes can check it.
 * Before there is a checkpoint: `LOKET1:A:<seq>:<hash>:B:<hash>[:B:<hash>…]`, a bare point of the chain.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { base64urlnopad } from '@scure/base';
import type { ChainHead } from '../../core/audit/chain.ts';
import { readCheckpoint, readNote } from '../../core/audit/checkpoint.ts';

export interface ReceiptReference {
  readonly audit: ChainHead | null;
  /** Signed note; null in the old form. */
  readonly note: string | null;
  /** SHA-256 (hex) of the signed bytes of each bundle. */
  readonly bundleHashes: readonly string[];
}

export function writeReference(reference: {
  readonly audit: ChainHead;
  readonly note?: string | null;
  readonly bundleHashes: readonly string[];
}): string {
  const { audit, note, bundleHashes } = reference;
  if (note === undefined || note === null) {
    return ['LOKET1', 'A', String(audit.seq), audit.hash, ...bundleHashes.flatMap((hash) => ['B', hash])]
      .join(':')
      .toUpperCase();
  }
  const hashes = bundleHashes.map((hash) => base64urlnopad.encode(hexToBytes(hash)));
  return `${['LOKET2', ...hashes].join(' ')}\n${note}`;
}

/** Null for text that is no reference of these forms. Whether the note is signed by the right key is not looked at. */
export function readReference(text: string): ReceiptReference | null {
  return text.startsWith('LOKET2') ? readSigned(text) : readBare(text);
}

function readSigned(text: string): ReceiptReference | null {
  const [first = '', ...rest] = text.split('\n');
  const match = /^LOKET2((?: [A-Za-z0-9_-]{43})*)$/.exec(first);
  const note = rest.join('\n');
  const signed = readNote(note);
  if (match === null || signed === null || readCheckpoint(signed.text) === null) return null;
  const encoded = (match[1] ?? '').split(' ').filter((part) => part !== '');
  try {
    return { audit: null, note, bundleHashes: encoded.map((hash) => bytesToHex(base64urlnopad.decode(hash))) };
  } catch {
    return null;
  }
}

function readBare(text: string): ReceiptReference | null {
  const match = /^LOKET1:A:(\d{1,15}):([0-9A-F]{64})((?::B:[0-9A-F]{64})*)$/i.exec(text.trim());
  if (match === null) return null;
  const [, seq = '', hash = '', bundles = ''] = match;
  const bundleHashes = [...bundles.matchAll(/:B:([0-9A-F]{64})/gi)].map(([, found = '']) => found.toLowerCase());
  return { audit: { seq: Number(seq), hash: hash.toLowerCase() }, note: null, bundleHashes };
}
