/**
 * `npm run test:crash`: deaths at every named point and at LOKET_CRASH_ROUNDS (1,000) random moments, then the hardships.
 * Prints one line of JSON for each; exit status 1 and the seed when an invariant did not hold.
 */
import { dieAtFailpoints, dieAtRandom } from './kill-rounds.ts';
import { fillTheDisk, flipDatabaseBytes, flipEnvelopeByte, jumpTheClock, swapModelFile } from './hardships.ts';

const rounds = Number(process.env['LOKET_CRASH_ROUNDS'] ?? 1_000);
const seed = Number(process.env['LOKET_CRASH_SEED'] ?? Date.now() % 2 ** 31);
const started = performance.now();

async function run(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    console.log(JSON.stringify({ [name]: await work() }));
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}${cause}`);
    process.exitCode = 1;
  }
}

await run('failpoints', () => dieAtFailpoints([1, 3]));
await run('random', () =>
  dieAtRandom(rounds, seed, (round) => {
    if (round % 200 === 0) console.error(`${round} rounds, ${Math.round((performance.now() - started) / 1000)} s`);
  }),
);
await run('diskFull', fillTheDisk);
await run('clockJumps', jumpTheClock);
await run('envelopeByte', flipEnvelopeByte);
await run('swappedModel', swapModelFile);
await run('databaseBytes', () => flipDatabaseBytes(60));
console.log(JSON.stringify({ seed, seconds: Math.round((performance.now() - started) / 1000) }));
