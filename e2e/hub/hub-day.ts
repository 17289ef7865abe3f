/** A day of a hub under load while processes are killed and its database restarts; then everything is counted. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startHub, type Hub } from './hub-processes.ts';
import { judgeRecord, recordReader } from './judge-record.ts';
import { newReport, workAtBranch, type LoadReport } from './load.ts';
import { percentile } from './percentile.ts';

export interface HubDayOptions {
  readonly processes: number;
  readonly branches: number;
  readonly seconds: number;
  readonly kills: number;
  readonly databaseRestarts: number;
}

export interface HubDayReport {
  readonly customers: number;
  readonly captures: number;
  readonly answersPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly retried: number;
  readonly unavailable: number;
  readonly kills: number;
  readonly databaseRestarts: number;
  readonly webhooksReceived: number;
  readonly webhooksRepeated: number;
  readonly stoppedInOrder: boolean;
  /** Empty: nothing lost, nothing doubled, the chain holds, each job ran once. */
  readonly findings: readonly string[];
}

const paused = 'rateLimits={"customers.create":1000000,"face.challenge":1000000,"face.liveness":1000000}';

export async function hubDay(options: HubDayOptions): Promise<HubDayReport> {
  const hub = await startHub(options.processes);
  const receiver = await startReceiver();
  try {
    hub.command('org', 'set', 'webhookAllowList=["127.0.0.1"]');
    hub.command('org', 'set', paused);
    await Promise.all(hub.processes.map((one) => one.start()));
    await subscribe(hub, receiver.address);
    const report = newReport();
    const started = performance.now();
    let over = false;
    const branches = Array.from({ length: options.branches }, (_, n) => workAtBranch(hub, report, n, () => over));
    const done = await trouble(hub, options);
    over = true;
    await Promise.all(branches);
    const seconds = (performance.now() - started) / 1000;
    await drained(hub);
    const stopped = await Promise.all(hub.processes.map((one) => one.stop()));
    const findings = await judge(hub, report, receiver.seen);
    return {
      customers: report.customers.size,
      captures: report.captures.size,
      answersPerSecond: Math.round((report.took.length / seconds) * 10) / 10,
      p50Ms: percentile(report.took, 0.5),
      p95Ms: percentile(report.took, 0.95),
      retried: report.retried,
      unavailable: report.unavailable,
      ...done,
      webhooksReceived: receiver.seen.size,
      webhooksRepeated: receiver.repeated(),
      stoppedInOrder: stopped.every((code) => code === 0),
      findings,
    };
  } finally {
    await receiver.close();
    await hub.close();
  }
}

/** Spread over the time: a process dies and comes back, the database ends all sessions and comes back. */
async function trouble(
  hub: Hub,
  { databaseRestarts, kills, seconds }: HubDayOptions,
): Promise<{ readonly kills: number; readonly databaseRestarts: number }> {
  const restarts = hub.restartDatabase === undefined ? 0 : databaseRestarts;
  const steps = kills + restarts;
  const pauseMs = (seconds * 1000) / (steps + 1);
  for (let step = 0; step < steps; step += 1) {
    await delay(pauseMs);
    if (step % 2 === 1 && step / 2 < restarts) {
      await hub.restartDatabase?.();
      continue;
    }
    const victim = hub.processes[step % hub.processes.length];
    await victim?.kill();
    await victim?.start();
  }
  await delay(pauseMs);
  return { kills: steps - restarts, databaseRestarts: restarts };
}

async function subscribe(hub: Hub, url: string): Promise<void> {
  const answer = await fetch(`${hub.processes[0]?.address ?? ''}/api/identity/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url, events: ['verification.created'] }),
  });
  if (answer.status !== 201) throw new Error(`no webhook: ${answer.status} ${await answer.text()}`);
}

async function startReceiver() {
  const seen = new Map<string, number>();
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const { id } = JSON.parse(text) as { id?: string };
      if (id !== undefined) seen.set(id, (seen.get(id) ?? 0) + 1);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    repeated: () => [...seen.values()].reduce((sum, n) => sum + n - 1, 0),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What the hub owes after the load: webhooks on their way, a killed process's attempts after their lease. */
async function drained(hub: Hub): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    const [row] = await hub.query<{ n: number }>(
      "select count(*)::int as n from webhook_deliveries where state in ('pending', 'sending')",
    );
    if (row?.n === 0) return;
    await delay(200);
  }
}

async function judge(hub: Hub, report: LoadReport, received: ReadonlyMap<string, number>): Promise<readonly string[]> {
  const { findings, say, count, ids } = recordReader(hub, report.wrong);
  const customers = new Set(await ids('select id from customers'));
  say(
    [...report.customers].every((id) => customers.has(id)),
    'a customer that was acknowledged is not stored',
  );
  say(
    customers.size === report.customers.size,
    `${customers.size} customers stored, ${report.customers.size} answered`,
  );
  const captures = new Set(await ids('select id from captures'));
  const verifications = new Set(await ids('select id from verifications'));
  say(
    [...report.captures].every((id) => verifications.has(id)),
    'a capture that was acknowledged is not stored',
  );
  say(captures.size === report.captures.size, `${captures.size} captures stored, ${report.captures.size} answered`);
  say(verifications.size === captures.size, `${verifications.size} verifications of ${captures.size} captures`);

  // Each thing that happened is in the log once.
  const logged = (event: string): Promise<number> => count(`audit_log where event = '${event}'`);
  say((await logged('customer.created')) === customers.size, 'the log knows another number of customers');
  say((await logged('face.liveness_checked')) === captures.size, 'the log knows another number of captures');
  await judgeRecord(hub, captures.size, { say, count, ids });

  // Webhooks at least once each, jobs once.
  const events = await ids('select id from webhook_events');
  const missing = events.filter((id) => !received.has(id));
  say(missing.length === 0, `${missing.length} of ${events.length} events never arrived`);
  say(events.length === captures.size, `${events.length} events for ${captures.size} captures`);
  const [daily] = await hub.query<{ last_run_day: string | null; holder: string | null }>(
    "select last_run_day, holder from job_leases where name = 'daily'",
  );
  say(typeof daily?.last_run_day === 'string' && daily.holder === null, 'the daily job did not run, or is still held');
  return findings;
}
