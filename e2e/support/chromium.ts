/** A Chromium for the tests: the system's, else the headless one that comes from npm. Needs no root and no network. */
import { existsSync } from 'node:fs';
import { findChromium } from '../../src/shell/find-browser.ts';

export interface TestChromium {
  readonly executablePath: string;
  readonly args: readonly string[];
}

const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];

export async function testChromium(environment: NodeJS.ProcessEnv = process.env): Promise<TestChromium> {
  const system = findChromium(environment);
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  if (system !== null && existsSync(system) && environment['LOKET_TEST_BROWSER'] !== 'npm')
    return { executablePath: system, args: [...quiet, ...root] };
  const { default: packed } = await import('@sparticuz/chromium');
  // The package is meant for a function host; its single-process flags break cameras and WebAuthn.
  const args = packed.args.filter((flag) => !/^--(single-process|no-zygote|headless)/.test(flag));
  return { executablePath: await packed.executablePath(), args: [...args, ...quiet, '--no-sandbox'] };
}
