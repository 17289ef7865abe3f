/** What sealing and opening need of the house; a `ServiceContext` fits. */
import type { Store } from '../../store/open-store.ts';
import type { Vault } from '../../vault/vault.ts';

export interface EvidenceContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: () => Date;
  readonly ids: { next(prefix: string): string };
}

/** Authenticated with the envelope: an envelope put under another nonce or organisation does not open. */
export function envelopeContext(orgId: string, nonce: string): string {
  return JSON.stringify(['capture', orgId, nonce]);
}
