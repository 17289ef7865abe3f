import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { changeClient } from '../../../services/providers/manage-clients.ts';
import { sendDueCallbacks } from '../../../services/providers/iluma-callbacks.ts';
import { importList } from '../../../services/screening/import-list.ts';
import { changeSettings } from '../../../services/set-up-organisation.ts';
import { startReceiver, type Receiver } from '../../../services/webhooks/testing/receiver.ts';
import {
  ask,
  authorised,
  card,
  cards,
  clientId,
  credentials,
  enableIluma,
  grain,
  magic,
  openIluma,
  person,
  photo,
  server,
} from '../testing/iluma-client.ts';
import { siti, unknownNik } from '../testing/provider-server.ts';

const receivers: Receiver[] = [];

beforeAll(openIluma);
afterAll(async () => {
  for (const receiver of receivers) await receiver.close();
  await server.close();
});

describe('Iluma, off', () => {
  it('is not there', async () => {
    expect((await ask('GET', '/health', undefined, {})).status).toBe(404);
  });
});

describe('Iluma, on', () => {
  beforeAll(enableIluma);

  it('says that it is there without a key', async () => {
    expect(await ask('GET', '/health', undefined, {})).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('hands the keys over once', async () => {
    const path = `/businesses/${credentials['businessId']}/api_keys?token=`;
    const refused = { status: 401, body: { error_code: 'INVALID_TOKEN', errors: [] } };
    expect(await ask('GET', `${path}wrong`, undefined, {})).toMatchObject(refused);
    expect(await ask('GET', `${path}${credentials['token']}`, undefined, {})).toEqual({
      status: 200,
      body: {
        business_id: credentials['businessId'],
        api_keys: [
          { environment: 'DEVELOPMENT', api_key: expect.stringMatching(/^iluma_development_[A-Za-z0-9]{59}$/) },
          { environment: 'PRODUCTION', api_key: credentials['productionKey'] },
        ],
      },
    });
    expect(await ask('GET', `${path}${credentials['token']}`, undefined, {})).toMatchObject(refused);
  });

  it('wants the key as user name and no password', async () => {
    const key = credentials['developmentKey'] ?? '';
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    const path = '/v1/callback/authentication_tokens';
    const refused = {
      status: 401,
      body: { error_code: 'INVALID_API_KEY', message: 'API key format is invalid', errors: [] },
    };
    for (const header of [
      {},
      basic(key),
      basic(`${key}:x`),
      basic(`${key.slice(0, -1)}x:`),
      { authorization: `Bearer ${key}` },
    ])
      expect(await ask('GET', path, undefined, header as Record<string, string>)).toEqual(refused);
    const good = await ask('GET', path, undefined, basic(`${key}:`));
    expect(good.body.token).toMatch(/^[0-9a-f]{64}$/);
    expect((await ask('GET', path, undefined, basic(`${key}:`))).body).toEqual(good.body);
  });

  it('screens the sample person with a development key, and gives the answer again by id', async () => {
    const made = await ask('POST', '/v0/identity/individual_cft_peps', person);
    expect(made.status).toBe(200);
    expect(made.body).toEqual({
      created: expect.stringMatching(/Z$/),
      updated: expect.stringMatching(/Z$/),
      id: expect.stringMatching(/^cftpi_[0-9a-f-]{36}$/),
      reference_id: null,
      user_id: 'foo123',
      phone_number: null,
      email: null,
      addresses: [],
      scopes: ['PEP'],
      score_threshold: 90,
      status: 'COMPLETED',
      given_names: 'Eko Hadi Salim',
      surname: null,
      nationality: 'ID',
      date_of_birth: null,
      gender: null,
      results: [
        {
          id: '2dc667a4-d232-4d51-a561-631ce966fb2c',
          names: ['Eko Hadi Salim'],
          score: 100,
          scopes: ['OTHER', 'PEP'],
          nationalities: ['ID'],
          dates_of_birth: ['1943-03-11'],
        },
      ],
    });
    for (const method of ['GET', 'POST']) {
      expect(await ask(method, `/v0/identity/individual_cft_peps/${made.body.id}`)).toEqual(made);
      const listing = await ask(method, '/v0/identity/cft_pep_listings/2dc667a4-d232-4d51-a561-631ce966fb2c');
      expect(listing.body).toEqual(made.body.results[0]);
    }
    expect(await ask('GET', `/v0/identity/entity_cft_peps/${made.body.id}`)).toMatchObject({ status: 404 });
    expect(await ask('GET', '/v0/identity/cft_pep_listings/nobody')).toMatchObject({
      status: 404,
      body: { errors: [] },
    });
  });

  it('screens a company, and shows another client nothing of it', async () => {
    const company = { user_id: 'u', name: 'intel corp', business_domicile: 'US', scopes: ['OTHER'] };
    const made = await ask('POST', '/v0/identity/entity_cft_peps', company);
    expect(made.body).toMatchObject({
      name: 'intel corp',
      business_name: 'intel corp',
      business_domicile: 'US',
      date_of_registration: null,
      score_threshold: 85,
      results: [{ names: ['Intel Corp', 'Intel Corporation'], business_domiciles: ['US'], score: 100 }],
    });
    const other = (await server.enable('iluma')).credentials;
    const header = { authorization: `Basic ${Buffer.from(`${other['developmentKey']}:`).toString('base64')}` };
    expect((await ask('GET', `/v0/identity/entity_cft_peps/${made.body.id}`, undefined, header)).status).toBe(404);
  });

  it.each<[string, object, string]>([
    ['no user', { user_id: undefined }, 'user_id'],
    ['no name', { given_names: ' ' }, 'given_names'],
    ['no country', { nationality: 'Indonesia' }, 'nationality'],
    ['no scope', { scopes: [] }, 'scopes'],
    ['an unknown scope', { scopes: ['PEP', 'CRIME'] }, 'scopes'],
    ['a low threshold', { score_threshold: 49 }, 'score_threshold'],
    ['half a threshold', { score_threshold: 85.5 }, 'score_threshold'],
    ['a date of another form', { date_of_birth: '11-03-1943' }, 'date_of_birth'],
    ['a number that is none', { phone_number: '0812' }, 'phone_number'],
    ['an unknown gender', { gender: 'M' }, 'gender'],
    ['an address of another kind', { addresses: [{ category: 'OFFICE' }] }, 'addresses'],
  ])('refuses %s, naming the field', async (_name, change, path) => {
    const answer = await ask('POST', '/v0/identity/individual_cft_peps', { ...person, ...change });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'API_VALIDATION_ERROR', errors: [{ path }] } });
  });

  it('verifies the sample card, both spellings of the score with a development key', async () => {
    const found = await ask('POST', cards, card());
    expect(found).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^idvr_[0-9a-f-]{36}$/),
        id_card_number: '3275031210930027',
        birthdate: '12-10-1990',
        status: 'COMPLETED',
        is_found: true,
        result: {
          selfie_score: 100,
          seflie_score: 100,
          is_name_match: true,
          is_birthdate_match: true,
          is_birthplace_match: true,
          is_address_match: true,
        },
      },
    });
    // Quotes that travelled along with a sample are none of the name.
    const bare = await ask(
      'POST',
      cards,
      card({ name: '"penito kristian"', birthdate: null, birthplace: null, address: null }),
    );
    expect(bare.body.result).toEqual({ selfie_score: 100, seflie_score: 100, is_name_match: true });
    const unknown = await ask('POST', cards, card({ id_card_number: unknownNik }));
    expect(unknown.body).toMatchObject({ status: 'COMPLETED', is_found: false });
    expect(unknown.body).not.toHaveProperty('result');
  });

  it('plays the magic replies, and only those', async () => {
    const reply = async (value: string) =>
      (await ask('POST', cards, card({ id_card_number: unknownNik }), magic(value))).body as object;
    expect(await reply('COMPLETED_FOUND')).toMatchObject({ is_found: true, result: { is_name_match: true } });
    expect(await reply('COMPLETED_NOT_FOUND')).toMatchObject({ is_found: false });
    const failed = await reply('TEMPORARY_NETWORK_ERROR');
    expect(failed).toMatchObject({ status: 'FAILED', failure_reason: 'TEMPORARY_NETWORK_ERROR' });
    expect(failed).not.toHaveProperty('is_found');
    expect(await reply('EVERYTHING_FINE')).toMatchObject({ error_code: 'API_VALIDATION_ERROR' });
    const screening = await ask('POST', '/v0/identity/individual_cft_peps', person, magic('TEMPORARY_NETWORK_ERROR'));
    expect(screening.body).toMatchObject({ status: 'FAILED', failure_reason: 'TEMPORARY_NETWORK_ERROR' });
    expect(screening.body).not.toHaveProperty('results');
  });

  it('judges the selfie by type, bytes and pixels', async () => {
    const blob = (bytes: Uint8Array): Blob => new Blob([new Uint8Array(bytes)]);
    const padded = (bytes: Uint8Array, size: number): Blob => {
      const all = new Uint8Array(size);
      all.set(bytes);
      return blob(all);
    };
    const small = await grain(499, 40);
    const cases: readonly (readonly [Blob, number, string])[] = [
      [blob(photo.subarray(0, 102_399)), 413, 'FILE_TOO_SMALL'],
      [padded(photo, 512_001), 413, 'FILE_TOO_LARGE'],
      [blob(new Uint8Array(3_000_000)), 413, 'FILE_TOO_LARGE'],
      [padded(small, 120_000), 413, 'FILE_TOO_SMALL'],
      [padded(Buffer.from('GIF89a'), 120_000), 415, 'UNSUPPORTED_CONTENT_TYPE'],
      [padded(Buffer.from([0xff, 0xd8, 0xff, 0x00]), 120_000), 415, 'UNSUPPORTED_CONTENT_TYPE'],
    ];
    for (const [selfie, status, code] of cases)
      expect(await ask('POST', cards, card({ selfie }))).toMatchObject({ status, body: { error_code: code } });
    expect((await ask('POST', cards, card({ selfie: padded(photo, 512_000) }))).status).toBe(200);
  });

  it('names every missing or wrong field at once', async () => {
    const answer = await ask(
      'POST',
      cards,
      card({ name: 'x', id_card_number: '1', birthdate: '1990-10-12', selfie: null }),
    );
    const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path);
    expect([answer.status, paths]).toEqual([400, ['name', 'id_card_number', 'birthdate', 'selfie']]);
    const twice = card();
    twice.append('name', 'another');
    expect(await ask('POST', cards, twice)).toMatchObject({ status: 400, body: { errors: [{ path: 'name' }] } });
    expect((await ask('POST', cards, { name: 'JSON' })).status).toBe(415);
    expect(await ask('POST', '/v0/identity/individual_cft_peps', '{')).toMatchObject({ status: 415 });
  });
});

