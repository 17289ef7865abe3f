/**
 * The keys of an installation by purpose and generation. An installation that never rotated has the first generation of
 * each, derived from its master key; from the first rotation on all of them lie in `installation.json`, sealed under the
 * master key (`LKR1`), so that one purpose can get a new key while what older generations sealed stays readable.
 */
import { hkdfSync } from 'node:crypto';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { deriveSubKeys, keyPurposes, type KeyPurpose } from './keys.ts';
import { keyLength, openUnder, SealBroken, sealUnder } from './sealing.ts';

const RingSchema = Type.Object(
  {
    keys: Type.Array(
      Type.Object(
        {
          purpose: Type.Unsafe<KeyPurpose>({ type: 'string', enum: [...keyPurposes] }),
          generation: Type.Integer({ minimum: 1, maximum: 0xffff_ffff }),
          createdAt: Type.String({ maxLength: 40 }),
          /** `next`: made, not in use yet (the database's, until its file was written anew). */
          state: Type.Unsafe<KeyState>({ type: 'string', enum: ['current', 'next', 'retired'] }),
          retiredAt: Type.Optional(Type.String({ maxLength: 40 })),
          /** base64, 32 bytes. */
          key: Type.String({ minLength: 44, maxLength: 44 }),
        },
        { additionalProperties: false },
      ),
      { minItems: keyPurposes.length, maxItems: 10_000 },
    ),
  },
  { additionalProperties: false },
);
export type KeyState = 'current' | 'next' | 'retired';
export type Keyring = Static<typeof RingSchema>;
export type RingKey = Keyring['keys'][number];

/** What `loket keys list` shows: never material. */
export interface KeyInfo {
  readonly id: string;
  readonly purpose: string;
  readonly algorithm: string;
  readonly createdAt: string;
  readonly state: KeyState;
  readonly retiredAt: string | null;
}

/** The key that seals the keyring: HKDF-SHA256 of the master key, info `loket/v1/keyring`. */
export function keyringKey(masterKey: Uint8Array, installationId: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, installationId, 'loket/v1/keyring', keyLength));
}

/** The keys of an installation that has not rotated yet. */
export function firstKeyring(masterKey: Uint8Array, installationId: string, createdAt: string): Keyring {
  const derived = deriveSubKeys(masterKey, installationId);
  return {
    keys: keyPurposes.map((purpose) => ({
      purpose,
      generation: 1,
      createdAt,
      state: 'current' as const,
      key: Buffer.from(derived[purpose]).toString('base64'),
    })),
  };
}

/** base64 of `LKR1` ‖ nonce ‖ ciphertext ‖ tag. */
export function sealKeyring(ring: Keyring, key: Uint8Array, installationId: string): string {
  const plain = Buffer.from(JSON.stringify(ring), 'utf8');
  return Buffer.from(sealUnder('keyring', key, plain, [installationId])).toString('base64');
}

/** Throws `SealBroken`. */
export function openKeyring(sealed: string, key: Uint8Array, installationId: string): Keyring {
  const plain = openUnder('keyring', key, Buffer.from(sealed, 'base64'), [installationId]);
  const ring: unknown = JSON.parse(Buffer.from(plain).toString('utf8'));
  if (!Value.Check(RingSchema, ring) || keyPurposes.some((purpose) => currentOf(ring, purpose) === undefined))
    throw new SealBroken('keyring');
  return ring;
}

function currentOf(ring: Keyring, purpose: KeyPurpose): RingKey | undefined {
  return ring.keys.find((one) => one.purpose === purpose && one.state === 'current');
}

export function currentKey(ring: Keyring, purpose: KeyPurpose): RingKey {
  const found = currentOf(ring, purpose);
  if (found === undefined) throw new Error(`the keyring has no current key for ${purpose}`);
  return found;
}

export function keyBytes(key: RingKey): Uint8Array {
  return new Uint8Array(Buffer.from(key.key, 'base64'));
}

/** A new key takes over at once; the one before stays, `retired`, to open what it sealed. */
export function withNewKey(ring: Keyring, purpose: KeyPurpose, key: Uint8Array, now: string): Keyring {
  const fresh = newKey(ring, purpose, key, now, 'current');
  const keys = ring.keys.map((one) =>
    one.purpose === purpose && one.state === 'current' ? { ...one, state: 'retired' as const, retiredAt: now } : one,
  );
  return { keys: [...keys, fresh] };
}

/** A new key that waits for `withNextInUse`. */
export function withNextKey(ring: Keyring, purpose: KeyPurpose, key: Uint8Array, now: string): Keyring {
  return { keys: [...ring.keys, newKey(ring, purpose, key, now, 'next')] };
}

function newKey(ring: Keyring, purpose: KeyPurpose, key: Uint8Array, now: string, state: KeyState): RingKey {
  const last = Math.max(0, ...ring.keys.filter((one) => one.purpose === purpose).map((one) => one.generation));
  return { purpose, generation: last + 1, createdAt: now, state, key: Buffer.from(key).toString('base64') };
}

/** The waiting key is the current one from now on; the one before is forgotten: nothing is sealed under it any more. */
export function withNextInUse(ring: Keyring, purpose: KeyPurpose): Keyring {
  const next = ring.keys.find((one) => one.purpose === purpose && one.state === 'next');
  if (next === undefined) return ring;
  const others = ring.keys.filter((one) => one.purpose !== purpose);
  return { keys: [...others, { ...next, state: 'current' }] };
}

export function withoutRetired(ring: Keyring, purpose: KeyPurpose, generations: readonly number[]): Keyring {
  return {
    keys: ring.keys.filter(
      (one) => !(one.purpose === purpose && one.state === 'retired' && generations.includes(one.generation)),
    ),
  };
}

const algorithms: Readonly<Record<KeyPurpose, string>> = {
  database: 'AES-256-CBC + HMAC-SHA512 (SQLCipher 4)',
  'customer-wrapping': 'AES-256-GCM',
  secrets: 'AES-256-GCM',
  'blind-index': 'HMAC-SHA256',
  'audit-subject': 'HMAC-SHA256',
  'desk-key': 'AES-256-GCM',
};

export function ringInventory(ring: Keyring): KeyInfo[] {
  return ring.keys.map((one) => ({
    id: `${one.purpose}/${one.generation}`,
    purpose: one.purpose,
    algorithm: algorithms[one.purpose],
    createdAt: one.createdAt,
    state: one.state,
    retiredAt: one.retiredAt ?? null,
  }));
}
