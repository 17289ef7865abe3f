/** A station in small: writes row after row and, while it does, gives its database another key. Says each row once it is stored. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { putBlob } from '../blobs.ts';
import { openStore } from '../open-store.ts';

const [path = '', fromHex = '', toHex = ''] = process.argv.slice(2);
const opened = await openStore({ path, keyHex: fromHex, otherKeysHex: [toHex], clock: () => new Date() });
if (!opened.ok) throw new Error(opened.error.code);
const { db, changeKey } = opened.value;
process.stdout.write('ready\n');
let changed = false;
void changeKey?.({ fromHex, toHex }).then(({ ok }) => (changed = ok));
for (let row = 0; !changed; row += 1) {
  // A row may be stored and its name not yet said when this process dies.
  const id = `${process.pid}-${row}`;
  await putBlob(db, {
    ...{ id, orgId: 'org', customerId: 'cus', purpose: 'test', createdAt: new Date().toISOString() },
    bytes: Buffer.alloc(20_000, row),
  });
  process.stdout.write(`${id}\n`);
  await nextTurn();
}
process.stdout.write('changed\n');
await opened.value.close();