describe('a production key', () => {
  const production = () => authorised('productionKey');
  const real = () =>
    card({
      name: siti.name,
      id_card_number: siti.nik,
      birthdate: '21-07-1990',
      birthplace: 'BANDUNG',
      address: siti.address,
    });

  it('is refused until the client is enabled for live data', async () => {
    const refused = { status: 403, body: { error_code: 'API_KEY_IS_NOT_LIVE_ERROR' } };
    expect(await ask('POST', cards, real(), production())).toMatchObject(refused);
    expect(await ask('POST', '/v0/identity/individual_cft_peps', person, production())).toMatchObject(refused);
    await changeClient(server.house.ctx, server.bank.actor('admin'), clientId, { live: true });
  });

  it('is answered FAILED while there is no table and no list: never "not found", never "no hits"', async () => {
    const failed = { status: 200, body: { status: 'FAILED', failure_reason: 'TEMPORARY_NETWORK_ERROR' } };
    expect(await ask('POST', cards, real(), production())).toMatchObject(failed);
    const screening = await ask('POST', '/v0/identity/individual_cft_peps', person, production());
    expect(screening).toMatchObject(failed);
    expect(screening.body).not.toHaveProperty('results');
  });

  it('is answered from the table, whatever the magic header says', async () => {
    await server.fill();
    const header = { ...production(), 'x-magic-reply': 'COMPLETED_NOT_FOUND' };
    const answer = await ask(
      'POST',
      cards,
      card({ name: siti.name, id_card_number: siti.nik, birthdate: '22-07-1990' }),
      header,
    );
    // The drawn photo is no scene the test's vision knows: a face is found, and it is the first person's.
    expect(answer.body).toMatchObject({
      status: 'COMPLETED',
      is_found: true,
      result: { is_name_match: true, is_birthdate_match: false, is_birthplace_match: false },
    });
    expect(answer.body.result).not.toHaveProperty('seflie_score');
  });

  it('is answered SERVER_ERROR for a fault of ours and RATE_LIMIT_EXCEEDED past its limit, in the documented shape', async () => {
    vi.spyOn(server.house.vision, 'analyseFace').mockRejectedValueOnce(new Error('a detail of our house'));
    const other = { selfie: new Blob([new Uint8Array(await grain(610, 60))]) };
    const asked = () => card({ name: siti.name, id_card_number: siti.nik, ...other });
    const broken = { error_code: 'SERVER_ERROR', message: 'Unexpected error', errors: [] };
    expect(await ask('POST', cards, asked(), production())).toEqual({ status: 500, body: broken });
    expect(await server.lastAudit('provider.called')).toMatchObject({ code: 'SERVER_ERROR', charged: false });
    const perMinute = (limit: number) =>
      changeClient(server.house.ctx, server.bank.actor('admin'), clientId, { perMinute: limit });
    server.house.now = new Date(server.house.now.getTime() + 61_000);
    await perMinute(1);
    expect(await ask('POST', cards, asked(), production())).toMatchObject({ status: 200 });
    expect(await ask('POST', cards, asked(), production())).toMatchObject({
      status: 429,
      body: { error_code: 'RATE_LIMIT_EXCEEDED', message: expect.any(String), errors: [] },
    });
    await perMinute(100_000);
    server.house.now = new Date(server.house.now.getTime() + 61_000);
  });

  it('finds a company under PEP when a director the list names is one, and only then', async () => {
    const entities = [
      { id: 'p', schema: 'Person', properties: { name: ['Retno Pringgodirdjo'], topics: ['role.pep'] } },
      { id: 'c', schema: 'Company', properties: { name: ['PT Gandewa Wiryatama'], jurisdiction: ['id'] } },
      { id: 'd', schema: 'Company', properties: { name: ['PT Bahari Tirtonegoro'], jurisdiction: ['id'] } },
      { id: 't', schema: 'Directorship', properties: { director: ['p'], organization: ['c'], role: ['Komisaris'] } },
    ];
    const path = join(server.house.directory, 'peps.json');
    await writeFile(path, entities.map((one) => JSON.stringify(one)).join('\n'));
    const imported = await importList(server.house.ctx, server.bank.actor('admin'), { path, format: 'ftm' });
    expect(imported).toMatchObject({ ok: true, value: { entries: 3 } });
    const route = '/v0/identity/entity_cft_peps';
    const company = (name: string, scopes: readonly string[]) =>
      ask('POST', route, { user_id: 'u', name, business_domicile: 'ID', scopes }, production());
    const found = await company('PT Gandewa Wiryatama', ['PEP']);
    // The documented members and no other.
    expect(found.body.results).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        names: ['PT Gandewa Wiryatama'],
        score: 100,
        scopes: ['OTHER', 'PEP'],
        business_domiciles: ['ID'],
      },
    ]);
    expect(found.body).toMatchObject({ status: 'COMPLETED', business_name: 'PT Gandewa Wiryatama' });
    expect((await ask('GET', `${route}/${found.body.id}`, undefined, production())).body).toEqual(found.body);
    const listing = `/v0/identity/cft_pep_listings/${found.body.results[0].id}`;
    expect((await ask('GET', listing, undefined, production())).body).toEqual(found.body.results[0]);
    expect((await company('PT Bahari Tirtonegoro', ['PEP'])).body).toMatchObject({ status: 'COMPLETED', results: [] });
    const other = await company('PT Bahari Tirtonegoro', ['OTHER']);
    expect(other.body.results).toMatchObject([{ names: ['PT Bahari Tirtonegoro'], scopes: ['OTHER'] }]);
  });
});

