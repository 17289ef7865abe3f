import { existsSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { downloadProven, type DownloadRequest } from './download.ts';
import { startMoodyServer, type Mood, type MoodyServer } from './testing/moody-server.ts';

/** 300 kB that do not repeat, so that a byte out of place shows in the hash. */
const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8) * 17) & 0xff);
const other = content.toReversed();

let folder: string;
let partPath: string;
const servers: MoodyServer[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loket-download-'));
  partPath = join(folder, 'file.part');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await rm(folder, { recursive: true });
});

async function server(...moods: Mood[]): Promise<MoodyServer> {
  const started = await startMoodyServer(content, moods);
  servers.push(started);
  return started;
}

function download(from: MoodyServer, over: Partial<DownloadRequest> = {}) {
  return downloadProven({
    url: `${from.origin}/model.onnx`,
    partPath,
    sha256: bytesToHex(sha256(content)),
    bytes: content.length,
    times: { connect: 2_000, headers: 700, idle: 700 },
    retryDelayMs: () => 1,
    ...over,
  });
}

async function expectWhole(result: Awaited<ReturnType<typeof download>>): Promise<void> {
  expect(result).toEqual({ ok: true, value: { bytes: content.length } });
  expect((await readFile(partPath)).equals(content)).toBe(true);
}

describe('downloadProven', () => {
  it('fetches a file and reports progress up to its size', async () => {
    const seen: number[] = [];
    const from = await server({ kind: 'serve' });
    await expectWhole(await download(from, { onProgress: ({ received, total }) => seen.push(received, total ?? -1) }));
    expect(seen.slice(-2)).toEqual([content.length, content.length]);
    expect(from.ranges).toEqual([null]);
  });

  it('works by hash alone where the size is not known', async () => {
    const { bytes: _, ...rest } = { bytes: 0 };
    const from = await server({ kind: 'serve' });
    const result = await downloadProven({ url: from.origin, partPath, sha256: bytesToHex(sha256(content)), ...rest });
    await expectWhole(result);
  });

  it('continues where an earlier run stopped', async () => {
    await writeFile(partPath, content.subarray(0, 120_000));
    const from = await server({ kind: 'serve' });
    await expectWhole(await download(from));
    expect(from.ranges).toEqual(['bytes=120000-']);
  });

  it('continues after the connection was cut midway, more than once', async () => {
    const onDisk = (size: number) => () => vi.waitUntil(() => existsSync(partPath) && statSync(partPath).size === size);
    const from = await server(
      { kind: 'cut', after: 100_000, when: onDisk(100_000) },
      { kind: 'cut', after: 50_000, when: onDisk(150_000) },
      { kind: 'serve' },
    );
    await expectWhole(await download(from, { times: { connect: 2_000, headers: 5_000, idle: 5_000 } }));
    expect(from.ranges).toEqual([null, 'bytes=100000-', 'bytes=150000-']);
  });

  it('continues after a silence in the middle', async () => {
    const from = await server({ kind: 'hang', after: 90_000 }, { kind: 'serve' });
    await expectWhole(await download(from));
    expect(from.ranges[1]).toBe('bytes=90000-');
  });

  it('starts cleanly when the server ignores Range', async () => {
    await writeFile(partPath, content.subarray(0, 120_000));
    const from = await server({ kind: 'ignore-range' });
    await expectWhole(await download(from));
    expect(from.ranges).toEqual(['bytes=120000-']);
  });

  it('starts over once when the continued part turns out wrong', async () => {
    await writeFile(partPath, other.subarray(0, 120_000));
    const from = await server({ kind: 'serve' });
    await expectWhole(await download(from));
    expect(from.ranges).toEqual(['bytes=120000-', null]);
  });

  it('needs no request for a whole part, and throws a wrong whole part away', async () => {
    await writeFile(partPath, content);
    const from = await server({ kind: 'serve' });
    await expectWhole(await download(from));
    expect(from.ranges).toEqual([]);
    await writeFile(partPath, other);
    await expectWhole(await download(from));
    expect(from.ranges).toEqual([null]);
  });

  it('knows a whole part from 416 where the size was not known before', async () => {
    await writeFile(partPath, content);
    const from = await server({ kind: 'serve' });
    const result = await downloadProven({ url: from.origin, partPath, sha256: bytesToHex(sha256(content)) });
    await expectWhole(result);
    expect(from.ranges).toEqual([`bytes=${content.length}-`]);
  });

  it('refuses wrong bytes of the right size and leaves nothing behind', async () => {
    const result = await download(await server({ kind: 'serve-other', bytes: other }));
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'validation_failed', message: expect.stringContaining('wrong SHA-256') },
    });
    expect(existsSync(partPath)).toBe(false);
  });

  it('refuses another size before reading it, and more bytes than allowed while reading', async () => {
    const offered = await download(await server({ kind: 'serve-other', bytes: other.subarray(1) }));
    expect(offered).toMatchObject({ ok: false, error: { message: expect.stringContaining('wrong size') } });
    const from = await server({ kind: 'serve' });
    const flood = await downloadProven({ url: from.origin, partPath, sha256: '0'.repeat(64), maxBytes: 10_000 });
    expect(flood).toMatchObject({ ok: false, error: { code: 'body_too_large' } });
    expect(existsSync(partPath)).toBe(false);
  });

  it('takes a clean but early end for a broken line', async () => {
    const from = await server({ kind: 'short', bytes: 70_000 }, { kind: 'serve' });
    await expectWhole(await download(from));
    expect(from.ranges).toEqual([null, 'bytes=70000-']);
  });

  it('gives up on a server that never answers, and on one that never continues, keeping the part', async () => {
    const silent = await download(await server({ kind: 'hang' }), { attempts: 2 });
    expect(silent).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    const from = await server({ kind: 'hang', after: 40_000 }, { kind: 'hang', after: 0 });
    expect(await download(from, { attempts: 2 })).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect((await readFile(partPath)).equals(content.subarray(0, 40_000))).toBe(true);
  });

  it('tries again after a server error, not after "no such file"', async () => {
    const busy = await server({ kind: 'status', status: 503 }, { kind: 'serve' });
    await expectWhole(await download(busy));
    await rm(partPath);
    const absent = await server({ kind: 'status', status: 404 });
    expect(await download(absent)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(absent.ranges).toHaveLength(1);
  });

  it('follows redirects, but not for ever', async () => {
    const end = await server({ kind: 'serve' });
    const first = await server({ kind: 'redirect', to: `${end.origin}/moved` });
    await expectWhole(await download(first));
    expect(end.requests[0]?.path).toBe('/moved');
    await rm(partPath);
    const loop = await server({ kind: 'redirect', to: '/again' });
    expect(await download(loop, { attempts: 1 })).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    expect(loop.requests).toHaveLength(6);
  });

  it('stops when nobody listens', async () => {
    const from = await server({ kind: 'serve' });
    await from.close();
    expect(await download(from, { attempts: 2 })).toMatchObject({
      ok: false,
      error: { code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') },
    });
  });
});
