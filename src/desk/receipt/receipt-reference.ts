/**
 * The reference a receipt carries in its QR code: a point of the audit chain and the bundles' hashes. With it the bank can
 * later show that the log still holds this row and that the sealed evidence is the one of this visit. No personal data.
 *
 * `LOKET1:A:<seq>:<hash>:B:<hash>[:B:<hash>…]`, upper case, so that the QR code's compact alphanumeric mode applies.
 */
import type { ChainHead } from '../../core/audit/chain.ts';

export interface ReceiptReference {
  readonly audit: ChainHead;
  /** SHA-256 (hex) of the signed bytes of each bundle. */
  readonly bundleHashes: readonly string[];
}

export function writeReference({ audit, bundleHashes }: ReceiptReference): string {
  return ['LOKET1', 'A', String(audit.seq), audit.hash, ...bundleHashes.flatMap((hash) => ['B', hash])]
    .join(':')
    .toUpperCase();
}

/** Null for text that is no reference of this format. */
export function readReference(text: string): ReceiptReference | null {
  const match = /^LOKET1:A:(\d{1,15}):([0-9A-F]{64})((?::B:[0-9A-F]{64})*)$/i.exec(text.trim());
  if (match === null) return null;
  const [, seq = '', hash = '', bundles = ''] = match;
  const bundleHashes = [...bundles.matchAll(/:B:([0-9A-F]{64})/gi)].map(([, found = '']) => found.toLowerCase());
  return { audit: { seq: Number(seq), hash: hash.toLowerCase() }, bundleHashes };
}
