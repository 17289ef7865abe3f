import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { needsBuild } from './ensure-built.ts';

it('builds when the product is missing or a source is newer, and not for a test', () => {
  const root = mkdtempSync(join(tmpdir(), 'loket-build-'));
  mkdirSync(join(root, 'src/page'), { recursive: true });
  mkdirSync(join(root, 'out'));
  const at = (file: string, seconds: number): void => {
    writeFileSync(join(root, file), 'x');
    utimesSync(join(root, file), seconds, seconds);
  };
  at('src/page/a.ts', 100);
  expect(needsBuild(root, 'out/index.html', ['src'])).toBe(true);
  at('out/index.html', 200);
  expect(needsBuild(root, 'out/index.html', ['src'])).toBe(false);
  at('src/page/a.test.ts', 300);
  expect(needsBuild(root, 'out/index.html', ['src'])).toBe(false);
  at('src/page/a.ts', 300);
  expect(needsBuild(root, 'out/index.html', ['src'])).toBe(true);
});
