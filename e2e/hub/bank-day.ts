/**
 * A day of a bank: desks as real clients over TLS on loopback, whose lines are cut and slow, while the hub's processes are killed
 * and its database restarts. Afterwards every capture that a desk acknowledged is in the record once.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { signInAtHeadOffice } from './head-office-person.ts';
import { startHub, type Hub } from './hub-processes.ts';
import { judgeRecord, recordReader } from './judge-record.ts';
import { openLine } from './line.ts';
import { percentile } from './percentile.ts';
import { openSimDesk, type Delivery, type SimDesk } from './sim-desk.ts';

export interface BankDayOptions {
  readonly desks: number;
  readonly seconds: number;
  readonly processes: number;
  readonly kills: number;
  readonly databaseRestarts: number;
  /** Captures of each desk. */
  readonly perMinute: number;
  readonly framesPerCapture: number;
  /** Commits wait for the disk. */
  readonly durable: boolean;
}

export interface Sample {
  /** Seconds since the desks began. */
  readonly at: number;
  readonly waiting: number;
  readonly delivered: number;
}

/** Something that went wrong on purpose, in seconds since the desks began. */
export interface Hardship {
  readonly kind: 'line cut' | 'slow line' | 'all lines cut' | 'process killed' | 'database restarted';
  readonly from: number;
  readonly to: number;
  readonly desks: number;
}

export interface BankDayReport {
  readonly desks: number;
  readonly seconds: number;
  readonly captures: number;
  readonly customers: number;
  readonly capturesPerSecond: number;
  /** Most captures taken in within ten seconds, per second. */
  readonly busiestPerSecond: number;
  /** From sealed at the desk to acknowledged by the hub, whatever happened in between. */
  readonly sealedToAcknowledgedMs: { readonly p50: number; readonly p95: number; readonly longest: number };
  /** Of deliveries that got through: envelope sent, judged, recorded, answered. */
  readonly answerMs: { readonly p50: number; readonly p95: number };
  readonly attempts: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly mostWaiting: number;
  /** From the end of all trouble until nothing waited. */
  readonly drainSeconds: number;
  readonly hardships: readonly Hardship[];
  readonly perCapture: UnitCosts;
  readonly curve: readonly Sample[];
  readonly stoppedInOrder: boolean;
  /** Empty: nothing lost, nothing doubled, all chains hold. */
  readonly findings: readonly string[];
}

export interface UnitCosts {
  readonly databaseBytes: number;
  readonly walBytes: number;
  readonly frameBytes: number;
  readonly auditRows: number;
  /** Of all hub processes, starts after kills among them. */
  readonly hubCpuMs: number;
}

const limits =
  'rateLimits={"customers.create":1000000,"face.challenge":1000000,"face.liveness":1000000,"kiosk.deliver":1000000,"kiosk.upload":1000000}';

export async function bankDay(options: BankDayOptions): Promise<BankDayReport> {
  const hub = await startHub(options.processes, { tls: true, durable: options.durable });
  const desks: SimDesk[] = [];
  try {
    hub.command('org', 'set', limits);
    await Promise.all(hub.processes.map((one) => one.start()));
    const person = await signInAtHeadOffice(hub);
    for (let n = 0; n < options.desks; n += 1) {
      const line = await openLine(hub.processes, n);
      const place = { line, code: await person.deskCode(`Loket ${n + 1}`), authority: hub.authority ?? '' };
      desks.push(await openSimDesk(place, n + 1, options.framesPerCapture));
    }
    return await livedThrough(hub, desks, options);
  } finally {
    for (const desk of desks) await desk.close();
    for (const desk of desks) await desk.line.close();
    await hub.close();
  }
}

