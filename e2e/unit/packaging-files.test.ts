/** The container file, the compose example and the systemd unit keep the rules they were written by. Building needs an engine. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { serveCommand } from '../../src/cli/serve.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const file = (name: string): string => readFileSync(root(`resources/packaging/${name}`), 'utf8');

/** Instructions, with continued lines joined and comments gone. */
const instructions = file('Containerfile')
  .replaceAll(/^#.*$/gm, '')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => {
    const [name = '', ...rest] = line.trim().split(/\s+/);
    return { name, rest: rest.join(' ') };
  });
const all = (name: string): readonly string[] =>
  instructions.filter((one) => one.name === name).map(({ rest }) => rest);
const options = new Set(serveCommand().options.map(({ long }) => long));

describe('the container file', () => {
  it('names its base to the patch, adds nothing from afar, and runs as nobody in particular', () => {
    for (const base of all('FROM')) expect(base).toMatch(/^\S+\/\S+:\d+\.\d+\.\d+\S*( AS \w+)?$/);
    expect(all('ADD')).toEqual([]);
    expect(all('USER')).toEqual(['10001:10001']);
    expect(all('RUN').join(' ')).not.toMatch(/curl|wget|sudo|chmod 777/);
    expect(all('ENV').join(' ')).not.toMatch(/password|secret_|token|passphrase|pin=/i);
    expect(all('HEALTHCHECK')).toHaveLength(1);
    for (const start of [...all('ENTRYPOINT'), ...all('CMD')]) expect(Array.isArray(JSON.parse(start))).toBe(true);
  });

  it('starts the server with options it has', () => {
    const words = JSON.parse(all('CMD')[0] ?? '[]') as string[];
    expect(words[0]).toBe('serve');
    expect(words.filter((word) => word.startsWith('--')).filter((word) => !options.has(word))).toEqual([]);
  });
});

interface Service {
  readonly image?: string;
  readonly build?: { readonly dockerfile: string };
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly networks?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, object>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

describe('the compose example', () => {
  const compose = parse(file('compose.yaml')) as Compose;
  const services = Object.entries(compose.services);

  it('uses only what it declares', () => {
    for (const [, service] of services) {
      for (const secret of service.secrets ?? [])
        expect(Object.keys(compose.secrets)).toContain(typeof secret === 'string' ? secret : secret.source);
      for (const network of service.networks ?? []) expect(Object.keys(compose.networks)).toContain(network);
      for (const volume of service.volumes ?? [])
        if (!volume.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(volume.split(':')[0]);
      for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services)).toContain(other);
    }
    expect(compose.services['hub']?.build?.dockerfile).toBe('resources/packaging/Containerfile');
  });

  it('keeps the database inside and asks it for TLS; no secret is written down', () => {
    const { database, hub } = compose.services;
    expect([database?.ports, database?.networks]).toEqual([undefined, ['inside']]);
    expect(compose.networks['inside']?.internal).toBe(true);
    expect(hub?.environment?.['LOKET_DATABASE']).toMatch(/sslmode=verify-full/);
    expect([hub?.read_only, hub?.cap_drop]).toEqual([true, ['ALL']]);
    for (const [, service] of services)
      for (const [name, value] of Object.entries(service.environment ?? {}))
        if (/PASSWORD|SECRET|KEY/.test(name)) expect(value).toMatch(/^\/run\/secrets\//);
  });
});

interface Packaging {
  readonly linux: { readonly target: readonly string[]; readonly files: readonly string[] };
  readonly win: { readonly target: readonly { readonly target: string }[]; readonly files: readonly string[] };
  readonly mac: { readonly target: readonly { readonly target: string }[]; readonly files: readonly string[] };
  readonly nsis: object;
  readonly asarUnpack: readonly string[];
  readonly publish: readonly { readonly url: string }[] | null;
}

describe('the configuration of electron-builder', () => {
  afterEach(() => vi.unstubAllEnvs());
  /** Read anew each time: it looks at the environment when it is loaded. */
  const read = async (turn: string): Promise<Packaging> =>
    ((await import(`${root('resources/packaging/electron-builder.mjs')}?${turn}`)) as { default: Packaging }).default;

  it('makes NSIS for Windows, deb and AppImage for Linux, dmg for macOS, each without the others’ binaries', async () => {
    const { linux, win, mac, nsis, asarUnpack } = await read('targets');
    expect(linux.target).toEqual(['deb', 'AppImage']);
    expect([win, mac].map(({ target }) => target.map((one) => one.target))).toEqual([['nsis'], ['dmg']]);
    // For the whole machine: an ordinary account cannot write where the program lies.
    expect(nsis).toMatchObject({ perMachine: true, deleteAppDataOnUninstall: false });
    const left = (files: readonly string[]) =>
      ['linux', 'win32', 'darwin'].filter((name) => files.includes(`!node_modules/onnxruntime-node/bin/*/${name}`));
    expect([linux, win, mac].map(({ files }) => left(files))).toEqual([
      ['win32', 'darwin'],
      ['linux', 'darwin'],
      ['linux', 'win32'],
    ]);
    expect(asarUnpack).toEqual(expect.arrayContaining(['**/*.node', '**/*.{dll,dylib,so,so.*}']));
  });

  it('names the bank’s own update feed, over https only, and none where none is given', async () => {
    vi.stubEnv('LOKET_UPDATE_URL', '');
    expect((await read('no-feed')).publish).toBeNull();
    vi.stubEnv('LOKET_UPDATE_URL', 'https://updates.bank.example/loket');
    expect((await read('feed')).publish).toMatchObject([{ url: 'https://updates.bank.example/loket' }]);
    vi.stubEnv('LOKET_UPDATE_URL', 'http://updates.bank.example/loket');
    await expect(read('plain')).rejects.toThrow('https');
  });
});

describe('the desk’s systemd user unit', () => {
  it('starts the packaged program with the account’s session and again when it ends', () => {
    const lines = file('loket-station.service').split('\n');
    for (const line of ['ExecStart=/opt/Loket/loket', 'Restart=always', 'WantedBy=graphical-session.target'])
      expect(lines).toContain(line);
    // A user unit has no say over accounts.
    expect(lines.filter((line) => /^(User|Group)=/.test(line))).toEqual([]);
  });

  it('is laid down by the deb where user units are looked for, and starts what the deb installs', async () => {
    const { default: packaging } = (await import(root('resources/packaging/electron-builder.mjs'))) as {
      default: { productName: string; linux: { target: string[] }; deb: { fpm: string[] } };
    };
    expect(packaging.linux.target).toContain('deb');
    expect(packaging.deb.fpm).toEqual([
      `${root('resources/packaging/loket-station.service')}=/usr/lib/systemd/user/loket-station.service`,
    ]);
    // electron-builder: /opt/ and the product's name, the program after the package.
    const { name } = JSON.parse(readFileSync(root('package.json'), 'utf8')) as { name: string };
    expect(file('loket-station.service')).toContain(`\nExecStart=/opt/${packaging.productName}/${name}\n`);
  });
});

describe('the systemd unit', () => {
  const unit = file('loket-hub.service');

  it('starts the server with options it has, as its own user, shut in', () => {
    const start = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
    const used = start.split(' ').filter((word) => word.startsWith('--'));
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((word) => !options.has(word))).toEqual([]);
    for (const line of ['User=loket', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'CapabilityBoundingSet='])
      expect(unit.split('\n')).toContain(line);
    // Longer than --drain and the jobs' grace together.
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThanOrEqual(30);
  });
});
