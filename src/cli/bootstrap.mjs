/**
 * First step of `npm start`, `npm test` and `npm run loket`: plain JavaScript that runs on any Node from 20 on.
 * Installs the pinned dependencies when they are missing or changed, then hands over to a Node that can run the
 * TypeScript sources directly. Progress goes to stderr, so that `--json` on stdout stays clean.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const entries = {
  start: 'src/shell/start.ts',
  test: 'e2e/run-all.mjs',
  loket: 'src/cli/main.ts',
};

/** Node 22.18 is the first that runs TypeScript without a flag; better-sqlite3 13 crashes below Node-API 10 (22.14). */
function nodeIsNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** What must be equal for the installed folder to be the right one: lock file, platform and CPU. */
function installFingerprint() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function installWhenNeeded() {
  const marker = join(root, 'node_modules', '.loket-installed');
  const wanted = installFingerprint();
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  say('Loket: installing dependencies (once, about a minute) …');
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js')
    ? [process.execPath, [npm]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const done = spawnSync(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: command === 'npm.cmd',
  });
  if (done.status !== 0) {
    say('Loket: npm ci failed. Check the connection to the npm registry, then run the same command again.');
    process.exit(done.status ?? 1);
  }
  writeFileSync(marker, wanted);
  say('Loket: dependencies ready.');
}

function localNode() {
  const candidate = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  return existsSync(candidate) ? candidate : null;
}

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  const entry = entries[name];
  if (entry === undefined) {
    say(`Loket: unknown entry "${name}"; known: ${Object.keys(entries).join(', ')}`);
    process.exit(2);
  }
  installWhenNeeded();
  const script = join(root, entry);
  if (nodeIsNewEnough(process.versions.node)) {
    process.argv = [process.execPath, script, ...args];
    await import(pathToFileURL(script).href);
    return;
  }
  const node = localNode();
  if (node === null) {
    say(`Loket: needs Node 22.18 or newer on ${process.platform}-${process.arch} (this is ${process.versions.node}).`);
    process.exit(1);
  }
  const child = spawn(node, [script, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1));
}

await main();
