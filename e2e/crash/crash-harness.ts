/** Kills desk days and looks at what is left. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeskCapture } from '../../src/contract/bundle.ts';
import { openSealedCapture } from '../../src/desk/evidence/open-sealed-capture.ts';
import { createOutboxPump } from '../../src/desk/sync/outbox-pump.ts';
import { logKeys } from '../../src/services/audit/checkpoints.ts';
import { verifyAudit } from '../../src/services/verify-audit.ts';
import { openAt, type TemporaryInstallation } from '../../src/store/testing/temporary-installation.ts';
import { bundleHash } from '../../src/vault/bundle-signing.ts';
import { deskDayProgram } from './build-desk-day.ts';
import type { Job } from './desk-day.ts';
import { openReceiver } from './receiver.ts';

const org = 'org_sample';
export const failpoints = [
  'open.before',
  'open.after',
  'seal.before_commit',
  'seal.after_commit',
  'checkpoint.before_commit',
  'checkpoint.after_commit',
  'pump.before_commit',
  'pump.after_commit',
  'sink.before_take',
  'sink.after_take',
] as const;

export interface Day extends Job {
  readonly failpoint?: { readonly name: (typeof failpoints)[number]; readonly count: number };
  /** Kill this long after the day was begun (the program was loaded before). */
  readonly killAfterMs?: number;
}

export interface DayEnd {
  /** Nonces that the desk called stored. */
  readonly sealed: string[];
  /** Signed notes that the desk called kept. */
  readonly checkpoints: string[];
  /** Kind of the store's failure, when the day ended with one. */
  readonly storeFailure: string | null;
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly stderr: string;
}

interface Worker {
  readonly child: ChildProcessWithoutNullStreams;
  readonly warm: Promise<void>;
  readonly ended: Promise<DayEnd>;
}

async function startWorker(): Promise<Worker> {
  const { script, compileCache } = await deskDayProgram();
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCache };
  const child = spawn(process.execPath, [script], { stdio: 'pipe', env });
  let out = '';
  let stderr = '';
  child.stdin.on('error', () => undefined);
  const warm = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.startsWith('warm')) resolve();
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<DayEnd>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const all = (form: RegExp): string[] => [...out.matchAll(form)].map((match) => match[1] ?? '');
      resolve({
        sealed: all(/^sealed (.+)$/gm),
        checkpoints: all(/^checkpoint (.+)$/gm).map((note) => Buffer.from(note, 'base64').toString('utf8')),
        storeFailure: all(/^store (.+)$/gm)[0] ?? null,
        signal,
        code,
        stderr,
      });
    });
  });
  return { child, warm, ended };
}

/** The next day's process loads while this day's leftovers are looked at. */
let spare: Promise<Worker> | null = null;

/** `ms`: how long the day lasted, loading not counted. */
export async function runDay({ killAfterMs, ...job }: Day): Promise<DayEnd & { readonly ms: number }> {
  const worker = await (spare ?? startWorker());
  spare = null;
  await Promise.race([worker.warm, worker.ended]);
  const begun = performance.now();
  worker.child.stdin.write(`${JSON.stringify(job)}\n`);
  const timer =
    killAfterMs === undefined ? undefined : setTimeout(() => worker.child.kill('SIGKILL'), Math.max(0, killAfterMs));
  const end = await worker.ended;
  clearTimeout(timer);
  const ms = performance.now() - begun;
  spare = startWorker();
  return { ...end, ms };
}

/** Ends the process that was loaded for a day that does not come. */
export async function closeWorkers(): Promise<void> {
  const worker = await spare;
  spare = null;
  worker?.child.kill('SIGKILL');
  await worker?.ended;
}

export interface Leftovers {
  readonly sealed: number;
  readonly delivered: number;
  readonly redelivered: number;
}

/**
 * The invariants, after every death. `acknowledged`: all nonces that any day called stored; `notes`: checkpoints it called
 * kept. Throws naming what is wrong.
 */
