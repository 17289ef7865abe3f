/**
 * The line of one desk to the hub: a balancer of its own that passes TLS through (layer 4), and that can be cut or slow. Each
 * new connection goes to a process that is up; on a cut line connections break and none is taken.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { HubProcess } from './hub-processes.ts';

export interface Speed {
  readonly bytesPerSecond: number;
  readonly latencyMs: number;
}

export interface Line {
  /** `https://127.0.0.1:N`. */
  readonly url: string;
  cut(): void;
  mend(): void;
  /** Null: as fast as it goes. */
  slow(speed: Speed | null): void;
  close(): Promise<void>;
}

export async function openLine(processes: readonly HubProcess[], number: number): Promise<Line> {
  const open = new Set<Socket>();
  let turn = number;
  let isCut = false;
  let speed: Speed | null = null;
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const server = createServer((near) => {
    keep(near);
    const up = processes.filter((one) => one.up);
    const target = up[(turn += 1) % Math.max(1, up.length)];
    if (isCut || target === undefined) return void near.destroy();
    const far = connect({ port: target.port, host: '127.0.0.1', localAddress: addressOf(number) });
    keep(far);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.pipe(held(() => speed)).pipe(far);
    far.pipe(held(() => speed)).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut() {
      isCut = true;
      hangUp();
    },
    mend: () => void (isCut = false),
    slow: (to) => void (speed = to),
    async close() {
      hangUp();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Each desk comes from an address of its own (all of 127/8 is this machine): limits on an address count it alone. */
function addressOf(desk: number): string {
  return `127.1.${Math.floor(desk / 200)}.${(desk % 200) + 1}`;
}

/** Passes bytes on at the speed of the moment; what comes faster waits on the sender's side. */
function held(speed: () => Speed | null): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const now = speed();
      if (now === null) return done(null, chunk);
      void delay(now.latencyMs + (chunk.length / now.bytesPerSecond) * 1000).then(() => done(null, chunk));
    },
  });
}
