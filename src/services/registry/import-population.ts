/**
 * Imports a population file: streamed, in batches of one transaction each, sealed before it is written. The same file
 * twice leaves the same state; a run that broke off goes on where its last batch ended.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { ImportProblem, ImportRefusal, ImportReport } from '../../contract/registry.ts';
import {
  findBrokenImport,
  insertImport,
  updateImport,
  type RegistryImportRow,
} from '../../store/repositories/registry.ts';
import { imageContainer } from '../../vision/image/container.ts';
import { instant, type Actor, type ServiceContext } from '../context.ts';
import { recordAudit } from '../record-audit.ts';
import { computeTemplates } from './compute-templates.ts';
import { openPopulationFile, readPopulation, type PopulationFile } from './population-file.ts';
import { readPopulationRow, type PopulationRow } from './registry-rows.ts';
import { writeBatch, type RowWithPhoto } from './write-batch.ts';

export interface ImportRequest {
  readonly file: string;
  /** Folder the `photo` column is relative to. */
  readonly photos?: string;
  /** Compute face templates now instead of when somebody is first asked about. */
  readonly templates?: boolean;
  readonly onProgress?: (done: { readonly lines: number }) => void;
  /** Rows of one transaction. */
  readonly batchRows?: number;
}

/**
 * Larger ones write each page of the index less often, but the write lock is held for a second or two as it is, and a counter
 * that stores a customer meanwhile waits no longer than five.
 */
const ordinaryBatch = 10_000;
/** Photos of one batch are held in memory together. */
const photosAtOnce = 200;
/** Files read at the same time. */
const readsAtOnce = 16;
const maxPhotoBytes = 5 * 1024 * 1024;
const listedRefusals = 1000;

/** Errors: `validation_failed` (the file as a whole), `not_found` (no such folder). */
export async function importPopulation(
  ctx: ServiceContext,
  actor: Actor,
  request: ImportRequest,
): Promise<Result<ImportReport>> {
  if (request.photos !== undefined && (await stat(request.photos).catch(() => null))?.isDirectory() !== true)
    return fail('validation_failed', 'the photo folder is not there');
  const file = await openPopulationFile(request.file);
  if (!file.ok) return file;
  const began = performance.now();
  const run = new ImportRun(ctx, actor, request, file.value);
  await run.begin();
  await run.readAll();
  const report = await run.finish();
  const templates = request.templates === true ? await computeTemplates(ctx, actor.orgId) : 0;
  return ok({ ...report, templates, seconds: (performance.now() - began) / 1000 });
}

class ImportRun {
  readonly #ctx: ServiceContext;
  readonly #actor: Actor;
  readonly #request: ImportRequest;
  readonly #file: PopulationFile;
  readonly #refusals: ImportRefusal[] = [];
  #state!: RegistryImportRow;
  #resumed = false;
  #batch: PopulationRow[] = [];
  #photosHeld = 0;

  constructor(ctx: ServiceContext, actor: Actor, request: ImportRequest, file: PopulationFile) {
    this.#ctx = ctx;
    this.#actor = actor;
    this.#request = request;
    this.#file = file;
  }

