/** The key a capture travels under, made once and kept sealed until the hub has answered: an upload goes on with equal bytes. */
import { readInstallationValue, writeInstallationValue } from '../../store/installation-values.ts';
import type { ServiceContext } from '../../services/context.ts';
import { newTransitKey, type TransitKey } from '../../vault/transit.ts';

type Parts = Pick<ServiceContext, 'store' | 'vault'>;
const keyOf = (nonce: string): string => `transit.${nonce}`;

export async function transitKeyFor(
  ctx: Parts,
  nonce: string,
  hubKey: string,
  about: readonly string[],
): Promise<TransitKey> {
  const kept = await readInstallationValue<{ hub: string; sealed: string; wrapped: string }>(
    ctx.store.db,
    keyOf(nonce),
  );
  if (kept?.hub === hubKey) {
    const secret = ctx.vault.openSecret(Buffer.from(kept.sealed, 'base64'), keyOf(nonce));
    return { secret, wrapped: new Uint8Array(Buffer.from(kept.wrapped, 'base64')) };
  }
  const made = await newTransitKey(hubKey, about);
  const sealed = Buffer.from(ctx.vault.sealSecret(made.secret, keyOf(nonce))).toString('base64');
  const wrapped = Buffer.from(made.wrapped).toString('base64');
  await ctx.store.transaction((trx) => writeInstallationValue(trx, keyOf(nonce), { hub: hubKey, sealed, wrapped }));
  return made;
}

export async function forgetTransitKey(ctx: Parts, nonce: string): Promise<void> {
  await ctx.store.transaction((trx) => trx.deleteFrom('installation').where('key', '=', keyOf(nonce)).execute());
}
