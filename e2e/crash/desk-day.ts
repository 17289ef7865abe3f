/**
 * One desk's working day in a process that will be killed: seals captures, pumps them and signs checkpoints at the same time,
 * on a real vault and a real database. Loads itself, says `warm`, and waits for one line of JSON (`Job`) on stdin. Says
 * `sealed <nonce>` once sealing returned and `checkpoint <note>` once one was kept: from then on neither may be lost.
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { sealCapture } from '../../src/desk/evidence/seal-capture.ts';
import { sampleDraft } from '../../src/desk/evidence/testing/sample-capture.ts';
import { createOutboxPump } from '../../src/desk/sync/outbox-pump.ts';
import { makeCheckpoint } from '../../src/services/audit/checkpoints.ts';
import type { Store } from '../../src/store/open-store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { openReceiver } from './receiver.ts';

export interface Job {
  readonly root: string;
  readonly day: number;
  readonly captures: number;
  /** Dies by SIGKILL at the `count`th passing of `name`. */
  readonly failpoint?: { readonly name: string; readonly count: number };
  /** Milliseconds the desk's clock is off. */
  readonly clockOffMs?: number;
  readonly frameBytes?: number;
}

const say = (line: string): void => void writeSync(1, `${line}\n`);

async function work(job: Job): Promise<void> {
  const { root, day, captures } = job;
  const clock = (): Date => new Date(Date.now() + (job.clockOffMs ?? 0));
  let countdown = job.failpoint?.count ?? 0;
  const failpoint = (name: string): void => {
    if (name !== job.failpoint?.name || --countdown > 0) return;
    say(`dying ${name}`);
    process.kill(process.pid, 'SIGKILL');
  };
  /** The same store, dying just before or just after a commit. */
  const mortal = (store: Store, who: string): Store => ({
    ...store,
    async transaction(task) {
      const value = await store.transaction(async (trx) => {
        const made = await task(trx);
        failpoint(`${who}.before_commit`);
        return made;
      });
      failpoint(`${who}.after_commit`);
      return value;
    },
  });

  failpoint('open.before');
  const place = await openAt(root, clock);
  failpoint('open.after');
  const receiver = openReceiver(root, failpoint);
  const { vault } = place;
  const pump = createOutboxPump({
    store: mortal(place.store, 'pump'),
    vault,
    sink: receiver,
    clock,
    leaseMs: 300,
    pollMs: 20,
  });
  say('ready');
  pump.start();
  let ids = 0;
  const idSource = { next: (prefix: string) => `${prefix}_${day}_${(ids += 1)}` };
  const sealing = { store: mortal(place.store, 'seal'), vault, clock, ids: idSource };
  for (let index = 0; index < captures; index += 1) {
    const name = `${day}-${index}`;
    const draft = sampleDraft(name, {
      customerId: `cus_${index % 3}`,
      frames: 1,
      frameBytes: job.frameBytes ?? 8_000,
    });
    const marker = new TextEncoder().encode(`WAJAH-NASABAH ${name} `.repeat(20));
    const sealed = await sealCapture(sealing, { ...draft, frames: [...draft.frames, marker] });
    if (!sealed.ok) throw new Error(sealed.error.code);
    say(`sealed ${sealed.value.nonce}`);
    if (index % 2 === 1) {
      const made = await makeCheckpoint({ store: mortal(place.store, 'checkpoint'), vault, clock });
      if (made.ok) say(`checkpoint ${Buffer.from(made.value.note).toString('base64')}`);
      void pump.kick();
    }
  }
  await pump.kick();
  const nonces = Array.from(
    { length: captures },
    (_, index) => sampleDraft(`${day}-${index}`).manifest.flashChallengeNonce ?? '',
  );
  const states = await pump.settle('org_sample', nonces, 10_000);
  await pump.stop();
  receiver.close();
  await place.store.close();
  say(`done ${states.filter(({ state }) => state === 'delivered').length}`);
}

say('warm');
for await (const line of createInterface({ input: process.stdin })) {
  try {
    await work(JSON.parse(line) as Job);
    process.exit(0);
  } catch (error) {
    // A full disk is a failure with a name, not a crash; anything else is a bug and must be seen.
    if (!(error instanceof StoreError)) throw error;
    say(`store ${error.kind}`);
    process.exit(7);
  }
}
