/** A closed loop of a few connections: each sends the next request when it has the answer. */
import { Agent, request } from 'node:http';

export interface Shot {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

export interface Timing {
  readonly ms: readonly number[];
  readonly seconds: number;
}

function fire(agent: Agent, port: number, key: string, shot: Shot): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const headers = {
      host: 'localhost',
      authorization: `Bearer ${key}`,
      ...(shot.body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(shot.body) }),
    };
    const sent = request(
      { agent, host: '127.0.0.1', port, method: shot.method, path: shot.path, headers },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (answer.statusCode === 200 ? undefined : (text += chunk.toString())));
        answer.on('end', () =>
          answer.statusCode === 200
            ? resolve(performance.now() - started)
            : reject(new Error(`${shot.method} ${shot.path}: ${answer.statusCode ?? 0} ${text.slice(0, 300)}`)),
        );
      },
    );
    sent.on('error', reject);
    sent.end(shot.body);
  });
}

/** Fires shots until the time is over or there are none left. */
export async function fireFor(
  port: number,
  key: string,
  shots: () => Shot | null,
  options: { readonly ms: number; readonly connections: number },
): Promise<Timing> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections });
  const ms: number[] = [];
  const started = performance.now();
  await Promise.all(
    Array.from({ length: options.connections }, async () => {
      while (performance.now() - started < options.ms) {
        const shot = shots();
        if (shot === null) return;
        ms.push(await fire(agent, port, key, shot));
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return { ms, seconds };
}

export function summary(timings: readonly Timing[]) {
  const all = timings.flatMap((one) => one.ms).sort((a, b) => a - b);
  const at = (share: number): number => all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
  const seconds = timings.reduce((sum, one) => sum + one.seconds, 0);
  return { requests: all.length, perSecond: all.length / seconds, p50: at(0.5), p95: at(0.95) };
}
