/**
 * One desk's working day in a process that will be killed: seals captures and pumps them at the same time, on a real vault
 * and a real database. Says `sealed <nonce>` once sealing returned: from then on the capture must never be lost.
 * Usage: node desk-day.ts ROOT DAY CAPTURES [FAILPOINT COUNT]: dies by SIGKILL at the COUNTth passing of FAILPOINT.
 */
import { writeSync } from 'node:fs';
import { sealCapture } from '../../src/desk/evidence/seal-capture.ts';
import { sampleDraft } from '../../src/desk/evidence/testing/sample-capture.ts';
import { createOutboxPump } from '../../src/desk/sync/outbox-pump.ts';
import type { Store } from '../../src/store/open-store.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { openReceiver } from './receiver.ts';

const [root = '', day = '0', captures = '0', wanted = '', countText = '1'] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);
const clock = (): Date => new Date();
let countdown = Number(countText);

function failpoint(name: string): void {
  if (name !== wanted || --countdown > 0) return;
  say(`dying ${name}`);
  process.kill(process.pid, 'SIGKILL');
}

/** The same store, dying just before or just after a commit. */
function mortal(store: Store, who: string): Store {
  return {
    ...store,
    async transaction(work) {
      const value = await store.transaction(async (trx) => {
        const made = await work(trx);
        failpoint(`${who}.before_commit`);
        return made;
      });
      failpoint(`${who}.after_commit`);
      return value;
    },
  };
}

const place = await openAt(root, clock);
const receiver = openReceiver(root, failpoint);
const pump = createOutboxPump({
  store: mortal(place.store, 'pump'),
  vault: place.vault,
  sink: receiver,
  clock,
  leaseMs: 300,
  pollMs: 20,
});
say('ready');
pump.start();
let ids = 0;
const context = {
  store: mortal(place.store, 'seal'),
  vault: place.vault,
  clock,
  ids: { next: (prefix: string) => `${prefix}_${day}_${(ids += 1)}` },
};
for (let index = 0; index < Number(captures); index += 1) {
  const name = `${day}-${index}`;
  const draft = sampleDraft(name, { customerId: `cus_${index % 3}`, frames: 1, frameBytes: 8_000 });
  const marker = new TextEncoder().encode(`WAJAH-NASABAH ${name} `.repeat(20));
  const sealed = await sealCapture(context, { ...draft, frames: [...draft.frames, marker] });
  if (!sealed.ok) throw new Error(sealed.error.code);
  say(`sealed ${sealed.value.nonce}`);
  if (index % 4 === 3) void pump.kick();
}
await pump.kick();
const states = await pump.settle(
  'org_sample',
  Array.from(
    { length: Number(captures) },
    (_, index) => sampleDraft(`${day}-${index}`).manifest.flashChallengeNonce ?? '',
  ),
  10_000,
);
await pump.stop();
receiver.close();
await place.store.close();
say(`done ${states.filter(({ state }) => state === 'delivered').length}`);
