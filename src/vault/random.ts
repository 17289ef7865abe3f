/** Randomness, plain hashes and constant-time comparison for the rooms that may not import a crypto library. */
import {
  createHash,
  hash,
  randomBytes as nodeRandomBytes,
  randomInt as nodeRandomInt,
  timingSafeEqual,
} from 'node:crypto';

export function randomBytes(length: number): Uint8Array {
  return new Uint8Array(nodeRandomBytes(length));
}

/** An opaque token of `bytes` random bytes, base64url without padding. */
export function randomToken(bytes: number): string {
  return nodeRandomBytes(bytes).toString('base64url');
}

const poolBytes = 4096;
let pool = Buffer.alloc(0);
let taken = poolBytes;

/**
 * As `randomToken`, for names that guard nothing (request ids): drawn from a block, because asking the system each time
 * costs more than a short answer.
 */
export function randomName(bytes: number): string {
  if (taken + bytes > pool.length) {
    pool = nodeRandomBytes(Math.max(poolBytes, bytes));
    taken = 0;
  }
  taken += bytes;
  return pool.toString('base64url', taken - bytes, taken);
}

/** Uniform integer in 0 … maxExclusive − 1. */
export function randomInt(maxExclusive: number): number {
  return nodeRandomInt(maxExclusive);
}

/** SHA-256 as hex. Text is hashed as UTF-8. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** Equality without telling through time where two texts differ. Both are hashed first, so lengths do not show either. */
export function timingSafeEqualText(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}
