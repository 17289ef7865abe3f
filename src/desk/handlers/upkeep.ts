/** `jobs.*`, `health.*`, `storage.*`, `backup.*`, `logs.*`, `selfTest.*`: keeping a counter running. */
import { isAbsolute, join } from 'node:path';
import { fail, ok } from '../../contract/result.ts';
import { createBackup } from '../../services/backup/create-backup.ts';
import { instant } from '../../services/context.ts';
import { measureStorage } from '../../services/storage/measure-storage.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { selfTestHistory } from '../self-test/self-test-record.ts';
import { actorOf, operatorOf } from './acting-person.ts';
import { whenProved } from './proved.ts';

type UpkeepCalls = Extract<
  keyof DeskHandlerTable,
  | `jobs.${string}`
  | `health.${string}`
  | `storage.${string}`
  | `backup.${string}`
  | `logs.${string}`
  | `selfTest.${string}`
>;

const shownRuns = 30;

export function upkeepHandlers(house: DeskHouse): Pick<DeskHandlerTable, UpkeepCalls> {
  const { ctx, jobs, logs, upkeep, selfTest } = house;
  return {
    'jobs.list': (session) => Promise.resolve(ok(jobs.of(operatorOf(session).id))),
    'health.examine': (session) =>
      Promise.resolve(
        jobs.start({
          kind: 'health',
          by: operatorOf(session).id,
          work: async () =>
            upkeep.examine === undefined
              ? fail('unavailable', 'This installation cannot be examined from here.')
              : ok({ findings: await upkeep.examine() }),
        }),
      ),
    async 'storage.status'() {
      return ok(await measureStorage(ctx, upkeep.modelFolders ?? []));
    },
    'backup.create': (session, { folder }) =>
      whenProved(ctx, session, async () => {
        if (!isAbsolute(folder)) return fail('validation_failed', 'Name the folder from the root of a disk.');
        const file = join(folder, `loket-${instant(ctx).slice(0, 19).replace(/[:T]/g, '-')}.backup`);
        return jobs.start({
          kind: 'backup',
          by: operatorOf(session).id,
          async work() {
            const made = await createBackup(ctx, file);
            if (!made.ok) return made;
            const { size, createdAt } = made.value;
            return ok({ file: made.value.file, size, createdAt });
          },
        });
      }),
    'logs.list': (_session, filter) =>
      Promise.resolve(ok(logs?.read(filter) ?? { lines: [], dropped: 0, since: instant(ctx) })),
    async 'selfTest.latest'(session) {
      return ok((await selfTestHistory(ctx, actorOf(session).orgId, 1))[0] ?? null);
    },
    async 'selfTest.history'(session) {
      return ok(await selfTestHistory(ctx, actorOf(session).orgId, shownRuns));
    },
    'selfTest.run': (session) => Promise.resolve(selfTest.run(actorOf(session))),
  };
}
