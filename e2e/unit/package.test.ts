/** Packs the program with a stand-in for Electron's distribution and checks the result as a release would be checked. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureElectronBuild } from '../../src/shell/ensure-built.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'loket-package-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, words: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const done = spawnSync(process.execPath, [join(root, 'e2e', 'electron', name), ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });
  return { code: done.status, text: `${done.stdout}${done.stderr}`, out: done.stdout };
}

describe('the package', () => {
  it.runIf(process.platform === 'linux')(
    'is packed without the network, is sound, and a changed byte is found',
    async () => {
      const { makeFakeDistribution } = (await import(join(root, 'e2e/electron/fake-distribution.mjs'))) as {
        makeFakeDistribution: (folder: string) => Promise<string>;
      };
      const distribution = await makeFakeDistribution(join(folder, 'electron'));
      await ensureElectronBuild(root, () => undefined);
      const output = join(folder, 'dist');
      const packed = script('package-dir.mjs', ['--no-build', '--output', output], { ELECTRON_DIST: distribution });
      expect(packed.code, packed.text).toBe(0);

      const unpacked = join(output, 'linux-unpacked');
      const checked = script('verify-package.mjs', [unpacked]);
      expect(checked.text).toContain('the package is sound');
      expect(checked.code).toBe(0);

      appendFileSync(join(unpacked, 'resources', 'app.asar.unpacked', 'node_modules', 'sharp', 'package.json'), ' ');
      const spoiled = script('verify-package.mjs', [unpacked]);
      expect(spoiled.text).toMatch(/FAILED \d+ files have the hash/);
      expect(spoiled.code).toBe(1);
    },
    240_000,
  );

  it('lists what it ships, the bundled page included and tools left out', () => {
    const file = join(folder, 'sbom.json');
    expect(script('sbom.mjs', [file]).code).toBe(0);
    const { bomFormat, components } = JSON.parse(readFileSync(file, 'utf8')) as {
      bomFormat: string;
      components: { group?: string; name: string }[];
    };
    const names = components.map(({ group, name }) => (group ? `${group}/${name}` : name));
    expect(bomFormat).toBe('CycloneDX');
    expect(names).toEqual(expect.arrayContaining(['fastify', 'onnxruntime-node', 'react', 'electron']));
    expect(names).not.toContain('vitest');
  });
});