async function livedThrough(hub: Hub, desks: readonly SimDesk[], options: BankDayOptions): Promise<BankDayReport> {
  const before = await sizesOf(hub);
  const started = performance.now();
  const now = (): number => (performance.now() - started) / 1000;
  const curve: Sample[] = [];
  let over = false;
  const watching = watch(desks, curve, now, () => over);
  const work = desks.map((desk, n) => workAt(desk, n, options, now));
  const hardships = await Promise.all([
    cutLines(desks, options, now),
    slowLines(desks, options, now),
    cutAll(desks, options, now),
    killProcesses(hub, options, now),
    restartDatabase(hub, options, now),
  ]);
  await Promise.all(work);
  const ended = now();
  await drained(desks);
  const drainSeconds = now() - ended;
  over = true;
  await watching;
  const costs = costsBetween(before, await sizesOf(hub));
  const stopped = await Promise.all(hub.processes.map((one) => one.stop()));
  const deliveries = await Promise.all(desks.map((desk) => desk.deliveries()));
  const findings = await judge(hub, desks, deliveries);
  const all = deliveries.flat();
  const took = all.flatMap(({ tookMs }) => (tookMs === null ? [] : [tookMs]));
  const answers = desks.flatMap((desk) => desk.answers);
  return {
    desks: desks.length,
    seconds: Math.round(ended),
    captures: all.length,
    customers: desks.reduce((sum, desk) => sum + Math.ceil(desk.sealed.size / 2), 0),
    capturesPerSecond: rounded(all.length / (ended + drainSeconds)),
    busiestPerSecond: busiest(curve),
    sealedToAcknowledgedMs: { p50: percentile(took, 0.5), p95: percentile(took, 0.95), longest: percentile(took, 1) },
    answerMs: { p50: percentile(answers, 0.5), p95: percentile(answers, 0.95) },
    attempts: all.reduce((sum, one) => sum + one.attempts, 0),
    failures: sumOf(desks.map((desk) => desk.failures)),
    mostWaiting: Math.max(0, ...curve.map(({ waiting }) => waiting)),
    drainSeconds: rounded(drainSeconds),
    hardships: hardships.flat().toSorted((a, b) => a.from - b.from),
    perCapture: perCapture(costs, all.length),
    curve,
    stoppedInOrder: stopped.every((code) => code === 0),
    findings,
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** A capture each `60 / perMinute` seconds, give or take half, until the time is up. */
async function workAt(
  desk: SimDesk,
  number: number,
  { perMinute, seconds }: BankDayOptions,
  now: () => number,
): Promise<void> {
  const pause = 60_000 / perMinute;
  // Desks do not open their first customer in the same second.
  await delay((pause * (number % 10)) / 10);
  while (now() < seconds) {
    await desk.captureOne();
    await delay(Math.min(pause * (0.5 + Math.random()), Math.max(0, seconds - now()) * 1000));
  }
}

async function watch(
  desks: readonly SimDesk[],
  curve: Sample[],
  now: () => number,
  over: () => boolean,
): Promise<void> {
  for (;;) {
    const last = over();
    const waiting = (await Promise.all(desks.map((desk) => desk.waiting()))).reduce((sum, n) => sum + n, 0);
    const sealed = desks.reduce((sum, desk) => sum + desk.sealed.size, 0);
    curve.push({ at: rounded(now()), waiting, delivered: sealed - waiting });
    if (last) return;
    await delay(500);
  }
}

type Trouble = (desks: readonly SimDesk[], options: BankDayOptions, now: () => number) => Promise<readonly Hardship[]>;

/** A fifth of the desks, another one each time. */
function some(desks: readonly SimDesk[], turn: number): readonly SimDesk[] {
  const count = Math.max(1, Math.floor(desks.length / 5));
  return Array.from({ length: count }, (_, n) => desks[(turn * count + n) % desks.length]).filter(
    (desk) => desk !== undefined,
  );
}

const cutLines: Trouble = async (desks, { seconds }, now) => {
  const done: Hardship[] = [];
  for (let turn = 0; turn < 8; turn += 1) {
    await until((seconds * (turn + 0.4)) / 8, now);
    const hit = some(desks, turn);
    const from = now();
    for (const { line } of hit) line.cut();
    await until(from + seconds / 16, now);
    for (const { line } of hit) line.mend();
    done.push({ kind: 'line cut', from, to: now(), desks: hit.length });
  }
  return done;
};

const slowLines: Trouble = async (desks, { seconds }, now) => {
  const done: Hardship[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    await until((seconds * (turn + 0.2)) / 4, now);
    const hit = some(desks, turn + 2);
    const from = now();
    for (const { line } of hit) line.slow({ bytesPerSecond: 20_000, latencyMs: 150 });
    await until(from + seconds / 8, now);
    for (const { line } of hit) line.slow(null);
    done.push({ kind: 'slow line', from, to: now(), desks: hit.length });
  }
  return done;
};

/** Head office is away for everybody, once. */
const cutAll: Trouble = async (desks, { seconds }, now) => {
  await until(seconds * 0.55, now);
  const from = now();
  for (const { line } of desks) line.cut();
  await until(from + seconds / 10, now);
  for (const { line } of desks) line.mend();
  return [{ kind: 'all lines cut', from, to: now(), desks: desks.length }];
};

async function killProcesses(hub: Hub, { kills, seconds }: BankDayOptions, now: () => number) {
  const done: Hardship[] = [];
  for (let turn = 0; turn < kills; turn += 1) {
    await until((seconds * (turn + 0.7)) / kills, now);
    const victim = hub.processes[turn % hub.processes.length];
    const from = now();
    await victim?.kill();
    await victim?.start();
    done.push({ kind: 'process killed', from, to: now(), desks: 0 });
  }
  return done;
}

async function restartDatabase(hub: Hub, { databaseRestarts, seconds }: BankDayOptions, now: () => number) {
  const done: Hardship[] = [];
  for (let turn = 0; turn < databaseRestarts && hub.restartDatabase !== undefined; turn += 1) {
    await until((seconds * (turn + 0.35)) / databaseRestarts, now);
    const from = now();
    await hub.restartDatabase();
    done.push({ kind: 'database restarted', from, to: now(), desks: 0 });
  }
  return done;
}

async function until(second: number, now: () => number): Promise<void> {
  await delay(Math.max(0, (second - now()) * 1000));
}

/** Waits as long as a desk would retry within some minutes; what is left then is a finding. */
async function drained(desks: readonly SimDesk[]): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    const waiting = await Promise.all(desks.map((desk) => desk.waiting()));
    if (waiting.every((n) => n === 0)) return;
    // A desk that still waits for its pause to end is told that the line is back, as its operator would.
    if (left % 10 === 0) await Promise.all(desks.filter((_, n) => waiting[n] !== 0).map((desk) => desk.kick()));
    await delay(500);
  }
}

