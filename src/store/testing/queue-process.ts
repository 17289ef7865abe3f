/** A process of a hub for tests of the queue: takes the job `hang`, says so, and never ends it. */
import { openJobQueue } from '../job-queue.ts';

const [connectionString = '', schema = ''] = process.argv.slice(2);
const queue = openJobQueue(
  { connectionString, schema },
  { heartbeatSeconds: 10, superviseSeconds: 1, pollSeconds: 0.5 },
);
await queue.start([
  {
    name: 'hang',
    everyMinutes: 60,
    atStart: true,
    run() {
      process.stdout.write('took\n');
      return new Promise(() => undefined);
    },
  },
]);
