/** `loket models install | check`. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { ModelManifest } from '../contract/models.ts';
import { checkModels, type ModelCheck } from '../services/models/check-models.ts';
import { installModels, type InstallProgress, type InstallReport } from '../services/models/install-models.ts';
import {
  findInstallationRoot,
  installedModelsDirectory,
  modelDirectories,
  modelPackDirectories,
  readModelManifest,
} from '../vision/runtime/model-manifest.ts';

/** Exit codes: every role filled; something missing or refused; the request itself cannot be carried out. */
const exit = { complete: 0, incomplete: 1, unusable: 2 } as const;

interface Installation {
  readonly root: string;
  readonly manifest: ModelManifest;
}

/** The `models` sub-command. */
export function modelsCommand(): Command {
  const models = new Command('models').description('install and check the weights Loket uses');
  models
    .command('install')
    .description('copy the weights from a folder or pack, or download them, and prove their SHA-256')
    .option('--from <dir>', 'copy from this folder only, without a network')
    .option('--offline', 'use the packs, not the network')
    .option('--json', 'print one JSON document')
    .action(install);
  models
    .command('check')
    .description('say which weights are here, proven, refused or missing')
    .option('--production', 'judge evaluation-only weights as a production installation does')
    .option('--json', 'print one JSON document')
    .action(check);
  return models;
}

interface InstallFlags {
  readonly from?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

async function install(flags: InstallFlags): Promise<void> {
  const here = openInstallation();
  if (here === null) return;
  if (flags.from !== undefined && !(await isFolder(flags.from))) {
    return unusable(`--from: not a folder: ${flags.from}`);
  }
  const result = await installModels({
    manifest: here.manifest,
    target: installedModelsDirectory(here.root),
    packs: modelPackDirectories(here.root),
    ...(flags.from === undefined ? {} : { from: resolve(flags.from) }),
    offline: flags.offline === true,
    onProgress: progressLine(process.stderr),
  });
  if (!result.ok) return unusable(result.error.message);
  print(flags.json === true ? JSON.stringify(result.value) : installText(result.value));
  process.exitCode = result.value.complete ? exit.complete : exit.incomplete;
}

async function check(flags: { readonly production?: boolean; readonly json?: boolean }): Promise<void> {
  const here = openInstallation();
  if (here === null) return;
  const result = await checkModels({
    manifest: here.manifest,
    directories: modelDirectories(here.root),
    production: flags.production === true,
  });
  print(flags.json === true ? JSON.stringify(result) : checkText(result));
  process.exitCode = result.complete ? exit.complete : exit.incomplete;
}

function openInstallation(): Installation | null {
  const root = findInstallationRoot();
  const manifest = root === null ? null : readModelManifest(root);
  if (root !== null && manifest?.ok === true) return { root, manifest: manifest.value };
  unusable(manifest?.ok === false ? manifest.error.message : 'models/manifest.json was not found');
  return null;
}

function unusable(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = exit.unusable;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** One line per whole percent, rewritten in place on a terminal, each tenth on its own line in a log. */
export function progressLine(out: { readonly isTTY?: boolean; write(text: string): unknown }) {
  let last = '';
  return ({ id, received, total }: InstallProgress): void => {
    const percent = total === null ? null : Math.floor((received / total) * 100);
    const coarse = percent === null ? Math.floor(received / 1e7) : Math.floor(percent / (out.isTTY === true ? 1 : 10));
    const key = `${id} ${coarse}`;
    if (key === last) return;
    last = key;
    const text = `${id}: ${(received / 1e6).toFixed(1)} MB${percent === null ? '' : ` (${percent} %)`}`;
    out.write(out.isTTY === true ? `\r${text}\u001b[K${percent === 100 ? '\n' : ''}` : `${text}\n`);
  };
}

/** The report for people: one line per model, then what is lacking. */
export function installText(report: InstallReport): string {
  const lines = report.models.map(({ id, outcome, note, evaluationOnly }) =>
    line(outcome, id, evaluationOnly && outcome !== 'missing' ? 'evaluation only' : '', note),
  );
  return [...lines, summary(report.rolesWithout)].join('\n');
}

export function checkText(report: ModelCheck): string {
  const lines = report.models.map(({ id, state, note, inUse, licence, evaluationOnly }) =>
    line(
      state,
      id,
      [inUse ? 'in use' : '', evaluationOnly ? 'evaluation only' : '', licence].filter(Boolean).join(', '),
      note,
    ),
  );
  return [...lines, summary(report.rolesWithout)].join('\n');
}

function line(state: string, id: string, about: string, note: string | undefined): string {
  return `${state.padEnd(10)} ${id.padEnd(26)} ${[about, note].filter(Boolean).join(': ')}`.trimEnd();
}

function summary(rolesWithout: readonly string[]): string {
  if (rolesWithout.length === 0) return 'Every role is filled.';
  return `Not filled, their facts will be unavailable: ${rolesWithout.join(', ')}.`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
