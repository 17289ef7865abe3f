import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeTransit, transitAbout } from '../../services/desk-delivery/transit-payload.ts';
import { temporaryInstallation, type TemporaryInstallation } from '../../store/testing/temporary-installation.ts';
import { openFromTransit } from '../../vault/transit.ts';
import { sealCapture } from '../evidence/seal-capture.ts';
import { sampleDelivery, sampleDraft } from '../evidence/testing/sample-capture.ts';
import { createHttpSink } from './http-sink.ts';
import { createOutboxPump } from './outbox-pump.ts';
import { linkDesk } from './testing/linked-desk.ts';

type Mood = (body: { nonce: string; envelope: string }, response: ServerResponse) => void;

let place: TemporaryInstallation;
let server: Server;
let moods: Mood[];
let bodies: { nonce: string; envelope: string; deskId: string }[];
let transportPrivateKey: Uint8Array;
let now: Date;
const clock = (): Date => now;
let skews: number[];

const takes: Mood = (body, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(sampleDelivery(body.nonce)));
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as (typeof bodies)[number];
  bodies.push(body);
  (moods.shift() ?? takes)(body, response);
}

beforeEach(async () => {
  now = new Date('2026-11-20T03:00:00.000Z');
  [moods, bodies, skews] = [[], [], []];
  place = await temporaryInstallation(clock);
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ transportPrivateKey } = await linkDesk(place, `http://127.0.0.1:${(server.address() as AddressInfo).port}`));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await place.remove();
});

let ids = 0;
async function seal(name: string): Promise<string> {
  const context = {
    store: place.store,
    vault: place.vault,
    clock,
    ids: { next: (prefix: string) => `${prefix}_${(ids += 1)}` },
  };
  const sealed = await sealCapture(context, sampleDraft(name));
  return sealed.ok ? sealed.value.nonce : expect.fail(sealed.error.code);
}

/** One round of the queue, an hour later than the last. */
async function round(): Promise<{ state: string; last_error: string | null; attempts: number } | undefined> {
  now = new Date(now.getTime() + 3_600_000);
  const times = { connect: 500, headers: 200, idle: 200 };
  const ctx = { store: place.store, vault: place.vault, clock };
  const sink = createHttpSink({ ctx, times, onSkew: (ms) => void skews.push(ms) });
  await createOutboxPump({ store: place.store, vault: place.vault, sink, clock }).drain();
  return place.store.db.selectFrom('outbox').select(['state', 'last_error', 'attempts']).executeTakeFirst();
}

const status =
  (code: number, text = ''): Mood =>
  (_body, response) =>
    void response.writeHead(code).end(text);

describe('a hub that is not well', () => {
  it.each<[string, Mood]>([
    ['500', status(500, '{"error":"x","code":"internal"}')],
    ['502 with a page', status(502, '<html>')],
    ['429', status(429, '{"error":"x","code":"rate_limited"}')],
    ['408', status(408)],
    ['425', status(425)],
    ['garbage in a 200', status(200, '\u0000\u0001 not json')],
    ['an empty 200', status(200)],
    ['JSON of another shape', status(200, '{"ok":true}')],
    [
      'another capture’s answer',
      (_body, response) => void response.end(JSON.stringify(sampleDelivery('another-nonce-of-a'))),
    ],
    [
      'half an answer',
      (body, response) => {
        const text = JSON.stringify(sampleDelivery(body.nonce));
        response.writeHead(200, { 'content-length': text.length });
        response.write(text.slice(0, text.length / 2), () => response.destroy());
      },
    ],
    ['no answer at all', () => undefined],
    ['a broken line', (_body, response) => void response.destroy()],
    ['a redirect', (_body, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
  ])('%s: the capture waits and is sent again, the same bytes under the same nonce', async (_what, mood) => {
    const nonce = await seal('one');
    moods = [mood];
    expect(await round()).toMatchObject({ state: 'pending', attempts: 1 });
    expect(await round()).toMatchObject({ state: 'delivered', attempts: 2, last_error: null });
    expect(bodies.map((body) => body.nonce)).toEqual([nonce, nonce]);
    expect(bodies[1]?.envelope).toBe(bodies[0]?.envelope);
  });

  it('takes the answer of a delivery that arrived twice', async () => {
    await seal('one');
    moods = [
      // Taken in, but the answer is lost on the way.
      (_body, response) => void response.destroy(),
      (body, response) => void response.end(JSON.stringify(sampleDelivery(body.nonce, 'cus_sample', true))),
    ];
    await round();
    expect(await round()).toMatchObject({ state: 'delivered' });
  });

  it('leaves the queue by a refusal only with the hub’s own code', async () => {
    await seal('one');
    moods = [status(422, '{"error":"x","code":"signature_invalid"}')];
    expect(await round()).toMatchObject({ state: 'refused', last_error: 'signature_invalid' });
  });
});

describe('what travels', () => {
  it('opens with the hub’s key only, as this desk’s capture of this nonce', async () => {
    const nonce = await seal('one');
    await round();
    const envelope = new Uint8Array(Buffer.from(bodies[0]?.envelope ?? '', 'base64'));
    const { id } = place.vault.desk;
    const capture = decodeTransit(await openFromTransit(transportPrivateKey, envelope, transitAbout(id, nonce)));
    expect(capture).toMatchObject({ nonce, kind: 'ktp', customerId: 'cus_sample' });
    await expect(openFromTransit(transportPrivateKey, envelope, transitAbout(id, 'another'))).rejects.toThrow();
    const flipped = envelope.map((byte, index) => (index === envelope.length - 30 ? byte ^ 1 : byte));
    await expect(openFromTransit(transportPrivateKey, flipped, transitAbout(id, nonce))).rejects.toThrow();
    // Nothing of the capture lies open in it: not the nonce of the manifest, not a frame.
    expect(Buffer.from(envelope).includes(nonce)).toBe(false);
  });

  it('tells by the hub’s clock how far the desk’s is off', async () => {
    await seal('one');
    moods = [
      (body, response) => {
        response.writeHead(200, { date: new Date(now.getTime() - 900_000).toUTCString() });
        response.end(JSON.stringify(sampleDelivery(body.nonce)));
      },
    ];
    await round();
    expect(skews[0]).toBe(900_000);
  });
});
