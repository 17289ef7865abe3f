/** `npm run test:fuzz [requests] [seed]`: the long run. Prints what it did; fails when something was found. */
import { fuzz } from './fuzz/run.ts';

const [requests = '20000', seed = String(Date.now() % 1_000_000_000)] = process.argv.slice(2);
const started = performance.now();
const report = await fuzz({ requests: Number(requests), seed: Number(seed) });
const { findings, reached, ...rest } = report;
console.log(
  JSON.stringify({ ...rest, reached: reached.length, seconds: Math.round((performance.now() - started) / 1000) }),
);
for (const one of findings.slice(0, 20)) console.log(`\n${one.what}\n  ${one.request}\n  ${one.answer}`);
console.log(
  findings.length === 0
    ? 'nothing found'
    : `${findings.length} findings; the same requests again: npm run test:fuzz ${requests} ${seed}`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
