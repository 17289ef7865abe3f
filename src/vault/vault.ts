/** What the vault promises to the rooms that use it. Implementations: `open-vault.ts`. Key bytes never leave here. */
import type { KeyInfo } from './keyring.ts';
import type { TakeRoom } from './sealing.ts';

/** A data key sealed by the installation key; destroying every copy is crypto-shredding. */
export type WrappedKey = Uint8Array;

export interface DeskIdentity {
  readonly id: string;
  /** base64url raw Ed25519 public key. */
  readonly publicKey: string;
  /** This key and those it replaced, newest first: what they signed stays checkable. */
  readonly publicKeys: readonly string[];
  /** base64url Ed25519 signature. */
  sign(bytes: Uint8Array): string;
}

export interface Vault {
  readonly installationId: string;
  /** Raw 32-byte key of the encrypted database, hex, for the store only. */
  databaseKeyHex(): string;
  /** That key, and while the database is being given a new one, both: a start in between opens with either. */
  databaseKeysHex(): readonly string[];
  readonly desk: DeskIdentity;

  newCustomerKey(customerId: string): WrappedKey;
  /** The same data key under the newest wrapping key; null when it lies under that one already. Throws `SealBroken`. */
  rewrapCustomerKey(wrapped: WrappedKey, customerId: string): WrappedKey | null;
  /**
   * AES-256-GCM under a fresh content key, wrapped by the customer's key. `context` is authenticated (AAD). Several pieces
   * are sealed as if they were one. `take` gives the memory for the result, where the caller has some to use again.
   */
  sealForCustomer(
    wrapped: WrappedKey,
    customerId: string,
    plain: Uint8Array | readonly Uint8Array[],
    context: string,
    take?: TakeRoom,
  ): Uint8Array;
  /** Throws `SealBroken` when the key, the context or a bit of the bytes is wrong. */
  openForCustomer(wrapped: WrappedKey, customerId: string, sealed: Uint8Array, context: string): Uint8Array;
  /** The customer's data key sealed to a registered public key (HPKE, base64url). Throws `SealBroken`. */
  customerKeyFor(publicKey: string, wrapped: WrappedKey, customerId: string): Promise<Uint8Array>;
  /** The content key of one envelope sealed to a registered public key: that reader opens this envelope and no other. */
  contentKeyFor(
    publicKey: string,
    wrapped: WrappedKey,
    customerId: string,
    sealed: Uint8Array,
    context: string,
  ): Promise<Uint8Array>;

  /** For secrets of the installation itself: challenge secrets, webhook secrets, provider credentials. */
  sealSecret(plain: Uint8Array, context: string): Uint8Array;
  openSecret(sealed: Uint8Array, context: string): Uint8Array;
  /** The same secret under the newest key; null when it lies under that one already. Throws `SealBroken`. */
  resealSecret(sealed: Uint8Array, context: string): Uint8Array | null;

  /** Keyed HMAC-SHA256 (hex): equality search over a NIK without the NIK. */
  blindIndex(orgId: string, value: string): string;
  /** Keyed pseudonym of a customer for audit leaves (hex). */
  subjectId(orgId: string, customerId: string): string;
  /** The organisation's keyed turn of a unit template (template-rotation.ts), for an index that shall hold none to read. */
  turnTemplate(orgId: string, template: Float32Array): Float32Array;

  /** All keys by id, purpose, algorithm, age and state; never material. */
  inventory(): readonly KeyInfo[];
}
