/**
 * Pulls every verification that changed since the last run, as JSON lines. Killed anywhere, it goes on where it was: the
 * position is written after the records it covers, so a record may come twice (same `id`) and none is left out. The last,
 * unfinished page comes again with each run.
 *
 *   LOKET_URL=https://hub.bank.example:8443 LOKET_API_KEY=qe_sk_… node pull-records.ts records.jsonl position.txt
 *
 * Types are generated from the OpenAPI document; outside this repository: `npx openapi-typescript openapi.json -o schema.ts`.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import createClient from 'openapi-fetch';
import type { paths } from '../../src/contract/client/schema.ts';

const [recordsFile = 'records.jsonl', positionFile = 'position.txt'] = process.argv.slice(2);
const { LOKET_URL: baseUrl = 'http://127.0.0.1:8443', LOKET_API_KEY: apiKey = '' } = process.env;
const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${apiKey}` } });
const limit = Number(process.env['LOKET_PAGE_SIZE'] ?? 100);
/** For trying out what happens when the run is cut off. */
const mostPages = Number(process.env['LOKET_MOST_PAGES'] ?? Number.POSITIVE_INFINITY);

/** Whole or not at all, also when the power fails. */
function writeSafely(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** One page, patient with a busy or absent server; anything else is an error in words. */
async function nextPage(cursor: string) {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await client
      .GET('/api/identity/attempts', { params: { query: { cursor, limit } } })
      .catch(() => null);
    if (answer?.data !== undefined) return answer.data;
    const status = answer?.response.status ?? 0;
    if (attempt >= 8 || (status !== 0 && status !== 429 && status < 500))
      throw new Error(`the server answered ${status}: ${answer?.error?.error ?? 'nothing'}`);
    await wait(Number(answer?.response.headers.get('retry-after') ?? Math.min(60, 2 ** attempt)));
  }
}

let cursor = existsSync(positionFile) ? readFileSync(positionFile, 'utf8') : '';
let records = 0;
for (let pages = 0; pages < mostPages; pages += 1) {
  const page = await nextPage(cursor);
  appendFileSync(recordsFile, page.data.map((record) => `${JSON.stringify(record)}\n`).join(''));
  records += page.data.length;
  if (page.meta.nextCursor === null) break;
  cursor = page.meta.nextCursor;
  writeSafely(positionFile, cursor);
}
process.stdout.write(`${records} records\n`);
