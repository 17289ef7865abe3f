/** Counters of this desk that only go up, kept in the transaction of what they number. */
import type { Kysely } from 'kysely';
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { Database } from '../../store/schema.ts';

/** The next number, from 1. `name` says of what: `challenge`. */
export async function nextDeskCounter(trx: Kysely<Database>, deskId: string, name: string): Promise<number> {
  const key = `desk.counter.${name}.${deskId}`;
  const next = ((await readInstallationValue<number>(trx, key)) ?? 0) + 1;
  await writeInstallationValue(trx, key, next);
  return next;
}

/** The end of the desk's chain of bundles. */
export interface BundleChainHead {
  readonly counter: number;
  /** SHA-256 (hex) of the last bundle's signed bytes; null before the first. */
  readonly hash: string | null;
}

/** Where the end of the chain is noted (`installation-values.ts`). */
export const bundleChainKey = (deskId: string): string => `desk.bundles.${deskId}`;

export async function moveBundleChain(trx: Kysely<Database>, deskId: string, head: BundleChainHead): Promise<void> {
  await writeInstallationValue(trx, bundleChainKey(deskId), head);
}
