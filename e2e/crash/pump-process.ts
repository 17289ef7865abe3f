/** A second process on the same desk: sends what waits until nothing does. Usage: pump-process.ts ROOT */
import { setTimeout as delay } from 'node:timers/promises';
import { createOutboxPump } from '../../src/desk/sync/outbox-pump.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { openReceiver } from './receiver.ts';

const root = process.argv[2] ?? '';
const clock = (): Date => new Date();
const place = await openAt(root, clock);
const receiver = openReceiver(root);
const slow = {
  ...receiver,
  async deliver(...args: Parameters<typeof receiver.deliver>) {
    // Long enough that the other process looks for work while this one sends.
    await delay(5);
    return receiver.deliver(...args);
  },
};
const pump = createOutboxPump({ store: place.store, vault: place.vault, sink: slow, clock });
process.stdout.write('ready\n');
await new Promise((resolve) => process.stdin.once('data', resolve));
const delivered = await pump.drain();
receiver.close();
await place.store.close();
process.stdout.write(`delivered ${delivered}\n`);
process.exit(0);
