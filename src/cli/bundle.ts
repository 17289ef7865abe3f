/** `loket bundle export | verify | open`: captures as files for head office and auditors. Checking needs no secret. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { BundleFileHeader } from '../contract/bundle-file.ts';
import { fail, ok, type Result } from '../contract/result.ts';
import { captureOfFile, exportBundle } from '../desk/evidence/export-bundle.ts';
import { readJournal } from '../services/journal/erasure-journal.ts';
import {
  checkChain,
  largestBundleFile,
  openBundleFile,
  readBundleFile,
  type BundleFile,
} from '../vault/bundle-file.ts';
import { readHeadOfficeSecret } from '../vault/head-office-key.ts';
import { complain, operatorOf, print, withInstallation } from './with-installation.ts';

const jsonOption = ['--json', 'one JSON document on stdout'] as const;

export function bundleCommand(): Command {
  const bundle = new Command('bundle').description('captures as files, for head office and auditors');
  bundle
    .command('export')
    .description('write a capture that is still sealed on this desk to a file')
    .argument('<nonce>', "the capture's nonce")
    .requiredOption('--data <dir>', 'data directory of the installation')
    .requiredOption('--out <file>', 'the file to make')
    .option('--org <id>', 'which organisation, where there are several')
    .option(...jsonOption)
    .action(exportOne);
  bundle
    .command('verify')
    .description('check schema, signature, hashes and chain of bundle files, offline; exit 0 when all hold, else 1')
    .argument('<file...>', 'bundle files')
    .option('--desk-key <key...>', 'public keys of the desks that count (base64url)')
    .option(...jsonOption)
    .action(verify);
  bundle
    .command('open')
    .description('open a bundle file with the key of head office and check all that is inside')
    .argument('<file>', 'bundle file')
    .requiredOption('--key <file>', 'secret key of head office')
    .option('--out <dir>', 'folder for manifest.json and the frames; without it only what was checked is said')
    .option('--journal <file>', 'erasure journal: a capture of an erased person stays closed')
    .option('--desk-key <key...>', 'public keys of the desks that count (base64url)')
    .option(...jsonOption)
    .action(open);
  return bundle;
}

async function exportOne(
  nonce: string,
  options: { data: string; out: string; org?: string; json?: boolean },
): Promise<void> {
  if (existsSync(options.out))
    return complain({ code: 'file_exists', message: 'a file of this name is there already: name another one' });
  await withInstallation(
    options.data,
    async (ctx) => {
      const actor = await operatorOf(ctx, options.org);
      if (!actor.ok) return actor;
      const made = await exportBundle(ctx, actor.value.orgId, nonce);
      if (!made.ok) return made;
      try {
        writeFileSync(options.out, made.value.bytes, { mode: 0o600, flag: 'wx' });
      } catch (error) {
        return fail('unavailable', `the file could not be written (${codeOf(error)})`);
      }
      return ok({ file: options.out, size: made.value.bytes.length, keyId: made.value.keyId });
    },
    (done) => {
      const reader = done.keyId === null ? 'no head-office key is registered: only this desk opens it' : done.keyId;
      print(done, options.json === true, `${done.file}  ${done.size} bytes  for ${reader}`);
    },
  );
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}

/** Errors: those of `readBundleFile`, and `not_found`. */
function readFile(path: string, deskKeys: readonly string[] | undefined): Result<BundleFile> {
  try {
    if (statSync(path).size > largestBundleFile)
      return fail('bundle_too_large', 'The file is larger than any capture can be.');
    return readBundleFile(readFileSync(path), deskKeys);
  } catch (error) {
    return fail('not_found', `The file could not be read (${codeOf(error)}).`);
  }
}

function verify(files: readonly string[], options: { deskKey?: readonly string[]; json?: boolean }): void {
  const headers: BundleFileHeader[] = [];
  const results = files.map((file) => {
    const read = readFile(file, options.deskKey);
    if (!read.ok) return { file, valid: false, code: read.error.code, message: read.error.message };
    headers.push(read.value.header);
    const { nonce, desk, counter, bundleHash, capturedAt, recipients } = read.value.header;
    const sealedTo = recipients.map((one) => one.keyId);
    return { file, valid: true, nonce, desk, counter, bundleHash, capturedAt, sealedTo };
  });
  const chain = checkChain(headers);
  const valid = results.every((one) => one.valid) && chain.problems.length === 0;
  const pinned = options.deskKey !== undefined;
  const lines = [
    ...results.map((one) =>
      one.valid
        ? `ok     ${one.file}  desk ${one.desk?.id ?? ''} #${one.counter ?? ''}  ${one.bundleHash ?? ''}`
        : `WRONG  ${one.file}  ${one.code ?? ''}: ${one.message ?? ''}`,
    ),
    ...chain.problems.map((one) => `WRONG  ${one.code}: desk ${one.deskId} at counter ${one.counter}`),
    ...(chain.missing === 0 ? [] : [`note   ${chain.missing} bundles between these files are not here`]),
    ...(pinned ? [] : ['note   no --desk-key named: compare the desk keys with the register of the bank']),
  ];
  print({ valid, deskKeysPinned: pinned, files: results, chain }, options.json === true, lines.join('\n'));
  if (!valid) process.exitCode = 1;
}

interface OpenOptions {
  readonly key: string;
  readonly out?: string;
  readonly journal?: string;
  readonly deskKey?: readonly string[];
  readonly json?: boolean;
}

async function open(path: string, options: OpenOptions): Promise<void> {
  const key = readHeadOfficeSecret(options.key);
  if (!key.ok) return complain(key.error);
  const file = readFile(path, options.deskKey);
  if (!file.ok) return complain(file.error);
  const erased = refuseErased(file.value.header, options.journal);
  if (!erased.ok) return complain(erased.error);
  const payload = await openBundleFile(file.value, key.value.privateKey);
  if (!payload.ok) return complain(payload.error);
  const capture = captureOfFile(file.value, payload.value);
  if (!capture.ok) return complain(capture.error);
  const { manifest, frames } = capture.value.bundle;
  if (options.out !== undefined) {
    try {
      mkdirSync(options.out, { recursive: true, mode: 0o700 });
      const text = `${JSON.stringify(manifest, null, 2)}\n`;
      writeFileSync(join(options.out, 'manifest.json'), text, { mode: 0o600, flag: 'wx' });
      for (const [index, frame] of frames.entries())
        writeFileSync(join(options.out, `frame-${index + 1}`), frame, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      return complain({ code: 'unavailable', message: `the folder could not be written (${codeOf(error)})` });
    }
  }
  const { nonce, bundleHash, counter } = file.value.header;
  const said = { valid: true, nonce, bundleHash, counter, frames: frames.length, out: options.out ?? null };
  print(said, options.json === true, `ok  ${nonce}  ${frames.length} frames  ${options.out ?? ''}`.trimEnd());
}

/** The journal of the installation names who was erased there, by what head office can compute from nothing else. */
function refuseErased(header: BundleFileHeader, journal: string | undefined): Result<true> {
  if (journal === undefined) return ok(true);
  const read = readJournal(journal);
  if (!read.ok) return read;
  const erased = read.value.entries.some((entry) => entry.nonces.includes(header.nonce));
  return erased
    ? fail('customer_erased', 'The person of this capture was erased. Delete the file: it must not be opened any more.')
    : ok(true);
}