  async begin(): Promise<void> {
    const { store, ids } = this.#ctx;
    const broken = await findBrokenImport(store.db, this.#actor.orgId, this.#file.digest);
    this.#resumed = broken !== null;
    const now = instant(this.#ctx);
    const counts = { lines: 1, added: 0, changed: 0, unchanged: 0, refused: 0, photos: 0 };
    const fresh = {
      id: ids.next('rgi'),
      org_id: this.#actor.orgId,
      digest: this.#file.digest,
      state: 'running',
    } as const;
    this.#state = broken ?? { ...fresh, ...counts, started_at: now, updated_at: now, finished_at: null };
    if (broken === null) await insertImport(store.db, this.#state);
  }

  async readAll(): Promise<void> {
    const done = this.#state.lines;
    const broken = (line: number): void => {
      if (line > done) this.#refuse({ line, reason: 'quote_broken' });
    };
    const size = this.#request.batchRows ?? ordinaryBatch;
    let line = done;
    for await (const record of readPopulation(this.#file, broken)) {
      if (record.line <= done) continue;
      line = record.line;
      const read = readPopulationRow(this.#ctx, this.#actor.orgId, this.#file.columns, record.cells, line);
      if ('refusal' in read) this.#refuse(read.refusal);
      else this.#take(read.row);
      if (this.#batch.length >= size || this.#photosHeld >= photosAtOnce) await this.#write(line);
    }
    await this.#write(line);
  }

  async finish(): Promise<Omit<ImportReport, 'templates' | 'seconds'>> {
    const at = instant(this.#ctx);
    const { id: importId, lines, added, changed, unchanged, refused, photos } = this.#state;
    await this.#ctx.store.transaction(async (trx) => {
      await updateImport(trx, importId, { state: 'finished', finished_at: at, updated_at: at });
      await recordAudit(this.#ctx, trx, this.#actor, {
        event: 'registry.imported',
        objectId: importId,
        detail: { lines, added, changed, unchanged, refused, photos, digest: this.#file.digest },
      });
    });
    const refusals = this.#refusals.toSorted((a, b) => a.line - b.line).slice(0, listedRefusals);
    return { importId, lines, added, changed, unchanged, refused, photos, refusals, resumed: this.#resumed };
  }

  #refuse(refusal: ImportRefusal): void {
    this.#state = { ...this.#state, refused: this.#state.refused + 1 };
    this.#list(refusal);
  }

  #list(refusal: ImportRefusal): void {
    if (this.#refusals.length < listedRefusals) this.#refusals.push(refusal);
  }

  #take(row: PopulationRow): void {
    this.#batch.push(row);
    if (row.photo !== '' && this.#request.photos !== undefined) this.#photosHeld += 1;
  }

  /** A person whose photo is unusable is imported without it, and the line is listed. */
  async #withPhotos(rows: readonly PopulationRow[]): Promise<readonly RowWithPhoto[]> {
    const { photos: folder } = this.#request;
    const read: RowWithPhoto[] = [];
    const one = async (row: PopulationRow): Promise<RowWithPhoto> => {
      if (row.photo === '' || folder === undefined) return { ...row, bytes: null };
      const photo = await readPhoto(join(folder, row.photo));
      if (typeof photo === 'string') this.#list({ line: row.line, reason: photo, column: 'photo' });
      return { ...row, bytes: typeof photo === 'string' ? null : photo };
    };
    if (this.#photosHeld === 0) return rows.map((row) => ({ ...row, bytes: null }));
    for (let at = 0; at < rows.length; at += readsAtOnce)
      read.push(...(await Promise.all(rows.slice(at, at + readsAtOnce).map(one))));
    return read;
  }

  async #write(line: number): Promise<void> {
    const rows = await this.#withPhotos(this.#batch);
    this.#batch = [];
    this.#photosHeld = 0;
    const state = this.#state;
    const written = await this.#ctx.store.transaction(async (trx) => {
      const done = await writeBatch(this.#ctx, trx, { orgId: this.#actor.orgId, importId: state.id }, rows);
      const change = {
        lines: line,
        added: state.added + done.added,
        changed: state.changed + done.changed,
        unchanged: state.unchanged + done.unchanged,
        refused: state.refused + done.duplicates.length,
        photos: state.photos + done.photos,
        updated_at: instant(this.#ctx),
      };
      await updateImport(trx, state.id, change);
      return { change, duplicates: done.duplicates };
    });
    this.#state = { ...state, ...written.change };
    for (const duplicate of written.duplicates) this.#list(duplicate);
    this.#request.onProgress?.({ lines: line });
  }
}

async function readPhoto(path: string): Promise<Uint8Array | ImportProblem> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return 'photo_missing';
  if (found.size > maxPhotoBytes) return 'photo_too_large';
  const bytes = new Uint8Array(await readFile(path));
  const kind = imageContainer(bytes);
  return kind === 'jpeg' || kind === 'png' ? bytes : 'photo_unreadable';
}
