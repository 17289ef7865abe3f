/**
 * One desk of the simulated bank: an installation of its own (keys, encrypted database), enrolled with a one-time code, with the
 * sealing, the outbox and the sender of the real desk. Only the person and the camera are made up: the frames show nothing.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { ulid } from 'ulid';
import { sealCapture, type CaptureDraft } from '../../src/desk/evidence/seal-capture.ts';
import { sampleFrame } from '../../src/desk/evidence/testing/sample-capture.ts';
import { createHttpSink } from '../../src/desk/sync/http-sink.ts';
import { enrolWithHub } from '../../src/desk/sync/hub-link.ts';
import { createOutboxPump } from '../../src/desk/sync/outbox-pump.ts';
import { createIds } from '../../src/services/ids.ts';
import { verifyAudit } from '../../src/services/verify-audit.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { challengeBytes } from '../../src/vault/bundle-signing.ts';
import { randomToken } from '../../src/vault/random.ts';
import type { Line } from './line.ts';

export interface SimDesk {
  readonly id: string;
  readonly line: Line;
  /** Nonces that sealing acknowledged: from then on the teller may let the customer go. */
  readonly sealed: ReadonlySet<string>;
  /** Of deliveries that succeeded: milliseconds from the first byte to the answer. */
  readonly answers: readonly number[];
  /** Deliveries that found no hub, a broken line or a busy one, by code. */
  readonly failures: ReadonlyMap<string, number>;
  /** Card, then face, of customer after customer. */
  captureOne(): Promise<void>;
  waiting(): Promise<number>;
  /** Everything that waits is tried now. */
  kick(): Promise<void>;
  deliveries(): Promise<readonly Delivery[]>;
  auditHolds(): Promise<boolean>;
  close(): Promise<void>;
}

export interface Delivery {
  readonly nonce: string;
  readonly state: string;
  readonly attempts: number;
  /** From sealed to acknowledged; null while it waits. */
  readonly tookMs: number | null;
}

const clock = (): Date => new Date();
const orgId = 'org_desk';

/** A photograph's size with nothing on it: judging pictures is measured elsewhere (`bench:ktp`, `bench:face`), moving them here. */
async function blank(name: string): Promise<Uint8Array> {
  const picture = await sharp({ create: { width: 480, height: 480, channels: 3, background: '#8a7a6a' } })
    .jpeg()
    .toBuffer();
  // Behind the end of the picture; no reader looks there.
  return new Uint8Array(Buffer.concat([picture, sampleFrame(name, 60_000)]));
}

export interface SimDeskPlace {
  readonly line: Line;
  /** A one-time code of head office. */
  readonly code: string;
  /** PEM that the hub's certificate is checked against. */
  readonly authority: string;
}

export async function openSimDesk(
  { authority, code, line }: SimDeskPlace,
  number: number,
  frames: number,
): Promise<SimDesk> {
  const place = await openAt(mkdtempSync(join(tmpdir(), 'loket-sim-desk-')), clock, 'sqlite');
  const { store, vault } = place;
  const ctx = { store, vault, clock, ids: createIds(clock) };
  const link = await enrolWithHub(ctx, { url: line.url, code, ca: authority });
  if (!link.ok) throw new Error(`desk ${number}: ${link.error.code}`);

  const sealed = new Set<string>();
  const answers: number[] = [];
  const failures = new Map<string, number>();
  const sender = createHttpSink({ ctx });
  const sink: typeof sender = {
    ...sender,
    async deliver(...args) {
      const started = performance.now();
      const answer = await sender.deliver(...args);
      if (answer.ok) answers.push(performance.now() - started);
      else failures.set(answer.error.code, (failures.get(answer.error.code) ?? 0) + 1);
      return answer;
    },
  };
  const pump = createOutboxPump({ store, vault, sink, clock });
  pump.start();
  const pictures = await Promise.all(Array.from({ length: frames }, (_, n) => blank(`${number}/${n}`)));
  let serial = 0;
  let customerId = '';
  return {
    id: vault.desk.id,
    line,
    sealed,
    answers,
    failures,
    async captureOne() {
      const kind = serial % 2 === 0 ? 'ktp' : 'face';
      if (kind === 'ktp') customerId = `cus_${ulid()}`;
      serial += 1;
      const draft = { ...draftOf(vault, kind, customerId, serial), frames: pictures };
      const done = await sealCapture(ctx, draft);
      if (!done.ok) throw new Error(`desk ${number}: ${done.error.code}`);
      sealed.add(done.value.nonce);
      // As the station does it after each capture.
      await pump.kick();
    },
    async waiting() {
      const row = await store.db
        .selectFrom('outbox')
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('state', 'in', ['pending', 'sending'])
        .executeTakeFirst();
      return Number(row?.n ?? 0);
    },
    kick: () => pump.kick(),
    async deliveries() {
      const rows = await store.db
        .selectFrom('outbox')
        .select(['id', 'state', 'attempts', 'created_at', 'delivered_at'])
        .execute();
      return rows.map((row) => ({
        nonce: row.id,
        state: row.state,
        attempts: row.attempts,
        tookMs: row.delivered_at === null ? null : Date.parse(row.delivered_at) - Date.parse(row.created_at),
      }));
    },
    auditHolds: async () => (await verifyAudit(store)).intact,
    async close() {
      await pump.stop();
      await place.remove();
    },
  };
}

type Vault = Awaited<ReturnType<typeof openAt>>['vault'];

function draftOf(vault: Vault, kind: 'ktp' | 'face', customerId: string, counter: number): CaptureDraft {
  const at = Date.now();
  const iso = (ms: number): string => new Date(at + ms).toISOString();
  const unsigned = {
    nonce: randomToken(24),
    purpose: kind,
    colors: ['#FFFFFF', '#3CE66E', '#4678FF'],
    holdMs: [400, 400, 400],
    issuedAt: iso(-10_000),
    expiresAt: iso(80_000),
    counter,
    deskId: vault.desk.id,
  };
  const challenge = { ...unsigned, signature: vault.desk.sign(challengeBytes(unsigned)) };
  return {
    orgId,
    operatorId: 'usr_teller',
    kind,
    customerId,
    frames: [],
    manifest: {
      version: '1.0',
      sdkVersion: 'loket@sim',
      platform: 'desktop',
      capturedAt: iso(0),
      flashChallengeNonce: challenge.nonce,
      evidence: { challenge, subject: { fullName: 'NASABAH CONTOH' } },
    },
  };
}
