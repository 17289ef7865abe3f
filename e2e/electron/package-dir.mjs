/**
 * `npm run package:dir [-- --output DIR]`: builds from a clean `out` and makes the unpacked application of this platform.
 * ELECTRON_DIST names Electron's unpacked distribution; nothing is fetched then.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const output = process.argv.includes('--output') ? process.argv[process.argv.indexOf('--output') + 1] : 'dist';
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);

function run(command, args) {
  const done = spawnSync(bin(command), args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (!process.argv.includes('--no-build')) {
  rmSync(join(root, 'out'), { recursive: true, force: true });
  run('electron-vite', ['build', '--logLevel', 'warn']);
}
run('electron-builder', [
  '--dir',
  '--config',
  'resources/packaging/electron-builder.mjs',
  `-c.directories.output=${output}`,
]);
