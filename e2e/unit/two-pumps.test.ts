/** Two processes on one desk never send one capture twice, and neither breaks the order of a customer's captures. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sealCapture } from '../../src/desk/evidence/seal-capture.ts';
import { sampleDraft } from '../../src/desk/evidence/testing/sample-capture.ts';
import { openAt } from '../../src/store/testing/temporary-installation.ts';
import { openReceiver } from '../crash/receiver.ts';

let root: string;
beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'loket-pumps-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Sender {
  readonly ready: Promise<void>;
  readonly delivered: Promise<number>;
  go(): void;
}

function startSender(): Sender {
  const script = fileURLToPath(new URL('../crash/pump-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, root], { stdio: ['pipe', 'pipe', 'inherit'] });
  let out = '';
  let isReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (out.startsWith('ready')) isReady();
  });
  const delivered = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(Number(/delivered (\d+)/.exec(out)?.[1] ?? -1)));
  });
  return { ready, delivered, go: () => void child.stdin.write('go\n') };
}

it('two processes share the work', { timeout: 60_000 }, async () => {
  const clock = (): Date => new Date();
  const place = await openAt(root, clock);
  let ids = 0;
  const context = {
    store: place.store,
    vault: place.vault,
    clock,
    ids: { next: (prefix: string) => `${prefix}_${(ids += 1)}` },
  };
  const captures = 60;
  for (let index = 0; index < captures; index += 1) {
    const sealed = await sealCapture(context, sampleDraft(`${index}`, { customerId: `cus_${index % 12}`, frames: 1 }));
    expect(sealed.ok).toBe(true);
  }
  await place.store.close();
  const senders = [startSender(), startSender()];
  await Promise.all(senders.map(({ ready }) => ready));
  for (const sender of senders) sender.go();
  const delivered = await Promise.all(senders.map((sender) => sender.delivered));
  expect(delivered[0]! + delivered[1]!).toBe(captures);
  expect(Math.min(...delivered)).toBeGreaterThan(0);
  const receiver = openReceiver(root);
  const taken = receiver.taken();
  receiver.close();
  expect(taken.map(({ deliveries }) => deliveries)).toEqual(Array(captures).fill(1));
  for (let customer = 0; customer < 12; customer += 1) {
    const order = taken
      .filter(({ customerId }) => customerId === `cus_${customer}`)
      .map(({ nonce }) => Number(/\d+/.exec(nonce)?.[0]));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
});