async function judge(
  hub: Hub,
  desks: readonly SimDesk[],
  deliveries: readonly (readonly Delivery[])[],
): Promise<readonly string[]> {
  const reader = recordReader(hub, []);
  const { findings, say, count, ids } = reader;
  const sealed = desks.flatMap((desk) => [...desk.sealed]);
  const stored = await ids('select nonce as id from captures');
  const there = new Set(stored);
  const lost = sealed.filter((nonce) => !there.has(nonce));
  say(lost.length === 0, `${lost.length} of ${sealed.length} sealed captures are not in the record`);
  say(stored.length === sealed.length, `${stored.length} captures in the record, ${sealed.length} sealed`);
  const states = deliveries.flat().filter(({ state }) => state !== 'delivered');
  say(states.length === 0, `${states.length} captures not acknowledged at their desk`);
  const customers = desks.reduce((sum, desk) => sum + Math.ceil(desk.sealed.size / 2), 0);
  say((await count('customers')) === customers, `${await count('customers')} customers for ${customers}`);
  for (const event of ['bundle.delivered'])
    say(
      (await count(`audit_log where event = '${event}'`)) === sealed.length,
      `the log knows another number: ${event}`,
    );
  say((await count("audit_log where event = 'desk.forked'")) === 0, 'a desk’s chain of bundles forked');
  await judgeRecord(hub, sealed.length, reader);
  for (const [n, desk] of desks.entries())
    say(await desk.auditHolds(), `the audit chain of desk ${n + 1} does not hold`);
  return findings;
}

interface Sizes {
  readonly database: number;
  readonly wal: number;
  readonly frames: number;
  readonly audit: number;
  readonly cpu: number;
}

async function sizesOf(hub: Hub): Promise<Sizes> {
  const [row] = await hub.query<{ database: string; wal: string; audit: string }>(
    `select pg_database_size(current_database()) as database, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal,
       (select count(*) from audit_log) as audit`,
  );
  return {
    database: Number(row?.database),
    wal: Number(row?.wal),
    audit: Number(row?.audit),
    frames: [...hub.frames.objects.values()].reduce((sum, object) => sum + object.length, 0),
    cpu: hub.processes.reduce((sum, one) => sum + one.cpuSeconds(), 0),
  };
}

function costsBetween(before: Sizes, after: Sizes): Sizes {
  const part = (name: keyof Sizes): number => after[name] - before[name];
  return {
    database: part('database'),
    wal: part('wal'),
    frames: part('frames'),
    audit: part('audit'),
    cpu: part('cpu'),
  };
}

function perCapture(costs: Sizes, captures: number): UnitCosts {
  const each = (value: number): number => Math.round(value / Math.max(1, captures));
  return {
    databaseBytes: each(costs.database),
    walBytes: each(costs.wal),
    frameBytes: each(costs.frames),
    auditRows: rounded(costs.audit / Math.max(1, captures)),
    hubCpuMs: each(costs.cpu * 1000),
  };
}

function busiest(curve: readonly Sample[]): number {
  let most = 0;
  for (const [index, sample] of curve.entries()) {
    const earlier = curve.slice(0, index).findLast(({ at }) => sample.at - at >= 10);
    if (earlier !== undefined) most = Math.max(most, (sample.delivered - earlier.delivered) / (sample.at - earlier.at));
  }
  return rounded(most);
}

function sumOf(maps: readonly ReadonlyMap<string, number>[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const map of maps) for (const [code, n] of map) sum[code] = (sum[code] ?? 0) + n;
  return sum;
}
