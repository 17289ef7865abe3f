/** The disk between a desk and its hub, from the station's own calls. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeskHouse } from '../desk/desk-deps.ts';
import type { DeskSession } from '../desk/desk-session.ts';
import { outboxHandlers } from '../desk/handlers/outbox.ts';
import { importFromDisk } from '../services/desk-delivery/disk-exchange.ts';
import { closeHubAndDesk, desk, deskOrg, enrol, hub, openHubAndDesk, pumpOf, seal } from './testing/hub-and-desk.ts';

beforeEach(openHubAndDesk);
afterEach(closeHubAndDesk);

it('exports what waits into a folder, reads the hub’s acknowledgement, and says on the record who did it', async () => {
  const told: unknown[] = [];
  const events = { emit: (event: unknown) => void told.push(event) };
  const pump = pumpOf(desk.ctx);
  const handlers = outboxHandlers({ ctx: desk.ctx, pump, events } as unknown as DeskHouse);
  const actor = { kind: 'user', id: 'usr_keeper', orgId: deskOrg.orgId };
  const session = { actor } as unknown as DeskSession;
  const folder = desk.directory;
  const refused = async (where: string) => {
    const answer = await handlers['outbox.export'](session, { folder: where });
    return answer.ok ? 'written' : answer.error.code;
  };
  expect(await refused(folder)).toBe('hub_not_enrolled');
  await enrol();
  expect(await refused(folder)).toBe('not_found');
  await seal('one');
  expect(await refused('diska')).toBe('validation_failed');
  expect(await refused(join(folder, 'not there'))).toBe('validation_failed');
  const made = await handlers['outbox.export'](session, { folder });
  if (!made.ok) return expect.fail(made.error.code);
  expect(made.value).toMatchObject({ captures: 1, unreadable: 0 });
  const taken = await importFromDisk(hub.ctx, new Uint8Array(await readFile(made.value.file)));
  if (!taken.ok) return expect.fail(taken.error.code);
  const read = await handlers['outbox.acknowledge'](session, { file: taken.value.acknowledgement });
  expect(read).toMatchObject({ ok: true, value: { delivered: 1, refused: 0, outbox: { pending: 0 } } });
  expect(told).toMatchObject([{ name: 'outbox.changed', payload: { pending: 0 } }]);
  const recorded = await desk.ctx.store.db
    .selectFrom('audit_log')
    .select(['actor_id', 'detail'])
    .where('event', '=', 'export.created')
    .execute();
  expect(recorded.map((row) => [row.actor_id, JSON.parse(row.detail ?? '{}') as unknown])).toEqual([
    ['usr_keeper', { kind: 'outbox', rows: 1 }],
  ]);
});
