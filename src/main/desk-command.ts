/** `--hub enrol` and `--outbox export | acknowledge` of the desktop program: what a desk does about its hub. */
import { readFile } from 'node:fs/promises';
import { fail, ok, type Result } from '../contract/result.ts';
import { acknowledgeFile, exportOutboxTo } from '../desk/sync/disk-files.ts';
import { enrolWithHub } from '../desk/sync/hub-link.ts';
import { listOrganisations } from '../store/repositories/organisations.ts';
import type { KeyChange } from '../vault/change-keys.ts';
import { withContext } from './with-context.ts';
import type { Wish } from './wish.ts';

/** Null: not one of the forms. */
export async function hubCommand(change: KeyChange, wish: Wish): Promise<Result<object> | null> {
  const { ca: path, code, url, verb } = wish;
  if (verb !== 'enrol' || url === undefined || code === undefined) return null;
  const ca = path === undefined ? undefined : await readFile(path, 'utf8').catch(() => null);
  if (ca === null) return fail('validation_failed', 'the file named by --ca cannot be read');
  return withContext(change, async (ctx) => {
    const done = await enrolWithHub(ctx, { url, code, ...(ca === undefined ? {} : { ca }) });
    return done.ok ? ok({ hub: done.value.url, orgId: done.value.orgId, deskId: done.value.deskId }) : done;
  });
}

export async function outboxCommand(change: KeyChange, wish: Wish): Promise<Result<object> | null> {
  const { out, path, verb } = wish;
  if (verb === 'acknowledge' && path !== undefined) return withContext(change, (ctx) => acknowledgeFile(ctx, path));
  if (verb !== 'export' || out === undefined) return null;
  return withContext(change, async (ctx) => {
    const [organisation] = await listOrganisations(ctx.store.db);
    if (organisation === undefined) return fail('not_found', 'there is no organisation yet');
    return exportOutboxTo(ctx, organisation.id, out);
  });
}
