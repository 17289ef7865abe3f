import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogLevel, setLogLevel, Vision } from '@glair/vision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { known } from '../../../contract/facts.ts';
import { defaultOrgSettings } from '../../../contract/settings.ts';
import { picture, templateOf, type Scene } from '../../../services/testing/fake-vision.ts';
import { changeClient } from '../../../services/providers/manage-clients.ts';
import { budi, openProviderServer, siti, unknownNik, type ProviderServer } from '../testing/provider-server.ts';

let server: ProviderServer;
let folder: string;
let credentials: Record<string, string>;
let clientId: string;
beforeAll(async () => {
  setLogLevel(LogLevel.ERROR);
  server = await openProviderServer();
  folder = await mkdtemp(join(tmpdir(), 'loket-glair-'));
  for (const scene of ['still', 'stranger', 'nobody', 'broken'] as const)
    await writeFile(join(folder, `${scene}.jpg`), picture(scene));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Asked {
  nik?: string;
  name?: string;
  date_of_birth?: string;
  scene?: Scene;
}

/** The vendor's own client; what it throws is the parsed body of a refusal. */
async function ask(asked: Asked = {}, other: Record<string, string> = {}): Promise<unknown> {
  const { scene = 'still', ...fields } = asked;
  const { apiKey = '', password = '', username = '' } = { ...credentials, ...other };
  const vision = new Vision({ baseUrl: server.address, apiVersion: 'v1', apiKey, password, username });
  const request = { nik: siti.nik, name: siti.name, date_of_birth: '21-07-1990', ...fields };
  return vision.identity
    .faceVerification({ ...request, face_image: join(folder, `${scene}.jpg`) })
    .catch((thrown: unknown) => thrown);
}

function form(parts: readonly (readonly [string, string | Blob])[]): FormData {
  const made = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') made.append(name, value);
    else made.append(name, value, 'face.jpg');
  }
  return made;
}

const jpeg = (scene: Scene = 'still'): Blob => new Blob([new Uint8Array(picture(scene))], { type: 'image/jpeg' });
const plain = [
  ['nik', siti.nik],
  ['name', siti.name],
  ['date_of_birth', '21-07-1990'],
] as const;

async function post(body: FormData | string, headers: Record<string, string> = {}) {
  const basic = Buffer.from(`${credentials['username']}:${credentials['password']}`).toString('base64');
  const response = await fetch(`${server.address}/identity/v1/face-verification`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}`, 'x-api-key': credentials['apiKey'] ?? '', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as unknown, headers: response.headers };
}

describe('before anybody is let in', () => {
  it('the route is not there', async () => {
    const response = await fetch(`${server.address}/identity/v1/face-verification`, { method: 'POST' });
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'not_found' }]);
  });
});

describe('the vendor’s own client', () => {
  beforeAll(async () => {
    const made = await server.enable('glair', { perMinute: 1000 });
    credentials = { ...made.credentials };
    clientId = made.id;
  });

  it('is told that the registry is down while no table is loaded: never "not found"', async () => {
    expect(await ask()).toEqual({
      verification_status: false,
      reason: 'Something wrong in Dukcapil server',
      result: { nik: null, name: null, date_of_birth: null, face_image_percentage: null },
    });
    expect((await post(form([...plain, ['face_image', jpeg()]]))).status).toBe(503);
    await server.fill();
  });

  const t = true;
  const f = false;
  const result = (nik: unknown, name: unknown, birth: unknown, face: unknown) => ({
    nik,
    name,
    date_of_birth: birth,
    face_image_percentage: face,
  });
  it.each<[string, Asked, object]>([
    ['success', {}, { verification_status: t, reason: 'Verification Success', result: result(t, t, t, 100) }],
    [
      'an unknown NIK',
      { nik: unknownNik },
      { verification_status: f, reason: 'NIK not found on Dukcapil database', result: result(f, null, null, 0) },
    ],
    [
      'another name',
      { name: 'SITI R' },
      { verification_status: f, reason: 'Name does not match', result: result(t, f, t, 100) },
    ],
    [
      'another birth date',
      { date_of_birth: '21-07-1991' },
      { verification_status: f, reason: 'Date of birth does not match', result: result(t, t, f, 100) },
    ],
    [
      'another face',
      { scene: 'stranger' },
      { verification_status: f, reason: 'Selfie image does not pass the threshold', result: result(t, t, t, 10) },
    ],
    ['a NIK of another length', { nik: '327301' }, { verification_status: f, reason: 'Invalid NIK number format' }],
    [
      'a birth date of another form',
      { date_of_birth: '1990-07-21' },
      { verification_status: f, reason: 'Invalid date_of_birth format' },
    ],
  ])('reads the documented answer to %s', async (_name, asked, expected) => {
    expect(await ask(asked)).toEqual(expected);
  });

  it('hears one reason at a time: NIK, birth date, unknown, name, birth date, face', async () => {
    const wrong = { name: 'X', date_of_birth: '01-01-2000', scene: 'stranger' } as const;
    const reasons = [
      { ...wrong, nik: '1', date_of_birth: 'x' },
      { ...wrong, date_of_birth: 'x' },
      { ...wrong, nik: unknownNik },
      wrong,
      { ...wrong, name: siti.name },
      { ...wrong, name: siti.name, date_of_birth: '21-07-1990' },
    ].map(async (asked) => ((await ask(asked)) as { reason: string }).reason);
    expect(await Promise.all(reasons)).toEqual([
      'Invalid NIK number format',
      'Invalid date_of_birth format',
      'NIK not found on Dukcapil database',
      'Name does not match',
      'Date of birth does not match',
      'Selfie image does not pass the threshold',
    ]);
  });

  it('never passes what could not be compared', async () => {
    const failed = { verification_status: false, reason: 'Selfie image does not pass the threshold' };
    expect(await ask({ scene: 'nobody' })).toEqual({ ...failed, result: result(t, t, t, null) });
    const noPhoto = await ask({ nik: budi.nik, name: budi.name, date_of_birth: '12-08-1985' });
    expect(noPhoto).toEqual({ ...failed, result: result(t, t, t, null) });
  });

  it.each([
    [75, true],
    [74.99, false],
  ])('at a similarity of exactly %s answers %s', async (percent, passes) => {
    // Between the review threshold (50 %) and the matching threshold (75 %) the scale is straight.
    const { matchReview, matchLow } = defaultOrgSettings.thresholds;
    const similarity = matchReview + ((percent - 50) / 25) * (matchLow - matchReview);
    const { vision } = server.house;
    const real = vision.analyseFace;
    const tilted = templateOf(0).vector;
    tilted[0] = similarity;
    tilted[1] = Math.sqrt(1 - similarity ** 2);
    Object.assign(vision, {
      analyseFace: async (request: Parameters<typeof real>[0]) => {
        const facts = await real(request);
        // The photo in the table stays as it is.
        if (new TextDecoder().decode(request.frames[0]).includes('|siti|')) return facts;
        return { ...facts, template: known({ ...templateOf(0), vector: tilted }) };
      },
    });
    try {
      // A picture of its own: what was looked at once is not looked at again.
      const selfie = new Blob([new Uint8Array(picture('still', `${percent}`))], { type: 'image/jpeg' });
      const { body } = await post(form([...plain, ['face_image', selfie]]));
      expect(body).toEqual({
        verification_status: passes,
        reason: passes ? 'Verification Success' : 'Selfie image does not pass the threshold',
        result: result(t, t, t, percent),
      });
    } finally {
      Object.assign(vision, { analyseFace: real });
    }
  });

  it('is refused with any of its three credentials wrong', async () => {
    for (const one of ['username', 'password', 'apiKey'])
      expect(await ask({}, { [one]: 'x' })).toEqual({ message: 'Access to this API has been disallowed.' });
  });

  it('finds an id of its own for each request', async () => {
    const first = await post(form([...plain, ['face_image', jpeg()]]));
    const second = await post(form([...plain, ['face_image', jpeg()]]), { 'x-request-id': 'mine-1' });
    expect(first.headers.get('request-id')).toMatch(/^[\w-]{10,}$/);
    expect(second.headers.get('request-id')).toBe('mine-1');
  });

  it('leaves counters and audit rows, and nobody’s data in them', async () => {
    const before = (await server.charges()).find(({ code }) => code === 'SUCCESS')?.count ?? 0;
    await ask();
    expect((await server.charges()).find(({ code }) => code === 'SUCCESS')).toMatchObject({
      charged: 1,
      count: before + 1,
    });
    const audit = await server.lastAudit('provider.called');
    expect(audit).toMatchObject({ provider: 'glair', status: 200, code: 'SUCCESS', charged: true });
    const rows = await server.house.ctx.store.db.selectFrom('audit_log').select('detail').execute();
    expect(JSON.stringify(rows)).not.toMatch(/SITI|3273016107900001/);
    const access = await server.house.ctx.store.db.selectFrom('registry_access').selectAll().execute();
    expect(access.at(-1)).toMatchObject({ asker: `client:${clientId}`, purpose: 'provider_route', outcome: 'found' });
    expect(JSON.stringify(access)).not.toMatch(/SITI|3273016107900001/);
  });
});

describe('hostile input', () => {
  it.each<[string, () => FormData | string, Record<string, string>, number]>([
    ['no picture', () => form(plain), {}, 400],
    ['no name', () => form([...plain.filter(([n]) => n !== 'name'), ['face_image', jpeg()]]), {}, 400],
    ['a part twice', () => form([...plain, ['nik', unknownNik], ['face_image', jpeg()]]), {}, 400],
    ['two pictures', () => form([...plain, ['face_image', jpeg()], ['face_image', jpeg('stranger')]]), {}, 400],
    ['a text as picture', () => form([...plain, ['face_image', 'no file']]), {}, 400],
    ['no image at all', () => form([...plain, ['face_image', new Blob(['<svg/>'])]]), {}, 415],
    ['a picture nobody can read', () => form([...plain, ['face_image', jpeg('broken')]]), {}, 415],
    ['a huge picture', () => form([...plain, ['face_image', new Blob([new Uint8Array(11 << 20)])]]), {}, 413],
    ['JSON', () => JSON.stringify({ nik: siti.nik }), { 'content-type': 'application/json' }, 400],
    ['broken JSON', () => '{', { 'content-type': 'application/json' }, 400],
    ['a form without its boundary', () => 'x', { 'content-type': 'multipart/form-data' }, 400],
    [
      'a cut form',
      () => '--b\r\nContent-Disposition: form-data; name="nik"',
      { 'content-type': 'multipart/form-data; boundary=b' },
      400,
    ],
  ])('is refused in GLAIR’s words: %s', async (_name, body, headers, status) => {
    const answer = await post(body(), headers);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ status: expect.any(String), reason: expect.any(String) });
  });
});

describe('what a client may', () => {
  it('ends: limit, quota, permission, expiry, and being let in', async () => {
    const change = (settings: object) => changeClient(server.house.ctx, server.bank.actor('admin'), clientId, settings);
    const status = async () => (await post(form([...plain, ['face_image', jpeg()]]))).status;
    server.house.now = new Date(server.house.now.getTime() + 61_000);
    await change({ perMinute: 1 });
    expect([await status(), await status()]).toEqual([200, 429]);
    await change({ perMinute: 1000, monthlyQuota: 1 });
    expect(await status()).toBe(429);
    await change({ monthlyQuota: 1_000_000, permissions: ['screening'] });
    expect(await status()).toBe(403);
    await change({ permissions: ['face_verification'], expiresAt: '2026-01-01T00:00:00.000Z' });
    expect(await status()).toBe(401);
    await change({ expiresAt: '2036-01-01T00:00:00.000Z' });
    expect(await status()).toBe(200);
    await change({ status: 'disabled' });
    expect(await status()).toBe(404);
  });
});
