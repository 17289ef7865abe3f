/**
 * Carries out an order to wipe. Captures nobody has taken in are never destroyed in silence: unless the order says `immediately`,
 * the desk delivers as long as its time of grace lasts, and what is left then is written into files that only the hub can open.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WipeReceipt } from '../../contract/fleet.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { makeCheckpoint } from '../../services/audit/checkpoints.ts';
import { instant, minuteMs, plusMs, type ServiceContext } from '../../services/context.ts';
import { recordAudit } from '../../services/record-audit.ts';
import type { KeyProvider } from '../../vault/key-providers/key-provider.ts';
import { sha256 } from '../../vault/random.ts';
import { signText } from '../../vault/signed-text.ts';
import { wipeKeys, type WipeFault } from '../../vault/wipe-keys.ts';
import { exportOutbox } from '../sync/disk-transfer.ts';
import { hubLink } from '../sync/hub-link.ts';
import { outboxCounts } from '../sync/outbox-views.ts';
import type { HeldOrder } from './held-order.ts';

/** Captures in one file: it is put together in memory. */
const capturesInFile = 50;
/** What may hold plain copies: exports, uploads under way, packs, the browser's profile. */
const folders = ['exports', 'incoming', 'fleet', 'browser'];

export interface WipeParts {
  readonly ctx: ServiceContext;
  readonly orgId: string;
  readonly dataDirectory: string;
  readonly keyProvider: KeyProvider;
  /** Where a test lets the power fail. */
  readonly fault?: WipeFault;
}

/** Whether the order is due now: at once, when nothing waits and nobody is being served, or when the time of grace is over. */
export async function wipeIsDue(ctx: ServiceContext, orgId: string, held: HeldOrder): Promise<boolean> {
  if (held.order.mode === 'immediately') return true;
  const idle = (await outboxCounts(ctx.store, orgId)).pending === 0 && !(await customerIsServed(ctx, orgId));
  return idle || plusMs(held.receivedAt, held.order.graceMinutes * minuteMs) <= instant(ctx);
}

/** A draft that was touched within the last half hour. */
async function customerIsServed(ctx: ServiceContext, orgId: string): Promise<boolean> {
  const draft = await ctx.store.db
    .selectFrom('desk_sessions')
    .select('id')
    .where('org_id', '=', orgId)
    .where('updated_at', '>', plusMs(instant(ctx), -30 * minuteMs))
    .executeTakeFirst();
  return draft !== undefined;
}

/** The caller has stopped whatever uses the installation and closes it afterwards. Errors: `hub_not_enrolled`, `unavailable`. */
export async function carryOutWipe(parts: WipeParts, { order }: HeldOrder): Promise<Result<WipeReceipt>> {
  const { ctx, orgId } = parts;
  const link = await hubLink(ctx);
  if (link === null) return fail('hub_not_enrolled', 'this desk is not enrolled with a hub');
  const undelivered = await waitingCaptures(parts);
  const saved = order.mode === 'immediately' ? ok({ captures: 0, files: [] }) : await rescue(parts, undelivered);
  if (!saved.ok) return saved;
  await ctx.store.transaction((trx) =>
    recordAudit(
      ctx,
      trx,
      { kind: 'system', id: null, orgId },
      {
        event: 'desk.wiped',
        objectId: ctx.vault.desk.id,
        detail: { order: order.id, mode: order.mode, undelivered, rescued: saved.value.captures },
      },
    ),
  );
  const checkpoint = await makeCheckpoint(ctx);
  const receipt: WipeReceipt = {
    kind: 'loket-wipe-receipt',
    layout: 1,
    orderId: order.id,
    orgId: link.orgId,
    deskId: link.deskId,
    installationId: ctx.vault.installationId,
    at: instant(ctx),
    mode: order.mode,
    undelivered,
    rescued: saved.value.captures,
    files: [...saved.value.files],
    keys: ctx.vault.inventory().map(({ id }) => id),
    auditRows: checkpoint.ok ? checkpoint.value.size : 0,
  };
  wipeKeys(
    parts.dataDirectory,
    parts.keyProvider,
    {
      orderId: order.id,
      at: receipt.at,
      installationId: receipt.installationId,
      receipt: signText(ctx.vault.desk, receipt),
      hub: { url: link.url, ca: link.tls.ca ?? null },
      folders,
    },
    parts.fault,
  );
  return ok(receipt);
}

/** The same names each time: a wipe that broke off before its point of no return writes them anew. */
async function rescue(
  { ctx, orgId, dataDirectory }: WipeParts,
  waiting: number,
): Promise<Result<{ captures: number; files: string[] }>> {
  const files: string[] = [];
  let captures = 0;
  for (let skip = 0; skip < waiting; skip += capturesInFile) {
    const made = await exportOutbox(ctx, orgId, capturesInFile, skip);
    // None of these could be opened: no key would bring them back, and the receipt counts them.
    if (!made.ok && made.error.code === 'not_found') continue;
    if (!made.ok) return made;
    try {
      const name = `undelivered-${files.length + 1}.lkt`;
      await writeFile(join(dataDirectory, name), made.value.file, { mode: 0o600, flush: true });
    } catch {
      return fail('unavailable', 'what waits cannot be written to this disk');
    }
    files.push(sha256(made.value.file));
    captures += made.value.captures;
  }
  return ok({ captures, files });
}

/** Sealed here and taken in nowhere, those a person set aside included. */
async function waitingCaptures({ ctx, orgId }: WipeParts): Promise<number> {
  const row = await ctx.store.db
    .selectFrom('outbox')
    .select((e) => e.fn.countAll().as('n'))
    .where('org_id', '=', orgId)
    .where('state', 'in', ['pending', 'sending'])
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}