describe('callbacks', () => {
  const setUrl = (url: string, service = 'ID_CARD_VERIFICATION') => ask('POST', '/v1/callback/urls', { service, url });
  const allow = (entries: readonly string[]) =>
    changeSettings(server.house.ctx, server.bank.actor('admin'), { webhookAllowList: JSON.stringify(entries) });

  it('go nowhere inside the own network unless it is named', async () => {
    for (const url of [
      'http://127.0.0.1:9/x',
      'http://169.254.169.254/latest',
      'http://example.test/x',
      'ftp://x',
      'x',
    ])
      expect(await setUrl(url)).toMatchObject({ status: 400, body: { error_code: 'API_VALIDATION_ERROR' } });
    expect(await setUrl('https://example.test', 'WHATEVER')).toMatchObject({ status: 400 });
  });

  it('need an address that answers the test payload', async () => {
    const dead = await startReceiver({ kind: 'answer', status: 500 });
    receivers.push(dead);
    await allow([new URL(dead.origin).host]);
    expect(await setUrl(dead.origin)).toMatchObject({
      status: 400,
      body: { error_code: 'CALLBACK_URL_NOT_RESPONDING' },
    });
    expect(JSON.parse(dead.received[0]?.body ?? '')).toMatchObject({ status: 'TEST', service: 'ID_CARD_VERIFICATION' });
  });

  it('carry the token, survive a receiver that is down, and say what the answer said', async () => {
    const there = await startReceiver(
      { kind: 'answer', status: 200 },
      { kind: 'answer', status: 503 },
      { kind: 'cut' },
      { kind: 'answer', status: 204 },
    );
    receivers.push(there);
    await allow([new URL(there.origin).host]);
    expect(await setUrl(`${there.origin}/iluma`)).toMatchObject({ status: 200, body: { status: 'SUCCESS' } });
    const answer = await ask('POST', cards, card(), magic('COMPLETED_FOUND'));
    const ctx = server.house.ctx;
    const later = (ms: number) => (server.house.now = new Date(server.house.now.getTime() + ms));
    const send = () => sendDueCallbacks(ctx, { random: () => 1 });
    const row = () => ctx.store.db.selectFrom('provider_callbacks').selectAll().executeTakeFirstOrThrow();
    expect(await send()).toBe(1);
    expect(await row()).toMatchObject({ state: 'pending', attempts: 1, last_status: 503, last_error: 'not_2xx' });
    expect(await send()).toBe(0);
    later(30_000);
    expect(await send()).toBe(1);
    expect(await row()).toMatchObject({ state: 'pending', attempts: 2, last_status: null });
    later(60_000);
    expect(await send()).toBe(1);
    expect(await row()).toMatchObject({ state: 'delivered', attempts: 3, last_status: 204, last_error: null });
    const bodies = there.received.slice(1).map(({ body }) => JSON.parse(body) as unknown);
    expect(bodies).toEqual([answer.body, answer.body, answer.body]);
    const token = (await ask('GET', '/v1/callback/authentication_tokens')).body.token as string;
    expect(
      there.received.every(({ headers, path }) => headers['x-callback-token'] === token && path === '/iluma'),
    ).toBe(true);
    expect(Buffer.from((await row()).body_sealed).toString('latin1')).not.toContain('penito');
  });

  it.each(['individual', 'entity'] as const)('tell the answer of an %s screening too', async (type) => {
    const there = await startReceiver({ kind: 'answer', status: 200 }, { kind: 'answer', status: 200 });
    receivers.push(there);
    await allow([new URL(there.origin).host]);
    expect(await setUrl(there.origin, `${type.toUpperCase()}_CFT_PEP`)).toMatchObject({ status: 200 });
    const asked = { user_id: 'u', name: 'intel corp', business_domicile: 'US', scopes: ['OTHER'] };
    const answer = await ask('POST', `/v0/identity/${type}_cft_peps`, type === 'entity' ? asked : person);
    expect(answer.body.results).toHaveLength(1);
    expect(await sendDueCallbacks(server.house.ctx, { random: () => 1 })).toBe(1);
    expect(JSON.parse(there.received.at(-1)?.body ?? '')).toEqual(answer.body);
  });

  it('stop when the allow-list no longer names the address', async () => {
    await ask('POST', cards, card());
    await allow([]);
    await sendDueCallbacks(server.house.ctx, { random: () => 1 });
    const last = await server.house.ctx.store.db
      .selectFrom('provider_callbacks')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    expect(last).toMatchObject({ state: 'pending', last_error: 'target_refused' });
  });
});