export async function checkInvariants(
  root: string,
  acknowledged: ReadonlySet<string>,
  notes: readonly string[] = [],
): Promise<Leftovers> {
  const place = await openAt(root, () => new Date());
  const receiver = openReceiver(root);
  try {
    const rows = await place.store.db.selectFrom('outbox').selectAll().orderBy('sequence').execute();
    const nonces = rows.map(({ id }) => id);
    for (const nonce of acknowledged) must(nonces.includes(nonce), `a stored capture is gone: ${nonce}`);
    await checkEvidence(place, nonces);
    await checkLogs(place, rows.length, rows.filter(({ state }) => state === 'delivered').length, notes);
    const taken = receiver.taken();
    for (const row of rows.filter(({ state }) => state === 'delivered')) {
      must(taken.filter(({ nonce }) => nonce === row.id).length === 1, `delivered but not taken once: ${row.id}`);
    }
    for (const { nonce } of taken) must(nonces.includes(nonce), `taken but unknown to the desk: ${nonce}`);
    checkOrder(rows, taken);
    checkNothingPlain(place.dataDirectory);
    return {
      sealed: rows.length,
      delivered: rows.filter(({ state }) => state === 'delivered').length,
      redelivered: taken.filter(({ deliveries }) => deliveries > 1).length,
    };
  } finally {
    receiver.close();
    await place.store.close();
  }
}

/** Every outbox row opens, and the desk's chain of bundles has neither gap nor fork. */
async function checkEvidence(place: TemporaryInstallation, nonces: readonly string[]): Promise<void> {
  const captures: DeskCapture[] = [];
  for (const nonce of nonces) {
    const capture = await openSealedCapture(place, org, nonce);
    must(capture.ok, `a sealed capture does not open: ${nonce}`);
    if (capture.ok) captures.push(capture.value);
  }
  let previous: string | null = null;
  captures.forEach(({ bundle: { manifest } }, index) => {
    must(manifest.evidence?.counter === index + 1, `counter ${manifest.evidence?.counter} at place ${index + 1}`);
    must(manifest.evidence?.previousBundleHash === previous, `bundle ${index + 1} does not follow the one before`);
    previous = bundleHash(manifest);
  });
  const first = captures[0]?.bundle.frames.at(-1);
  // Positive control of `checkNothingPlain`: the marker is really inside what was sealed.
  must(first === undefined || Buffer.from(first).includes('WAJAH-NASABAH'), 'the marker is not in the captures');
}

async function checkLogs(
  place: TemporaryInstallation,
  sealed: number,
  delivered: number,
  notes: readonly string[],
): Promise<void> {
  const report = await verifyAudit(place.store, { keys: logKeys(place.vault), notes });
  must(report.intact, `audit chain or tree broken at ${report.brokenAt}: ${report.problem}`);
  const count = async (event: 'bundle.sealed' | 'bundle.delivered'): Promise<number> =>
    (await place.store.db.selectFrom('audit_log').select('object_id').where('event', '=', event).execute()).length;
  must((await count('bundle.sealed')) === sealed, 'audit rows of sealing differ from the outbox');
  must((await count('bundle.delivered')) === delivered, 'audit rows of delivery differ from the outbox');
  const blobs = await place.store.db.selectFrom('sealed_blobs').select('id').execute();
  must(blobs.length === sealed, 'sealed blobs differ from the outbox');
}

function checkOrder(
  rows: readonly { id: string; customer_id: string }[],
  taken: readonly { nonce: string; customerId: string }[],
): void {
  for (const customer of new Set(rows.map((row) => row.customer_id))) {
    const sealedOrder = rows.filter((row) => row.customer_id === customer).map(({ id }) => id);
    const takenOrder = taken.filter(({ customerId }) => customerId === customer).map(({ nonce }) => nonce);
    must(takenOrder.join() === sealedOrder.slice(0, takenOrder.length).join(), `order of ${customer} was not kept`);
  }
}

function checkNothingPlain(dataDirectory: string): void {
  for (const name of readdirSync(dataDirectory)) {
    const bytes = readFileSync(join(dataDirectory, name));
    must(!bytes.includes('WAJAH-NASABAH'), `a capture lies open in ${name}`);
    must(!bytes.includes('nonce-'), `a nonce lies open in ${name}`);
  }
}

/** Sends what is left with nobody dying; returns how many captures the receiver then holds. */
export async function deliverTheRest(root: string): Promise<number> {
  const later = (): Date => new Date(Date.now() + 3_600_000);
  const place = await openAt(root, later);
  const receiver = openReceiver(root);
  const pump = createOutboxPump({ store: place.store, vault: place.vault, sink: receiver, clock: later });
  await pump.drain();
  const held = receiver.taken().length;
  receiver.close();
  await place.store.close();
  return held;
}

function must(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}
