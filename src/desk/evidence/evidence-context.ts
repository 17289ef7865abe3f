/** What sealing and opening need of the house; a `ServiceContext` fits. */
import type { Store } from '../../store/open-store.ts';
import type { Vault } from '../../vault/vault.ts';

export interface EvidenceContext {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: () => Date;
  readonly ids: { next(prefix: string): string };
}

export { envelopeContext } from '../../vault/bundle-file.ts';
