/** Answers kept for a repeated `Idempotency-Key`. They may hold secrets shown once or personal data, so they wait sealed. */
import { deleteIdempotent, listKeyedAnswers } from '../store/repositories/idempotency.ts';
import type { Db } from '../store/repositories/types.ts';
import type { ServiceContext } from './context.ts';

const context = (key: string): string => `idempotency:${key}`;

export function sealAnswer(ctx: Pick<ServiceContext, 'vault'>, key: string, body: unknown): string {
  const sealed = ctx.vault.sealSecret(new TextEncoder().encode(JSON.stringify(body)), context(key));
  return JSON.stringify({ sealed: Buffer.from(sealed).toString('base64') });
}

/** The JSON text of the answer. Throws `SealBroken`. */
export function openAnswer(ctx: Pick<ServiceContext, 'vault'>, key: string, stored: string): string {
  const { sealed } = JSON.parse(stored) as { sealed: string };
  return new TextDecoder().decode(ctx.vault.openSecret(Buffer.from(sealed, 'base64'), context(key)));
}

const slice = 200;

/** Forgets every kept answer that speaks of this customer. There is a day of them at most. Returns how many. */
export async function forgetAnswersAbout(
  ctx: Pick<ServiceContext, 'vault'>,
  trx: Db,
  orgId: string,
  customerId: string,
): Promise<number> {
  let forgotten = 0;
  for (let after = ''; ;) {
    const rows = await listKeyedAnswers(trx, orgId, after, slice);
    for (const row of rows) {
      if (!openAnswer(ctx, row.key, row.response).includes(customerId)) continue;
      await deleteIdempotent(trx, orgId, row.key);
      forgotten += 1;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < slice) return forgotten;
    after = last.key;
  }
}
