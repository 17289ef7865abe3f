/** What an operator of a server calls: `serve` behind TLS, `jobs run`, `dukcapil raw`. As programs, over sockets. */
import 'reflect-metadata';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as x509 from '@peculiar/x509';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemActor } from '../services/context.ts';
import { createCustomer } from '../services/create-customer.ts';
import { ingestDukcapil } from '../services/ingest-dukcapil.ts';
import { openInstallation } from '../services/open-installation.ts';
import { addUser, changeSettings } from '../services/set-up-organisation.ts';
import { passphraseKeyProvider } from '../vault/key-providers/passphrase-key-provider.ts';
import { noVision } from './with-installation.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const passphrase = 'for the tests of the commands';
const password = 'a long pass phrase';
let root: string;
let data: string;
let apiKey: string;
let organisation: string;
let admin: { email: string; password: string };
const environment = { ...process.env, LOKET_PASSPHRASE: passphrase };

function loket(args: readonly string[], input = '') {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: environment, input });
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'loket-cli-'));
  data = join(root, 'data');
  const made = loket(['init', '--data', data, '--json']);
  ({
    apiKey,
    admin,
    organisation: { id: organisation },
  } = JSON.parse(made.stdout) as { apiKey: string; admin: typeof admin; organisation: { id: string } });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

/** Rejects when there is no connection or nothing that speaks the protocol behind it. */
function ask(url: string, ca: string | null, body?: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const send = ca === null ? httpRequest : httpsRequest;
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', origin: new URL(url).origin }),
    };
    const sent = send(url, { method: body === undefined ? 'GET' : 'POST', headers, ...(ca === null ? {} : { ca }) });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** A certificate of our own for `localhost`, ECDSA P-256, for an hour. */
async function certificate(): Promise<{ cert: string; certPath: string; keyPath: string }> {
  const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(signing, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=localhost',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    keys,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const [certPath, keyPath] = [join(root, 'tls.crt'), join(root, 'tls.key')];
  const cert = made.toString('pem');
  writeFileSync(certPath, cert);
  writeFileSync(keyPath, `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`, { mode: 0o600 });
  return { cert, certPath, keyPath };
}

describe('loket serve behind TLS', () => {
  it('speaks https with HSTS and secure cookies, and nothing over plain http', async () => {
    const { cert, certPath, keyPath } = await certificate();
    const args = ['serve', '--data', data, '--port', '0', '--host', '127.0.0.1', '--tls-cert', certPath];
    const server = spawn(process.execPath, [main, ...args, '--tls-key', keyPath], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
      const { listening } = JSON.parse(line) as { listening: string };
      expect(listening).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
      const address = listening.replace('127.0.0.1', 'localhost');
      const me = await ask(`${address}/api/auth/me`, cert);
      expect([me.status, me.headers['strict-transport-security']]).toEqual([
        200,
        expect.stringMatching(/^max-age=31536000/),
      ]);
      expect(me.headers['content-security-policy']).toContain("default-src 'none'");
      const login = await ask(`${address}/api/auth/login`, cert, admin);
      expect(login.status).toBe(200);
      expect(String(login.headers['set-cookie'])).toMatch(/^loket_session=.*HttpOnly; Secure; SameSite=Strict/);
      // A client that does not know the certificate, and one that speaks plain http, get nothing.
      await expect(ask(`${address}/api/auth/me`, '')).rejects.toThrow(/self.signed/i);
      await expect(ask(`${address.replace('https:', 'http:')}/api/auth/me`, null)).rejects.toThrow();
    } finally {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    }
  });

  it('is refused beyond loopback without a certificate, and with half of one', () => {
    for (const more of [[], ['--tls-cert', join(root, 'none.crt')]]) {
      const refused = loket(['serve', '--data', data, '--port', '0', '--host', '0.0.0.0', ...more]);
      expect([refused.status, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toMatch(/--tls-key/);
    }
    const unreadable = ['--tls-cert', join(root, 'none.crt'), '--tls-key', join(root, 'none.key')];
    expect(loket(['serve', '--data', data, ...unreadable]).stderr).toMatch(/cannot be read/);
  });
});

describe('loket jobs run', () => {
  it('does the daily work now, says what it did, and may be called again', () => {
    for (let n = 0; n < 2; n += 1) {
      const done = loket(['jobs', 'run', '--data', data, '--json']);
      expect([done.status, done.stderr]).toEqual([0, '']);
      const { report } = JSON.parse(done.stdout) as { report: Record<string, number> };
      expect(report).toMatchObject({ tiersExpired: 0, challengesDeleted: 0 });
    }
    expect(loket(['jobs', 'run', '--data', data]).stdout).toMatch(/^tiersExpired {2}0$/m);
    const nowhere = loket(['jobs', 'run', '--data', join(root, 'nothing')]);
    expect([nowhere.status, nowhere.stdout]).toEqual([2, '']);
  });
});

describe('loket dukcapil raw', () => {
  let verificationId: string;
  const raw = (user: string, secret: string) =>
    loket(['dukcapil', 'raw', verificationId, '--data', data, '--user', user], `${secret}\n`);

  async function inProcess<T>(work: (ctx: Parameters<typeof createCustomer>[0]) => Promise<T>): Promise<T> {
    const keyProvider = passphraseKeyProvider(passphrase);
    const opened = await openInstallation({ dataDirectory: data, vision: noVision, keyProvider });
    if (!opened.ok) throw new Error(opened.error.message);
    try {
      return await work(opened.value.context);
    } finally {
      await opened.value.close();
    }
  }

  beforeAll(async () => {
    verificationId = await inProcess(async (ctx) => {
      const actor = systemActor(organisation);
      await changeSettings(ctx, actor, { 'capabilities.dukcapilEnabled': 'true' });
      for (const role of ['compliance', 'supervisor'] as const)
        await addUser(ctx, actor, { role, email: `${role}@bank.test`, fullName: `THE ${role}`, password });
      const customer = await createCustomer(ctx, actor, { fullName: 'SITI RAHMAWATI' });
      if (!customer.ok) throw new Error(customer.error.code);
      const customerId = customer.value.id;
      const done = await ingestDukcapil(ctx, actor, { customerId, valid: true, raw: { RESPON: 'Sesuai' } });
      if (!done.ok) throw new Error(done.error.code);
      return done.value.verification.id;
    });
  });

  it('shows the answer to a compliance user who proves himself, and writes down that he looked', async () => {
    const shown = raw('compliance@bank.test', password);
    expect([shown.status, shown.stderr, JSON.parse(shown.stdout)]).toEqual([0, '', { RESPON: 'Sesuai' }]);
    const row = await inProcess((ctx) =>
      ctx.store.db
        .selectFrom('audit_log')
        .select(['actor_kind', 'object_id', 'detail'])
        .where('event', '=', 'dukcapil.raw_viewed')
        .executeTakeFirstOrThrow(),
    );
    expect(row).toMatchObject({ actor_kind: 'user', object_id: verificationId });
    expect(JSON.parse(row.detail)).toEqual({ channel: 'command line', by: 'password' });
  });

  it.each([
    ['compliance@bank.test', 'a wrong pass phrase', 'invalid_credentials'],
    ['compliance@bank.test', '', 'invalid_credentials'],
    ['supervisor@bank.test', password, 'forbidden'],
    ['nobody@bank.test', password, 'invalid_credentials'],
  ])('%s with %j sees nothing: %s', (user, secret, code) => {
    const refused = raw(user, secret);
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(new RegExp(`^${code}: `));
  });
});
