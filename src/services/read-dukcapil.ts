/** Reading what came with a verdict of Dukcapil: the reason on the customer page, the raw answer for compliance only. */
import { fail, ok, type Result } from '../contract/result.ts';
import { findCustomerKey } from '../store/repositories/customers.ts';
import { findDukcapilVerdict, findLatestDukcapilVerdict } from '../store/repositories/dukcapil-verdicts.ts';
import type { Actor, ServiceContext } from './context.ts';
import { dukcapilContexts } from './ingest-dukcapil.ts';
import { recordAudit } from './record-audit.ts';
import { checkSignIn } from './sign-in.ts';

export interface DukcapilStanding {
  readonly verificationId: string;
  readonly status: 'verified' | 'failed';
  readonly reason: string | null;
  readonly createdAt: string;
}

const analysts: readonly (Actor['role'] | undefined)[] = ['supervisor', 'analyst', 'compliance', 'admin'];

/** Analysts and whoever decides see why Dukcapil declined; a key needs `internal`. */
export function maySeeDukcapilReason(actor: Actor): boolean {
  if (actor.kind === 'api_key') return (actor.scopes ?? []).includes('internal');
  return actor.kind === 'user' && analysts.includes(actor.role);
}

/** The newest verdict; null when there is none, or the actor may not see it. */
export async function dukcapilStanding(
  ctx: ServiceContext,
  actor: Actor,
  customerId: string,
): Promise<DukcapilStanding | null> {
  if (!maySeeDukcapilReason(actor)) return null;
  const row = await findLatestDukcapilVerdict(ctx.store.db, actor.orgId, customerId);
  if (row === null) return null;
  const context = dukcapilContexts.reason(row.verification_id);
  return {
    verificationId: row.verification_id,
    status: row.valid === 1 ? 'verified' : 'failed',
    reason: await openText(ctx, actor.orgId, customerId, row.reason_sealed, context),
    createdAt: row.created_at,
  };
}

async function openText(
  ctx: ServiceContext,
  orgId: string,
  customerId: string,
  sealed: Uint8Array | null,
  context: string,
): Promise<string | null> {
  const wrappedKey = sealed === null ? null : await findCustomerKey(ctx.store.db, orgId, customerId);
  if (sealed === null || wrappedKey === null) return null;
  return new TextDecoder().decode(ctx.vault.openForCustomer(wrappedKey, customerId, sealed, context));
}

/**
 * The answer of Dukcapil as it came, as JSON text, for a compliance user who proves by his password that it is him:
 * whoever can start a command on the server is not yet somebody who may read this. Recorded in his name; wrong passwords
 * count towards his lock. Errors: `invalid_credentials`, `account_locked`, `forbidden` (not compliance), `not_found` (no
 * verdict, none of his organisation, no raw answer, or shredded).
 */
export async function readDukcapilRaw(
  ctx: ServiceContext,
  input: { readonly verificationId: string; readonly email: string; readonly password: string },
): Promise<Result<string>> {
  const checked = await checkSignIn(ctx, input);
  if (!checked.ok) return checked;
  const user = checked.value;
  if (user.role !== 'compliance') return fail('forbidden', 'only a compliance user of the organisation may read this');
  const row = await findDukcapilVerdict(ctx.store.db, user.org_id, input.verificationId);
  if (row === null) return fail('not_found', 'there is no verdict of Dukcapil with this verification id');
  const context = dukcapilContexts.raw(row.verification_id);
  const text = await openText(ctx, user.org_id, row.customer_id, row.raw_sealed, context);
  if (text === null) return fail('not_found', 'no raw answer was kept, or it was erased');
  const actor: Actor = { kind: 'user', id: user.id, orgId: user.org_id, role: 'compliance' };
  await ctx.store.transaction((trx) =>
    recordAudit(ctx, trx, actor, {
      event: 'dukcapil.raw_viewed',
      customerId: row.customer_id,
      objectId: row.verification_id,
      detail: { channel: 'command line', by: 'password' },
    }),
  );
  return ok(text);
}
