import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { entryFor, manifestOf, tinyGraph } from '../testing/tiny-onnx.ts';
import { forkVisionProcess } from './fork-vision.ts';
import { createSupervisedVision, type SupervisedVision } from './supervised-vision.ts';
import { defaultSupervisorTimes, type SupervisorTimes } from './supervisor.ts';

const fixture = fileURLToPath(new URL('./testing/fixture-child.ts', import.meta.url));
const graph = tinyGraph([10, 20]);
const order = (text: string) => ({ frames: [new TextEncoder().encode(text)] });
const faceOrder = (text: string) => ({ ...order(text), purpose: 'selfie' as const });
const down = { available: false, reason: 'vision_unavailable' };

let scratch: string;
const open: SupervisedVision[] = [];

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'loket-vision-'));
});
afterEach(async () => {
  for (const vision of open.splice(0)) await vision.close();
  await rm(scratch, { recursive: true });
});

async function start(times: Partial<SupervisorTimes> = {}): Promise<SupervisedVision> {
  const vision = await createSupervisedVision({
    modelDirectories: [scratch],
    manifest: manifestOf(entryFor('tiny', graph)),
    threads: 1,
    fork: forkVisionProcess(fixture),
    times: { ...defaultSupervisorTimes, ...times },
  });
  open.push(vision);
  return vision;
}

/** The process id the child noted when it took this order for the nth time. */
async function pidWorkingOn(text: string, nth = 0): Promise<number> {
  const mark = join(scratch, `${text}.${nth}`);
  await vi.waitUntil(() => existsSync(mark) && readFileSync(mark, 'utf8') !== '', { timeout: 20_000 });
  return Number(readFileSync(mark, 'utf8'));
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('createSupervisedVision', () => {
  it('answers over the wire, typed arrays typed, models run in the child', async () => {
    await writeFile(join(scratch, 'tiny.onnx'), graph);
    const vision = await start();
    const facts = await vision.analyseFace(faceOrder('ok'));
    expect(facts.template).toMatchObject({ available: true, value: { vector: Float32Array.of(0.6, 0.8) } });
    // relu(1 + 10), relu(2 + 20)
    expect(facts.measurements.map(({ value }) => value)).toEqual([11, 22]);
    expect((await vision.analyseCard(order('ok'))).renditions.card).toEqual(Uint8Array.of(1, 2, 3));
    expect(await vision.status()).toMatchObject({
      host: 'process',
      state: 'ready',
      restarts: 0,
      models: [{ id: 'tiny', state: 'ready' }],
    });
    expect(await pidWorkingOn('ok')).not.toBe(process.pid);
  });

  it('sends a frame without the bytes around it', async () => {
    const vision = await start();
    const around = new TextEncoder().encode('xxxokxxx');
    await vision.coachFace(around.subarray(3, 5));
    expect(await pidWorkingOn('ok')).toBe(vision.pid());
  });

  it('survives kill -9 in the middle of a request: restarted and retried', async () => {
    const vision = await start();
    const pending = vision.analyseFace(faceOrder('wait-once'));
    const victim = await pidWorkingOn('wait-once');
    process.kill(victim, 'SIGKILL');
    expect((await pending).template.available).toBe(true);
    expect(await pidWorkingOn('wait-once', 1)).not.toBe(victim);
    expect(await vision.status()).toMatchObject({ state: 'ready', restarts: 1 });
  });

  it('answers unavailable facts after the second crash over one request, and serves the next', async () => {
    const vision = await start();
    const poison = vision.analyseCard({ ...order('die'), frameTimesMs: [40] });
    const innocent = vision.analyseFace(faceOrder('ok'));
    const facts = await poison;
    expect([facts.outline, facts.reading, facts.portrait, facts.flash]).toEqual([down, down, down, down]);
    expect(facts.frames).toMatchObject([{ index: 0, tMs: 40, problem: 'vision_unavailable' }]);
    expect((await innocent).template.available).toBe(true);
    expect(readdirSync(scratch).filter((name) => name.startsWith('die.'))).toHaveLength(2);
    expect(readdirSync(scratch).filter((name) => name.startsWith('ok.'))).toHaveLength(1);
    expect((await vision.status()).restarts).toBe(2);
  });

  it('gives no advice behind an analysis, and only the newest frame its turn', async () => {
    const vision = await start();
    const frame = (text: string) => new TextEncoder().encode(text);
    const analysis = vision.analyseFace(faceOrder('wait-once'));
    expect(await vision.coachCard(frame('ok'))).toMatchObject({ skipped: true });
    // The process it hangs in is ended, so that its second attempt answers.
    process.kill(await pidWorkingOn('wait-once'), 'SIGKILL');
    expect((await analysis).template.available).toBe(true);
    const answers = await Promise.all(['one', 'two', 'ok'].map((text) => vision.coachFace(frame(text))));
    expect(answers.map((answer) => answer.skipped ?? false)).toEqual([false, true, false]);
  });

  it('kills a process that hangs, even in a busy loop, and retries', async () => {
    const call = { ...defaultSupervisorTimes.call, analyseFace: 1_500 };
    const vision = await start({ call });
    expect((await vision.analyseFace(faceOrder('spin-once'))).template.available).toBe(true);
    const victim = await pidWorkingOn('spin-once');
    expect(alive(victim)).toBe(false);
    expect((await vision.status()).restarts).toBe(1);
  });

  it('gives up on a request that hangs twice', async () => {
    const call = { ...defaultSupervisorTimes.call, coachFace: 800, analyseFace: 800 };
    const vision = await start({ call });
    expect((await vision.analyseFace(faceOrder('wait'))).template).toEqual(down);
    expect((await vision.coachFace(new TextEncoder().encode('ok'))).faces).toEqual([]);
  });

  it('says so at once when the process cannot start, and recovers when it can', async () => {
    await writeFile(join(scratch, 'refuse-to-start'), '');
    const vision = await start();
    expect((await vision.analyseFace(faceOrder('ok'))).template).toEqual(down);
    await rm(join(scratch, 'refuse-to-start'));
    await vi.waitUntil(async () => (await vision.status()).state === 'ready', { timeout: 20_000 });
    expect((await vision.analyseFace(faceOrder('ok'))).template.available).toBe(true);
  });

  it('turns a bug in an analysis into unavailable facts without a restart', async () => {
    const vision = await start();
    expect((await vision.analyseFace(faceOrder('throw'))).template).toEqual(down);
    expect((await vision.status()).restarts).toBe(0);
  });

  it('ends the process on close, even one that hangs, and answers what was pending', async () => {
    const vision = await start({ close: 300 });
    const pending = vision.analyseFace(faceOrder('spin'));
    const pid = await pidWorkingOn('spin');
    await vision.close();
    expect((await pending).template).toEqual(down);
    expect(alive(pid)).toBe(false);
    expect((await vision.analyseFace(faceOrder('ok'))).template).toEqual(down);
    expect((await vision.status()).state).toBe('down');
  });
});

describe('the vision process', () => {
  it('leaves when its parent goes away', async () => {
    const source = `
      import { fork } from 'node:child_process';
      const child = fork(${JSON.stringify(fixture)}, [], { serialization: 'advanced' });
      child.on('message', () => console.log(child.pid));
      child.send({ kind: 'open', options: { modelDirectories: [${JSON.stringify(scratch)}], manifest: { models: [] } } });
    `;
    const script = join(scratch, 'parent.mjs');
    await writeFile(script, source);
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitUntil(() => !alive(pid), { timeout: 20_000 });
  });
});
