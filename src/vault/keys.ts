/** One master key, many purposes: HKDF-SHA256 (RFC 5869) separates them, so that none stands for another. */
import { createHmac, hkdfSync } from 'node:crypto';
import { keptKey, keyLength } from './sealing.ts';

export const keyPurposes = [
  'database',
  'customer-wrapping',
  'secrets',
  'blind-index',
  'audit-subject',
  'desk-key',
] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export type SubKeys = Readonly<Record<KeyPurpose, Uint8Array>>;

/** salt = installation id, info = `loket/v1/<purpose>`, 32 bytes each. */
export function deriveSubKeys(masterKey: Uint8Array, installationId: string): SubKeys {
  const derive = (purpose: KeyPurpose): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', masterKey, installationId, `loket/v1/${purpose}`, keyLength));
  return Object.fromEntries(keyPurposes.map((purpose) => [purpose, derive(purpose)])) as Record<KeyPurpose, Uint8Array>;
}

/** HMAC-SHA256 (hex) over the JSON array of the parts: unambiguous however the parts are cut. `key` is of the ring. */
export function keyedHash(key: Uint8Array, parts: readonly string[]): string {
  return createHmac('sha256', keptKey(key)).update(JSON.stringify(parts)).digest('hex');
}
