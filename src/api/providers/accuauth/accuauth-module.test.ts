import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeClient } from '../../../services/providers/manage-clients.ts';
import { askInOrder } from '../../../connectors/fallback/fallback-source.ts';
import type { RegistryProblem } from '../../../contract/registry.ts';
import { connectSource } from '../../../services/registry/registry-sources.ts';
import {
  budi,
  openProviderServer,
  pictureOf,
  siti,
  unknownNik,
  type ProviderServer,
} from '../testing/provider-server.ts';

let server: ProviderServer;
let headers: Record<string, string>;
let clientId: string;
beforeAll(async () => {
  server = await openProviderServer();
});
afterAll(() => server.close());

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const selfie = base64(pictureOf('still'));
let sent = 0;
/** Different every time, so that nobody takes a test for a robot. */
const body = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  id_number: siti.nik,
  face_image: selfie,
  email: `${(sent += 1)}@bank.test`,
  ...change,
});

interface Answer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are what the tests look into
  body: any;
}

async function post(content: unknown, more: Record<string, string> = {}, path = '/verify/id_selfie'): Promise<Answer> {
  const raw = typeof content === 'string' || content instanceof FormData || content instanceof URLSearchParams;
  const response = await fetch(`${server.address}${path}`, {
    method: 'POST',
    headers: { ...headers, ...(raw ? {} : { 'content-type': 'application/json' }), ...more },
    body: raw ? content : JSON.stringify(content),
  });
  return { status: response.status, body: await response.json() };
}

