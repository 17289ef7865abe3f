/** A second sender: opens the installation, says `ready`, waits for a line, sends what is due, says how much it sent. */
import { once } from 'node:events';
import { dirname } from 'node:path';
import { schemaFor } from '../../../store/testing/temporary-installation.ts';
import { fileKeyProvider } from '../../../vault/key-providers/file-key-provider.ts';
import { openInstallation } from '../../open-installation.ts';
import { fakeVision } from '../../testing/fake-vision.ts';
import { createWebhookWorker } from '../deliver.ts';

const [dataDirectory = '', keyDirectory = '', now = ''] = process.argv.slice(2);
const schema = await schemaFor(dirname(dataDirectory));
const opened = await openInstallation({
  ...(schema === null ? {} : { database: { ...schema.place, schema: schema.schema } }),
  dataDirectory,
  vision: fakeVision(),
  keyProvider: fileKeyProvider({ directory: keyDirectory }),
  clock: () => new Date(now),
});
if (!opened.ok) throw new Error(opened.error.code);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const made = await createWebhookWorker(opened.value.context, { perWebhook: 4 }).drain();
await opened.value.close();
process.stdout.write(`${made}\n`);
process.exit(0);
