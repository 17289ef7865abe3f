/**
 * Branches that work on a hub through a load balancer: each customer and each capture is sent until a process answers for it,
 * with the same idempotency key and the same nonce, as a desk or a bank's program does it.
 */
import { setTimeout as delay } from 'node:timers/promises';
import sharp from 'sharp';
import type { BundleManifest } from '../../src/contract/bundle.ts';
import { signHmac } from '../../src/vault/bundle-signing.ts';
import { randomToken, sha256 } from '../../src/vault/random.ts';
import type { Hub } from './hub-processes.ts';

export interface LoadReport {
  readonly customers: Set<string>;
  /** Ids of their verifications. */
  readonly captures: Set<string>;
  /** Milliseconds from the first try to the answer. */
  readonly took: number[];
  /** Tries that found nobody, or a 5xx. */
  retried: number;
  /** Answers of 503 with a code of ours: what a process says while its database is away. */
  unavailable: number;
  /** Answers that no client should ever get. */
  readonly wrong: string[];
}

interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: Record<string, unknown>;
    readonly code?: string;
    readonly flashChallenge?: { readonly nonce: string; readonly hmacSecret: string };
    readonly verification?: { readonly id: string };
  };
}

const patienceMs = 120_000;

export function newReport(): LoadReport {
  return { customers: new Set(), captures: new Set(), took: [], retried: 0, unavailable: 0, wrong: [] };
}

/** Round robin, and on to the next process when one does not answer or is not well. */
function balancer(hub: Hub, report: LoadReport) {
  let turn = 0;
  return async (path: string, body: object, idempotencyKey?: string): Promise<Answer> => {
    const started = performance.now();
    for (;;) {
      const target = hub.processes[(turn += 1) % hub.processes.length];
      const answer = await post(`${target?.address ?? ''}${path}`, hub.apiKey, body, idempotencyKey);
      if (answer !== null && answer.status < 500) {
        report.took.push(performance.now() - started);
        return answer;
      }
      report.retried += 1;
      if (answer?.status === 503 && answer.body.code === 'unavailable') report.unavailable += 1;
      else if (answer !== null && answer.status !== 503)
        report.wrong.push(`${path} ${answer.status} ${answer.body.code ?? ''}`);
      if (performance.now() - started > patienceMs) throw new Error(`${path} was not answered in two minutes`);
      await delay(50 + Math.random() * 100);
    }
  };
}

async function post(
  url: string,
  key: string,
  body: object,
  idempotencyKey: string | undefined,
): Promise<Answer | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  } catch {
    return null;
  }
}

/** One branch until `stop`: a customer, then a capture of him. */
export async function workAtBranch(hub: Hub, report: LoadReport, branch: number, stop: () => boolean): Promise<void> {
  const send = balancer(hub, report);
  const frame = await sharp({ create: { width: 160, height: 160, channels: 3, background: '#8a7a6a' } })
    .jpeg()
    .toBuffer();
  for (let serial = 0; !stop(); serial += 1) {
    const externalRef = `core-${branch}-${serial}-${randomToken(6)}`;
    const made = await send('/api/customers', { fullName: 'SITI CONTOH', externalRef }, `make-${externalRef}`);
    const customerId = made.body.data?.['id'];
    if (made.status !== 201 || typeof customerId !== 'string') {
      report.wrong.push(`customer ${made.status} ${made.body.code ?? ''}`);
      continue;
    }
    report.customers.add(customerId);
    const verified = await capture(send, customerId, frame);
    if (typeof verified === 'string') report.captures.add(verified);
    else report.wrong.push(`capture ${verified.status} ${verified.code}`);
  }
}

type Send = ReturnType<typeof balancer>;

async function capture(
  send: Send,
  customerId: string,
  frame: Buffer,
): Promise<string | { readonly status: number; readonly code: string }> {
  const issued = await send('/api/identity/face/flash-challenge', { customerId }, `challenge-${customerId}`);
  const challenge = issued.body.flashChallenge;
  if (challenge === undefined) return { status: issued.status, code: issued.body.code ?? '' };
  const manifest: BundleManifest = {
    version: '1.0',
    sdkVersion: 'hub-harness@1',
    platform: 'web',
    frames: [sha256(frame)],
    capturedAt: new Date().toISOString(),
    flashChallengeNonce: challenge.nonce,
  };
  const bundle = {
    ...manifest,
    signature: signHmac(manifest, challenge.hmacSecret),
    frames: [frame.toString('base64')],
  };
  const checked = await send('/api/identity/face/liveness', { customerId, bundle });
  return checked.body.verification?.id ?? { status: checked.status, code: checked.body.code ?? '' };
}