describe('AccuAuth, off', () => {
  it('is not there', async () => {
    headers = {};
    expect(await post(body())).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});

describe('AccuAuth, on', () => {
  beforeAll(async () => {
    const made = await server.enable('accuauth', { perMinute: 10_000 });
    headers = {
      'X-DF-API-ID': made.credentials['apiId'] ?? '',
      'X-DF-API-SECRET': made.credentials['apiSecret'] ?? '',
    };
    clientId = made.id;
  });

  it('answers 512 while nobody can be asked: never "not found"', async () => {
    expect(await post(body())).toMatchObject({ status: 512, body: { status: 'SOURCE_SERVICE_UNAVAILABLE' } });
    await server.fill();
  });

  it('answers a match in the documented shape, null where nothing was submitted', async () => {
    const answer = await post(body());
    expect(answer).toEqual({
      status: 200,
      body: {
        status: 'OK',
        request_id: expect.stringMatching(/^TID[0-9a-f]{32}$/),
        result: {
          order_no: expect.stringMatching(/^SFBw\d{19}$/),
          // 10:00 in Jakarta.
          handle_time: '2026-11-20 10:00:00',
          result: '01',
          remark: 'SAME',
          id_number: siti.nik,
          face_percent: true,
          ktp_face_percent: null,
          face_score: 100,
          ktp_face_score: null,
          name: null,
          birth_date: null,
        },
      },
    });
  });

  it('counts everything that was submitted', async () => {
    const all = { name: 'siti rahmawati', birth_date: siti.birthDate, ktp_image: selfie };
    const result = async (change: object) => (await post(body({ ...all, ...change }))).body.result as object;
    expect(await result({})).toMatchObject({ result: '01', name: true, birth_date: true, ktp_face_percent: true });
    expect(await result({ name: 'X' })).toMatchObject({
      result: '02',
      remark: 'UNSAME',
      name: false,
      face_percent: true,
    });
    expect(await result({ birth_date: '1990-07-22' })).toMatchObject({ result: '02', birth_date: false });
    const stranger = base64(pictureOf('stranger'));
    expect(await result({ ktp_image: stranger })).toMatchObject({
      result: '02',
      ktp_face_percent: false,
      ktp_face_score: 10,
    });
    expect(await result({ face_image: stranger })).toMatchObject({ result: '02', face_percent: false, face_score: 10 });
  });

  it('takes the caller’s threshold, 70 without one', async () => {
    const stranger = { face_image: base64(pictureOf('stranger')) };
    expect((await post(body({ ...stranger, face_threshold: 10 }))).body.result).toMatchObject({ result: '01' });
    expect((await post(body({ ...stranger, face_threshold: 10.5 }))).body.result).toMatchObject({ result: '02' });
  });

  it('knows who is not in the table, shows no face, or has no photo', async () => {
    expect((await post(body({ id_number: unknownNik }))).body.result).toMatchObject({
      result: '05',
      remark: 'NOT_FOUND',
      name: null,
    });
    expect((await post(body({ face_image: base64(pictureOf('nobody')) }))).body.result).toMatchObject({
      result: '08',
      remark: 'NO_FACE',
    });
    expect((await post(body({ id_number: budi.nik }))).body.result).toMatchObject({ result: '04', remark: 'FAILED' });
  });

  it('charges 01 and 02 only', async () => {
    const charged = (await server.charges()).filter((one) => one.charged === 1).map((one) => one.code);
    const free = (await server.charges()).filter((one) => one.charged === 0).map((one) => one.code);
    expect(charged).toEqual(['01', '02']);
    expect(free).toEqual(['04', '05', '08', 'SOURCE_SERVICE_UNAVAILABLE']);
  });

  it('reads JSON, an URL-encoded form and multipart alike', async () => {
    const fields = body({ name: siti.name }) as Record<string, string>;
    expect((await post(new URLSearchParams(fields))).body.result).toMatchObject({ result: '01', name: true });
    const form = new FormData();
    for (const [name, value] of Object.entries(body())) form.append(name, String(value));
    expect((await post(form)).body.result).toMatchObject({ result: '01' });
    const withFile = new FormData();
    withFile.append('id_number', siti.nik);
    withFile.append('face_image', new Blob([new Uint8Array(pictureOf('still', 300))]), 'face.jpg');
    expect((await post(withFile)).body.result).toMatchObject({ result: '01' });
  });

  const tooLarge = base64(pictureOf('still', 51_201));
  it.each<[string, () => unknown, string]>([
    ['no number', () => ({ face_image: selfie }), "argument 'id_number': not found"],
    ['no picture', () => ({ id_number: siti.nik }), "argument 'face_image': not found"],
    ['a short number', () => body({ id_number: '327301' }), "argument 'id_number': must be 16 digits"],
    ['a number that is none', () => body({ id_number: 3273016107900001 }), "argument 'id_number': must be a string"],
    ['a large picture', () => body({ face_image: tooLarge }), "argument 'face_image': larger than 50 KB"],
    ['a large card', () => body({ ktp_image: tooLarge }), "argument 'ktp_image': larger than 50 KB"],
    ['no base64', () => body({ face_image: 'not base64!' }), "argument 'face_image': not base64"],
    [
      'no picture in it',
      () => body({ face_image: base64(Buffer.from('<svg/>')) }),
      "argument 'face_image': not a JPEG or PNG image",
    ],
    [
      'a broken picture',
      () => body({ face_image: base64(pictureOf('broken')) }),
      "argument 'face_image': the image cannot be read",
    ],
    ['a date of another form', () => body({ birth_date: '21-07-1990' }), "argument 'birth_date': must be YYYY-MM-DD"],
    [
      'a threshold out of range',
      () => body({ face_threshold: 101 }),
      "argument 'face_threshold': must be a number from 0 to 100",
    ],
    [
      'a threshold that is none',
      () => body({ face_threshold: 'high' }),
      "argument 'face_threshold': must be a number from 0 to 100",
    ],
    ['a list', () => [], 'the request body is not an object'],
    [
      'a field twice',
      () =>
        new URLSearchParams([
          ['id_number', '1'],
          ['id_number', '2'],
        ]),
      "argument 'id_number': given more than once",
    ],
  ])('refuses %s as INVALID_ARGUMENT and says which', async (_name, content, reason) => {
    const request_id = expect.stringMatching(/^TID[0-9a-f]{32}$/) as string;
    expect(await post(content())).toEqual({ status: 400, body: { status: 'INVALID_ARGUMENT', reason, request_id } });
  });

  it('takes exactly 50 KB', async () => {
    const just = base64(pictureOf('still', 51_200));
    expect((await post(body({ face_image: just }))).body.result).toMatchObject({ result: '01' });
  });

  it('refuses bodies that are too large, broken or of another kind', async () => {
    const json = { 'content-type': 'application/json' };
    expect(await post('{', json)).toMatchObject({ status: 400, body: { status: 'INVALID_ARGUMENT' } });
    expect(await post(body({ name: 'x'.repeat(600_000) }))).toMatchObject({
      status: 400,
      body: { status: 'INVALID_ARGUMENT' },
    });
    expect(await post('x', { 'content-type': 'text/xml' })).toMatchObject({
      status: 400,
      body: { status: 'INVALID_ARGUMENT' },
    });
  });

  it('says 500 INTERNAL_ERROR for a fault of ours, keeps it, charges nothing and tells nothing of it', async () => {
    vi.spyOn(server.house.vision, 'analyseFace').mockRejectedValueOnce(new Error('a detail of our house'));
    // A picture nobody looked at before, so that it is looked at now.
    const fresh = base64(pictureOf('still', 0, 'new'));
    expect(await post(body({ face_image: fresh }))).toEqual({
      status: 500,
      body: {
        status: 'INTERNAL_ERROR',
        reason: 'internal server error',
        request_id: expect.stringMatching(/^TID[0-9a-f]{32}$/),
      },
    });
    expect(await server.lastAudit('provider.called')).toMatchObject({
      route: '/verify/id_selfie',
      status: 500,
      code: 'INTERNAL_ERROR',
      charged: false,
    });
    expect(await server.charges()).toContainEqual({ code: 'INTERNAL_ERROR', charged: 0, count: 1 });
    // The next question is answered again.
    expect((await post(body())).body).toMatchObject({ status: 'OK' });
  });

  it('notices the same question asked more than twenty times in ten minutes', async () => {
    const same = body();
    const codes: string[] = [];
    for (let n = 0; n < 21; n += 1) codes.push((await post(same)).body.status as string);
    expect(codes).toEqual([...Array<string>(20).fill('OK'), 'ABNORMAL_BEHAVIOURS_DETECTED']);
    server.house.now = new Date(server.house.now.getTime() + 600_000);
    expect((await post(same)).body.status).toBe('OK');
  });

  it('knows no other path of AccuAuth', async () => {
    expect(await post({}, {}, '/verify/id_name')).toMatchObject({ status: 404, body: { status: 'NOT_FOUND' } });
  });

  it('refuses wrong credentials without saying which', async () => {
    for (const name of ['X-DF-API-ID', 'X-DF-API-SECRET'])
      expect(await post(body(), { [name]: 'wrong' })).toMatchObject({ status: 401, body: { status: 'UNAUTHORIZED' } });
  });

  it('ends what a client may by limit (403), quota, permission and expiry', async () => {
    const change = (settings: object) => changeClient(server.house.ctx, server.bank.actor('admin'), clientId, settings);
    const said = async () => {
      const { body: answer, status } = await post(body());
      return [status, answer.status as string];
    };
    server.house.now = new Date(server.house.now.getTime() + 61_000);
    await change({ perMinute: 1 });
    expect(await said()).toEqual([200, 'OK']);
    expect(await said()).toEqual([403, 'RATE_LIMIT_EXCEEDED']);
    await change({ perMinute: 1000, monthlyQuota: 1 });
    expect(await said()).toEqual([403, 'OUT_OF_QUOTA']);
    await change({ monthlyQuota: 1_000_000, permissions: ['screening'] });
    expect(await said()).toEqual([403, 'NO_PERMISSION']);
    await change({ permissions: ['id_selfie'], expiresAt: '2026-01-01T00:00:00.000Z' });
    expect(await said()).toEqual([401, 'KEY_EXPIRED']);
    await change({ expiresAt: '2036-01-01T00:00:00.000Z' });
    expect(await said()).toEqual([200, 'OK']);
  });

  it('says 06 when the channel behind it is broken', async () => {
    const actor = server.bank.actor('admin');
    // Nothing listens there.
    const dead = {
      kind: 'accuauth' as const,
      baseUrl: 'http://127.0.0.1:1',
      credentials: { apiId: 'a', apiSecret: 'b' },
    };
    expect((await connectSource(server.house.ctx, actor, dead)).ok).toBe(true);
    await connectSource(server.house.ctx, actor, { kind: 'imported', options: { enabled: false } });
    // What goes on to a vendor is made to fit first: it must be a picture.
    const real = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    expect((await post(body({ face_image: base64(real) }))).body.result).toMatchObject({
      result: '06',
      remark: 'FAILED',
      face_score: null,
    });
  });

  it('passes the codes of a vendor behind it on, and charges none of them', async () => {
    const said = (result: string) => [200, { status: 'OK', result: { result } }] as const;
    const timeout = [513, { status: 'SOURCE_SERVICE_TIMEOUT' }] as const;
    const failed = [400, { status: 'QUERY_FAILED', reason: 'what the vendor says of its own house' }] as const;
    const answers = [said('03'), said('04'), said('07'), said('08'), timeout, failed];
    const behind = createServer((request, response) => {
      const [status, answer] = answers.shift() ?? [500, {}];
      request.resume().on('end', () => response.writeHead(status).end(JSON.stringify(answer)));
    });
    await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(behind.address() as AddressInfo).port}`;
    const vendor = { kind: 'accuauth' as const, baseUrl, credentials: { apiId: 'a', apiSecret: 'b' } };
    expect((await connectSource(server.house.ctx, server.bank.actor('admin'), vendor)).ok).toBe(true);
    const real = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    const charged = async () => (await server.charges()).filter((one) => one.charged === 1);
    const before = await charged();
    const ask = () => post(body({ face_image: base64(real) }));
    try {
      for (const [result, remark] of [
        ['03', 'NOT_FOUND'],
        ['04', 'FAILED'],
        ['07', 'FAILED'],
        ['08', 'NO_FACE'],
      ])
        expect(await ask()).toMatchObject({ status: 200, body: { status: 'OK', result: { result, remark } } });
      expect(await ask()).toMatchObject({ status: 513, body: { status: 'SOURCE_SERVICE_TIMEOUT' } });
      expect(await ask()).toEqual({
        status: 400,
        body: {
          status: 'QUERY_FAILED',
          reason: 'query failed',
          request_id: expect.stringMatching(/^TID[0-9a-f]{32}$/),
        },
      });
    } finally {
      behind.closeAllConnections();
      await new Promise((resolve) => behind.close(resolve));
    }
    expect(await charged()).toEqual(before);
    const free = (await server.charges()).filter((one) => one.charged === 0).map(({ code }) => code);
    expect(free).toEqual(
      expect.arrayContaining(['03', '04', '05', '06', '07', '08', 'QUERY_FAILED', 'SOURCE_SERVICE_TIMEOUT']),
    );
  });
});

describe('the order of sources', () => {
  it('passes on the last reason, an answer ends it, and a useless question is not asked twice', async () => {
    const asked: string[] = [];
    const source = (kind: 'glair' | 'accuauth' | 'iluma', reason: RegistryProblem | 'not_found') => ({
      kind,
      answers: () => true,
      lookup: () => {
        asked.push(kind);
        return Promise.resolve(
          reason === 'not_found'
            ? ({ found: false, source: kind, raw: {} } as const)
            : ({ unavailable: true, reason, source: kind } as const),
        );
      },
    });
    const hooks = { permit: () => Promise.resolve(null), note: () => Promise.resolve() };
    const run = (...sources: ReturnType<typeof source>[]) => askInOrder(sources, { nik: '1' }, hooks, () => 0);
    expect(await run(source('glair', 'timeout'), source('accuauth', 'rate_limited'))).toMatchObject({
      reason: 'rate_limited',
    });
    expect(await run(source('glair', 'timeout'), source('iluma', 'not_found'))).toMatchObject({
      found: false,
      source: 'iluma',
    });
    asked.length = 0;
    expect(await run(source('glair', 'query_refused'), source('iluma', 'not_found'))).toMatchObject({
      reason: 'query_refused',
    });
    expect(asked).toEqual(['glair']);
    expect(await run()).toEqual({ unavailable: true, reason: 'no_source', source: null });
  });
});
