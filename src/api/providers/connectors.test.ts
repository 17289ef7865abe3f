/** Our connectors against our own server modules over real sockets, and against everything that goes wrong between them. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RegistryAnswer, RegistryQuery, SourceOptions } from '../../contract/registry.ts';
import type { VendorCallOptions } from '../../connectors/registry-source/vendor-call.ts';
import { systemActor } from '../../services/context.ts';
import { changeClient } from '../../services/providers/manage-clients.ts';
import { askRegistry } from '../../services/registry/ask-registry.ts';
import { connectSource, vendorKinds, type VendorKind } from '../../services/registry/registry-sources.ts';
import { fakeVision, picture } from '../../services/testing/fake-vision.ts';
import {
  addOrganisation,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import { listeningCertificate } from './testing/certificate.ts';
import { openProviderServer, siti, unknownNik, type ProviderServer } from './testing/provider-server.ts';

let vendor: ProviderServer;
const credentials = {} as Record<VendorKind, Record<string, string>>;
const clients = {} as Record<VendorKind, string>;
let selfie: Uint8Array;

/** What the vendor's fake vision would see in any real photo: nothing it knows, so a live face of the first person. */
async function photo(): Promise<Uint8Array> {
  return sharp({ create: { width: 320, height: 400, channels: 3, background: '#a87' } })
    .jpeg()
    .toBuffer();
}

beforeAll(async () => {
  vendor = await openProviderServer();
  await vendor.fill();
  for (const kind of vendorKinds) {
    const made = await vendor.enable(kind, { perMinute: 100_000, live: true });
    clients[kind] = made.id;
    const {
      apiId = '',
      apiKey = '',
      apiSecret = '',
      password = '',
      productionKey = '',
      username = '',
    } = made.credentials;
    credentials[kind] =
      kind === 'glair'
        ? { username, password, apiKey }
        : kind === 'accuauth'
          ? { apiId, apiSecret }
          : { apiKey: productionKey };
  }
  selfie = await photo();
});
afterAll(() => vendor.close());

let bankHouse: TestHouse;
let bank: TestOrganisation;
const servers: Server[] = [];
beforeEach(async () => {
  bankHouse = await openTestHouse();
  bank = await addOrganisation(bankHouse, 'Asking');
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await bankHouse.close();
});

async function connect(
  kind: VendorKind,
  baseUrl = vendor.address,
  options: Partial<SourceOptions> = {},
  secret?: object,
) {
  const done = await connectSource(bankHouse.ctx, bank.actor('admin'), {
    kind,
    baseUrl,
    credentials: secret ?? credentials[kind],
    options,
  });
  if (!done.ok) throw new Error(done.error.message);
}

const tuning: Partial<VendorCallOptions> = { timeoutMs: 1_500, retryDelayMs: 1, breakAfter: 3 };

function ask(query: Partial<RegistryQuery> = {}, tuned: Partial<VendorCallOptions> = tuning, asker = 'desk:one') {
  const whole = { nik: siti.nik, name: siti.name, birthDate: siti.birthDate, selfie, ...query };
  const question = { actor: systemActor(bank.orgId), asker, purpose: 'onboarding' as const, query: whole };
  return askRegistry(bankHouse.ctx, question, tuned);
}

const reason = (answer: RegistryAnswer): string =>
  'unavailable' in answer ? answer.reason : answer.found ? 'found' : 'not_found';

/** A vendor with moods; how often it was asked. */
async function moody(
  answer: (response: ServerResponse, nth: number) => void,
): Promise<{ address: string; asked: () => number }> {
  let count = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(response, (count += 1)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => count };
}

