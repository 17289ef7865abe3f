/** A row of the audit log as an entry of the tree: the 32 bytes of its chain hash, which bind the row and all before it. */
import { hexToBytes } from '@noble/hashes/utils.js';
import { leafHash, type Hash } from './merkle.ts';

/** `hash`: the row's chained hash, 64 hex digits. Leaf `index` is `seq` − 1. */
export function auditLeaf(hash: string): Hash {
  return leafHash(hexToBytes(hash));
}
