/** Sends, watches, judges. */
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { marker } from './arbitrary.ts';
import { requestOf, type WireRequest } from './requests.ts';
import { openWorld, type World } from './world.ts';

/** A request that takes longer hangs, by the agreement. */
const hangMs = 5000;
const idPattern = /\b(?:org|cus|ver|fc|ktpb|fe|kte|whd|whk|evt|key|usr|cap|rvw|rvd|dev|ers)_[0-9A-HJKMNP-TV-Z]{26}\b/g;

export interface Finding {
  readonly what: string;
  readonly request: string;
  readonly answer: string;
}

export interface FuzzReport {
  readonly requests: number;
  readonly seed: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Operations that answered with success at least once, of all. */
  readonly reached: readonly string[];
  readonly operations: number;
  readonly slowestMs: number;
  readonly logLines: number;
  readonly findings: readonly Finding[];
}

interface Received {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

const show = (one: WireRequest): string =>
  `${one.caller} ${one.method} ${one.path.slice(0, 300)} ${JSON.stringify(one.headers)} ${Buffer.from(one.body ?? [])
    .toString('utf8')
    .slice(0, 1500)}`;

/** Node's client refuses to write such a path; a plain socket does not. */
const needsSocket = (one: WireRequest): boolean => /[^\u0021-\u007e]/.test(one.path);

function flatten(port: number, one: WireRequest, credentials: Readonly<Record<string, string>>): string[] {
  const pairs = [['host', `localhost:${port}`], ...Object.entries(credentials), ...one.headers] as [string, string][];
  if (one.body !== null) pairs.push(['content-length', String(one.body.length)]);
  return pairs.flatMap(([name, value]) => [name, value.replace(/[^\u0020-\u007e]/g, '?')]);
}

function overSocket(port: number, one: WireRequest, headers: readonly string[]): Promise<Received> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const parts: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      const lines = [`${one.method} ${one.path} HTTP/1.1`, 'connection: close'];
      for (let at = 0; at < headers.length; at += 2) lines.push(`${headers[at] ?? ''}: ${headers[at + 1] ?? ''}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
      if (one.body !== null) socket.write(one.body);
    });
    socket.setTimeout(hangMs, () => socket.destroy(new Error('hang')));
    socket.on('data', (chunk) => parts.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(parts).toString();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text, ms: performance.now() - started });
    });
  });
}

function overHttp(agent: Agent, port: number, one: WireRequest, headers: readonly string[]): Promise<Received> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const sent = httpRequest(
      { agent, host: '127.0.0.1', port, method: one.method, path: one.path, headers, timeout: hangMs },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => parts.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            text: `${JSON.stringify(answer.headers)}\n${Buffer.concat(parts).toString()}`,
            ms: performance.now() - started,
          }),
        );
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('hang')));
    sent.on('error', reject);
    sent.end(one.body ?? undefined);
  });
}

/** A refusal in the middle of a body closes the connection: to the writer that is a reset, not a fault of the server. */
const closedEarly = (error: NodeJS.ErrnoException, one: WireRequest): boolean =>
  (error.code === 'EPIPE' || error.code === 'ECONNRESET') && (one.body?.length ?? 0) > 60_000;

export async function fuzz(options: { readonly requests: number; readonly seed: number; readonly parallel?: number }) {
  const world = await openWorld();
  const agent = new Agent({ keepAlive: true, maxSockets: options.parallel ?? 8 });
  try {
    return await run(world, agent, options);
  } finally {
    agent.destroy();
    await world.close();
  }
}

async function run(
  world: World,
  agent: Agent,
  { requests, seed, parallel = 8 }: { readonly requests: number; readonly seed: number; readonly parallel?: number },
): Promise<FuzzReport> {
  const findings: Finding[] = [];
  const statuses: Record<string, number> = {};
  const reached = new Set<string>();
  const seen: { ids: ReadonlySet<string>; org: 'bank' | 'rival'; request: string }[] = [];
  let slowestMs = 0;

  async function one(generated: WireRequest): Promise<void> {
    const { org, headers: credentials } = await world.credentials(generated.caller);
    const wire = generated.sign && org !== null ? await signed(world, org, generated) : generated;
    const headers = flatten(world.port, wire, credentials);
    let received: Received;
    try {
      received = needsSocket(wire)
        ? await overSocket(world.port, wire, headers)
        : await overHttp(agent, world.port, wire, headers);
    } catch (error) {
      if (!closedEarly(error as NodeJS.ErrnoException, wire))
        findings.push({ what: `no answer: ${(error as Error).message}`, request: show(wire), answer: '' });
      statuses['closed early'] = (statuses['closed early'] ?? 0) + 1;
      return;
    }
    statuses[received.status] = (statuses[received.status] ?? 0) + 1;
    slowestMs = Math.max(slowestMs, received.ms);
    if (received.status >= 200 && received.status < 300) reached.add(wire.operation);
    if (received.status === 401 || received.text.includes('"csrf_failed"')) world.renew(wire.caller);
    judge(wire, received, org);
  }

  function judge(wire: WireRequest, received: Received, org: 'bank' | 'rival' | null): void {
    const report = (what: string): void =>
      void findings.push({ what, request: show(wire), answer: received.text.slice(0, 1500) });
    if (received.status >= 500 || received.status === 0) report(`status ${received.status}`);
    if (received.ms > hangMs) report(`took ${Math.round(received.ms)} ms`);
    const asked = `${wire.path} ${Buffer.from(wire.body ?? []).toString('utf8')}`;
    const hidden = (['bank', 'rival'] as const).filter((name) => name !== org).flatMap((name) => world.secrets[name]);
    for (const secret of hidden)
      if (received.text.includes(secret) && !asked.includes(secret)) report('personal data of another organisation');
    if (org === null) return;
    const ids = new Set(
      [...received.text.matchAll(idPattern)].map((match) => match[0]).filter((id) => !asked.includes(id)),
    );
    if (ids.size > 0) seen.push({ ids, org, request: show(wire) });
  }

  const all = fc.sample(
    requestOf(world.document, (caller) => world.idsOf(caller)),
    { numRuns: requests, seed },
  );
  let next = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < all.length) await one(all[next++] as WireRequest);
    }),
  );

  const owners = await world.owners();
  for (const { ids, org, request } of seen)
    for (const id of ids) {
      const other = world.orgIds[org === 'bank' ? 'rival' : 'bank'];
      if (id === other || owners.get(id) === other)
        findings.push({ what: `id ${id} of another organisation`, request, answer: '' });
    }
  findings.push(...logFindings(world));
  return {
    requests: all.length,
    seed,
    statuses,
    reached: [...reached].sort(),
    operations: Object.values(world.document.paths).flatMap((methods) => Object.keys(methods)).length,
    slowestMs: Math.round(slowestMs),
    logLines: world.log.lines(),
    findings,
  };
}

async function signed(world: World, org: 'bank' | 'rival', wire: WireRequest): Promise<WireRequest> {
  try {
    const body = JSON.parse(Buffer.from(wire.body ?? []).toString('utf8')) as Record<string, unknown>;
    const better = await world.sign(org, wire.operation, body);
    return { ...wire, body: new TextEncoder().encode(JSON.stringify(better)) };
  } catch {
    return wire;
  }
}

/** Nothing anybody sent, and nobody's data, may stand in the log. */
function logFindings(world: World): Finding[] {
  const text = world.log.text();
  const forbidden = [marker, marker.toLowerCase(), ...world.secrets.bank, ...world.secrets.rival, ...world.keys];
  return forbidden
    .filter((secret) => text.includes(secret))
    .map((secret) => ({
      what: `the log holds ${JSON.stringify(secret)}`,
      request: '',
      answer: text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret) + 200),
    }));
}