describe.each(vendorKinds)('%s, connector to server', (kind) => {
  beforeEach(() => connect(kind));

  it('confirms, contradicts and does not find', async () => {
    const confirmed = await ask();
    expect(confirmed).toMatchObject({
      found: true,
      source: kind,
      fields: { name: true, birthDate: true },
      face: 'compared',
      faceScore: 100,
    });
    expect(await ask({ name: 'SOMEBODY ELSE' })).toMatchObject({ found: true, fields: { name: false } });
    expect(await ask({ birthDate: '1990-07-22' })).toMatchObject({ found: true, fields: { birthDate: false } });
    expect(await ask({ nik: unknownNik })).toMatchObject({ found: false, source: kind });
  });

  it('says when the credentials are wrong, or end', async () => {
    const wrong = Object.fromEntries(Object.entries(credentials[kind]).map(([name, value]) => [name, `${value}x`]));
    await connect(kind, vendor.address, {}, wrong);
    expect(reason(await ask())).toBe('credentials_refused');
    await connect(kind, vendor.address, { expiresAt: '2026-01-01T00:00:00.000Z' });
    expect(reason(await ask())).toBe('credentials_expired');
  });

  it('hears the vendor’s rate limit in its own dialect', async () => {
    const admin = vendor.bank.actor('admin');
    vendor.house.now = new Date(vendor.house.now.getTime() + 61_000);
    await changeClient(vendor.house.ctx, admin, clients[kind], { perMinute: 1 });
    expect(reason(await ask())).toBe('found');
    expect(reason(await ask())).toBe('rate_limited');
    await changeClient(vendor.house.ctx, admin, clients[kind], { perMinute: 100_000 });
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['silence', () => undefined, 'timeout'],
    ['a body that drips', (response) => void response.writeHead(200).write('{'), 'timeout'],
    ['a cut line', (response) => void response.destroy(), 'unreachable'],
    ['500', (response) => void response.writeHead(500).end('{}'), 'source_failed'],
    ['a gateway’s page', (response) => void response.writeHead(502).end('<html>bad gateway</html>'), 'source_failed'],
    [
      'a page instead of an answer',
      (response) => void response.writeHead(200).end('<html>welcome</html>'),
      'answer_unreadable',
    ],
    ['JSON of another kind', (response) => void response.writeHead(200).end('{"hello":"world"}'), 'answer_unreadable'],
    ['half an answer', (response) => void response.writeHead(200).end('{"result":{"nik":tr'), 'answer_unreadable'],
    ['a flood', (response) => void response.writeHead(200).end('x'.repeat(5 << 20)), 'answer_unreadable'],
    [
      'a redirect',
      (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
      'answer_unreadable',
    ],
    ['403', (response) => void response.writeHead(403).end('{}'), 'not_permitted'],
    ['429', (response) => void response.writeHead(429).end('{}'), 'rate_limited'],
  ])('meets %s, once, and invents nothing', async (_name, answer, expected) => {
    const there = await moody(answer);
    await connect(kind, there.address);
    expect(reason(await ask({}, { ...tuning, timeoutMs: 300 }))).toBe(expected);
    // It may have been charged: whatever arrived is not asked again.
    expect(there.asked()).toBe(1);
  });
});

describe('what stands between', () => {
  it.each(vendorKinds)('a certificate nobody vouches for is not talked to: %s', async (kind) => {
    let heard = 0;
    const tls = createTlsServer(await listeningCertificate(), (_request, response) => {
      heard += 1;
      response.end('{}');
    });
    servers.push(tls);
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    await connect(kind, `https://127.0.0.1:${(tls.address() as AddressInfo).port}`);
    expect([reason(await ask()), heard]).toEqual(['tls_untrusted', 0]);
  });

  it('a vendor that is not there is tried twice, since nothing was sent, and then the next is asked', async () => {
    await connect('glair', 'http://127.0.0.1:1');
    expect(reason(await ask())).toBe('unreachable');
    await connect('iluma');
    expect(await ask()).toMatchObject({ found: true, source: 'iluma' });
    const log = await bankHouse.ctx.store.db
      .selectFrom('registry_access')
      .select(['source', 'outcome'])
      .orderBy('id')
      .execute();
    expect(log.map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'glair unreachable',
      'glair unreachable',
      'iluma found',
    ]);
  });

  it('a vendor that keeps failing is left alone for a while, then tried again', async () => {
    const there = await moody((response, nth) => {
      if (nth <= 3) response.writeHead(503).end('{}');
      else response.writeHead(200).end(JSON.stringify({ status: 'COMPLETED', is_found: false }));
    });
    await connect('iluma', there.address);
    const reasons: string[] = [];
    for (let n = 0; n < 5; n += 1) reasons.push(reason(await ask()));
    expect(reasons).toEqual(['source_failed', 'source_failed', 'source_failed', 'circuit_open', 'circuit_open']);
    expect(there.asked()).toBe(3);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_001 });
    try {
      expect(reason(await ask())).toBe('not_found');
    } finally {
      vi.useRealTimers();
    }
  });

  it('asks in the order that was set', async () => {
    await connect('glair');
    await connectSource(bankHouse.ctx, bank.actor('admin'), {
      kind: 'accuauth',
      baseUrl: vendor.address,
      credentials: credentials.accuauth,
      position: 1,
    });
    expect(await ask()).toMatchObject({ source: 'accuauth' });
    await connectSource(bankHouse.ctx, bank.actor('admin'), { kind: 'accuauth', options: { enabled: false } });
    expect(await ask()).toMatchObject({ source: 'glair' });
  });

  it('keeps quotas: of each desk a day, of the contract a month, and the purpose', async () => {
    await connect('iluma', vendor.address, { dailyPerAsker: 1, monthlyQuota: 2 });
    expect(reason(await ask({}, tuning, 'desk:one'))).toBe('found');
    expect(reason(await ask({}, tuning, 'desk:one'))).toBe('quota_exceeded');
    expect(reason(await ask({}, tuning, 'desk:two'))).toBe('found');
    expect(reason(await ask({}, tuning, 'desk:three'))).toBe('quota_exceeded');
    // A new day in Jakarta (17:00 UTC), then a new month.
    bankHouse.now = new Date('2026-11-20T17:00:00.000Z');
    expect(reason(await ask({}, tuning, 'desk:one'))).toBe('quota_exceeded');
    bankHouse.now = new Date('2026-11-30T17:00:00.000Z');
    expect(reason(await ask({}, tuning, 'desk:one'))).toBe('found');
    await connect('iluma', vendor.address, { dailyPerAsker: 100, monthlyQuota: 100, purposes: ['tier_upgrade'] });
    expect(reason(await ask())).toBe('not_permitted');
  });

  it('seals the credentials and never names them', async () => {
    await connect('glair');
    const row = await bankHouse.ctx.store.db.selectFrom('registry_sources').selectAll().executeTakeFirstOrThrow();
    expect(Buffer.from(row.credentials_sealed ?? []).toString('latin1')).not.toContain(credentials.glair['password']);
    const audit = await bankHouse.ctx.store.db.selectFrom('audit_log').select('detail').execute();
    for (const secret of Object.values(credentials.glair)) expect(JSON.stringify(audit)).not.toContain(secret);
  });

  it.each([
    ['plain http beyond this machine', { baseUrl: 'http://vendor.example' }],
    ['an address with a password', { baseUrl: 'https://a:b@vendor.example' }],
    ['credentials with something missing', { credentials: { username: 'x', password: 'y' } }],
    ['credentials with something more', { credentials: { username: 'x', password: 'y', apiKey: 'z', extra: '1' } }],
    ['no credentials', { credentials: undefined }],
    ['an expiry that is no instant', { options: { expiresAt: 'tomorrow' } }],
  ])('refuses %s', async (_name, change) => {
    const good = { kind: 'glair' as const, credentials: credentials.glair };
    const done = await connectSource(bankHouse.ctx, bank.actor('admin'), { ...good, ...change } as never);
    expect(done).toMatchObject({ ok: false, error: { code: 'validation_failed' } });
  });
});

describe('pictures on their way out', () => {
  it('are made to fit each vendor, and what is no picture is not sent', async () => {
    const large = await sharp({
      create: {
        width: 3000,
        height: 2400,
        channels: 3,
        background: '#a87',
        noise: { type: 'gaussian', mean: 128, sigma: 30 },
      },
    })
      .jpeg({ quality: 95 })
      .toBuffer();
    expect(large.length).toBeGreaterThan(1_000_000);
    for (const kind of vendorKinds) {
      await connectSource(bankHouse.ctx, bank.actor('admin'), {
        kind,
        baseUrl: vendor.address,
        credentials: credentials[kind],
        position: 0,
      });
      // AccuAuth and Iluma refuse by size: an answer proves that it fitted.
      expect(await ask({ selfie: large })).toMatchObject({ found: true, source: kind });
      expect(reason(await ask({ selfie: picture('still') }))).toBe('query_refused');
      await connectSource(bankHouse.ctx, bank.actor('admin'), { kind, options: { enabled: false } });
    }
  });
});

it('a vision of the test sees a face in any photo', async () => {
  // What the tests above rest on.
  expect((await fakeVision().analyseFace({ frames: [await photo()], purpose: 'reference' })).template.available).toBe(
    true,
  );
});
