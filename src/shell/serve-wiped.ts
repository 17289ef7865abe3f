/** What a wiped desk still does: show one page that says what happened and what to do, and hand in its receipt. */
import type { AddressInfo } from 'node:net';
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import { sendReceipt } from '../desk/fleet/send-receipt.ts';
import { retryDelayMs } from '../desk/sync/back-off.ts';
import { randomInt } from '../vault/random.ts';
import { pageHeaders } from './station-server.ts';

export interface WipedOptions {
  /** Folder of the built renderer. */
  readonly folder: string;
  readonly port: number;
  readonly dataDirectory: string;
}

/** Tries until head office has it; a desk that never meets its hub again harms nobody by asking. */
export function handInReceipt(dataDirectory: string): { stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let failures = 0;
  const attempt = async (): Promise<void> => {
    const sent = await sendReceipt(dataDirectory);
    if (sent.ok || sent.error.code === 'not_found' || stopped) return;
    failures += 1;
    timer = setTimeout(() => void attempt(), retryDelayMs(failures, randomInt(1_000) / 1_000));
    timer.unref();
  };
  void attempt();
  return {
    stop() {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** On loopback, and nothing else: no call, no socket. A port that is taken gives way to a free one. */
export async function serveWiped(options: WipedOptions): Promise<{ readonly address: string; close(): Promise<void> }> {
  const app = Fastify({ logger: false });
  await app.register(fastifyStatic, {
    root: options.folder,
    index: ['wiped.html'],
    cacheControl: false,
    setHeaders: (reply) => {
      void reply.headers(pageHeaders);
    },
  });
  const listen = (port: number) => app.listen({ port, host: '127.0.0.1' });
  await listen(options.port).catch(() => listen(0));
  const receipt = handInReceipt(options.dataDirectory);
  return {
    address: `http://localhost:${(app.server.address() as AddressInfo).port}/`,
    async close() {
      receipt.stop();
      await app.close();
    },
  };
}
