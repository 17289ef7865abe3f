import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerPasskeyPage } from './passkey-page.ts';

let app: FastifyInstance;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loket-passkey-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), 'the station');
  writeFileSync(join(folder, 'passkey.html'), 'the ceremony');
  writeFileSync(join(folder, 'assets', 'passkey-1.js'), 'void 0;');
  app = Fastify();
  await registerPasskeyPage(app, { folder, origin: () => 'http://localhost:7310' });
});
afterEach(() => app.close());

const get = (url: string, host = 'localhost:7310') => app.inject({ url, headers: { host } });

describe('the passkey page of Electron’s embedded server', () => {
  it('serves the page and its files under the station’s policy', async () => {
    const page = await get('/passkey.html');
    expect(page.statusCode).toBe(200);
    expect(page.body).toBe('the ceremony');
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await get('/assets/passkey-1.js')).statusCode).toBe(200);
  });

  it.each(['/', '/index.html', '/assets/../index.html', '/assets/%2e%2e/index.html', '/..%2fpackage.json'])(
    'serves nothing else: %s',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toContain('the station');
    },
  );

  it('refuses a foreign name for this machine', async () => {
    expect((await get('/passkey.html', 'loket.example.test:7310')).statusCode).toBe(421);
  });
});
