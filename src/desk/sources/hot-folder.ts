/**
 * The folder a document scanner writes into. A file is taken when it has stopped growing, is whole, is a picture and is
 * new; whatever is wrong with it is said, and the file goes to `rejected`. It stays where it is until the card it shows
 * is sealed as evidence; then it is destroyed or kept, as the desk is set. No file name ever reaches a log or a screen.
 */
import { lstat, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { HotFolderView, RejectedScan } from '../../contract/desk/devices.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { Logger } from '../../services/context.ts';
import type { HashLedger } from './hash-ledger.ts';
import { readPictureFile } from './picture-file.ts';
import { destroyFile } from '../../store/destroy-file.ts';
import { moveAside } from './put-away.ts';

/** What pixels say of a picture: null = a picture; `later` = nobody could look now. */
export type PictureCheck = (bytes: Uint8Array) => Promise<ReasonCode | 'later' | null>;

export interface HotFolderOptions {
  /** Real path, checked by `checkHotFolder`. */
  readonly folder: string;
  readonly afterwards: 'remove' | 'keep';
  readonly clock: () => Date;
  readonly ledger: HashLedger;
  readonly check: PictureCheck;
  readonly onChange: () => void;
  readonly logger: Logger;
}

export interface ScannedPicture {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** A file keeps size and time this long before it counts as written, ms. */
export const settleMs = 1_500;
/** A file that stays busy or unfinished this long is rejected, ms. */
export const patienceMs = 60_000;
const rejectedShown = 5;
/** Ours, even where somebody put a link in their place. */
const ownFolders: ReadonlySet<string> = new Set(['rejected', 'processed']);

interface Look {
  readonly size: number;
  readonly mtimeMs: number;
  /** When it looked like this first. */
  readonly sinceMs: number;
  /** Not before this: pauses grow while it is busy. */
  readonly notBeforeMs: number;
  readonly tries: number;
  /** Nothing more to do with the file as it is. */
  readonly done: boolean;
}

interface Waiting {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly arrivedAt: string;
}

export class HotFolder {
  private readonly options: HotFolderOptions;
  private readonly looks = new Map<string, Look>();
  private readonly waiting = new Map<string, Waiting>();
  private rejected: readonly RejectedScan[] = [];
  private reachable = true;
  private running: Promise<void> | null = null;

  constructor(options: HotFolderOptions) {
    this.options = options;
  }

  view(): HotFolderView {
    return {
      state: this.reachable ? 'watching' : 'unreachable',
      reason: this.reachable ? null : 'source_folder_missing',
      waiting: [...this.waiting.values()].map(({ sha256: hash, arrivedAt, bytes }) => ({
        id: hash.slice(0, 12),
        arrivedAt,
        bytes,
      })),
      rejected: this.rejected,
    };
  }

  /** Looks through the folder once; looks that overlap are one. Never throws. */
  look(): Promise<void> {
    this.running ??= this.lookOnce().finally(() => (this.running = null));
    return this.running;
  }

  /** True while files are on their way: look again soon. */
  unsettled(): boolean {
    return [...this.looks.values()].some((look) => !look.done);
  }

  /** The waiting picture, read again and compared with what was seen. `not_found` when it is gone or has changed. */
  async read(id: string): Promise<Result<ScannedPicture>> {
    const entry = this.waiting.get(id);
    const reading = entry === undefined ? null : await readPictureFile(join(this.options.folder, entry.name));
    if (entry === undefined || reading?.state !== 'read' || hashOf(reading.bytes) !== entry.sha256)
      return fail('not_found', 'This scan is no longer there. Scan the card again.');
    return ok({ sha256: entry.sha256, bytes: reading.bytes });
  }

  /** These pictures are sealed evidence now, or their customer left: away with the files. */
  async release(hashes: readonly string[]): Promise<void> {
    await this.options.ledger.add(hashes);
    for (const hash of hashes) {
      const entry = this.waiting.get(hash.slice(0, 12));
      if (entry !== undefined && entry.sha256 === hash) await this.putAway(entry.name);
      this.waiting.delete(hash.slice(0, 12));
    }
    this.options.onChange();
  }

  private async lookOnce(): Promise<void> {
    const entries = await this.entries();
    if ((entries !== null) !== this.reachable) {
      this.reachable = entries !== null;
      this.options.onChange();
    }
    if (entries === null) return;
    const names = entries
      .filter((entry) => !entry.isDirectory() && !isTemporary(entry.name) && !ownFolders.has(entry.name))
      .map((entry) => entry.name)
      .sort();
    this.forgetGone(new Set(names));
    for (const name of names) await this.lookAt(name);
  }

  /** Null when it is not there, or when somebody has put a link in its place. */
  private async entries() {
    const { folder } = this.options;
    const real = await realpath(folder).catch(() => null);
    return real === folder ? readdir(folder, { withFileTypes: true }).catch(() => null) : null;
  }

  private forgetGone(present: ReadonlySet<string>): void {
    for (const name of this.looks.keys()) if (!present.has(name)) this.looks.delete(name);
    for (const [id, entry] of this.waiting) {
      if (present.has(entry.name)) continue;
      this.waiting.delete(id);
      this.options.onChange();
    }
  }

  private async lookAt(name: string): Promise<void> {
    const nowMs = this.options.clock().getTime();
    const status = await lstat(join(this.options.folder, name)).catch(() => null);
    if (status === null) return;
    const last = this.looks.get(name);
    if (last === undefined || last.size !== status.size || last.mtimeMs !== status.mtimeMs) {
      this.dropWaiting(name);
      const { size, mtimeMs } = status;
      this.looks.set(name, { size, mtimeMs, sinceMs: nowMs, notBeforeMs: nowMs + settleMs, tries: 0, done: false });
      return;
    }
    if (last.done || nowMs < last.notBeforeMs) return;
    if (status.isSymbolicLink()) return this.reject(name, last, 'source_link');
    if (!status.isFile()) return this.reject(name, last, 'source_not_picture');
    await this.examine(name, last, nowMs);
  }

  private async examine(name: string, look: Look, nowMs: number): Promise<void> {
    const reading = await readPictureFile(join(this.options.folder, name));
    if (reading.state === 'rejected') return this.reject(name, look, reading.reason);
    if (reading.state === 'busy') return this.tryLater(name, look, nowMs, reading.reason);
    const hash = hashOf(reading.bytes);
    if (await this.options.ledger.has(hash)) return this.receivedBefore(name, look);
    if (this.waiting.has(hash.slice(0, 12))) return this.reject(name, look, 'source_duplicate');
    const problem = await this.options.check(reading.bytes);
    if (problem === 'later') return this.tryLater(name, look, nowMs, null);
    if (problem !== null) return this.reject(name, look, problem);
    this.looks.set(name, { ...look, done: true });
    const arrivedAt = this.options.clock().toISOString();
    this.waiting.set(hash.slice(0, 12), { name, sha256: hash, bytes: reading.bytes.length, arrivedAt });
    this.options.onChange();
  }

  /** `reason` null: it is not the file's fault, so patience does not end. */
  private async tryLater(name: string, look: Look, nowMs: number, reason: ReasonCode | null): Promise<void> {
    if (reason !== null && nowMs - look.sinceMs >= patienceMs) return this.reject(name, look, reason);
    const tries = look.tries + 1;
    this.looks.set(name, { ...look, tries, notBeforeMs: nowMs + Math.min(10_000, 500 * 2 ** (tries - 1)) });
  }

  /** Sealed already: the leftover of a power cut, or the same file once more. Either way it has served. */
  private async receivedBefore(name: string, look: Look): Promise<void> {
    this.note(look, 'source_duplicate');
    await this.putAway(name);
  }

  private async reject(name: string, look: Look, reason: ReasonCode): Promise<void> {
    this.looks.set(name, { ...look, done: true });
    this.note(look, reason);
    try {
      await moveAside(this.options.folder, name, 'rejected');
      this.looks.delete(name);
    } catch (error) {
      // It stays where it is; only a change of the file makes it worth another look.
      this.options.logger.warn({ code: codeOf(error) }, 'a rejected scan could not be moved aside');
    }
    this.options.onChange();
  }

  private note(look: Look, reason: ReasonCode): void {
    const at = this.options.clock().toISOString();
    this.rejected = [{ at, reason, bytes: look.size }, ...this.rejected].slice(0, rejectedShown);
  }

  private async putAway(name: string): Promise<void> {
    const { folder, afterwards, logger } = this.options;
    try {
      if (afterwards === 'keep') await moveAside(folder, name, 'processed');
      else await destroyFile(join(folder, name));
      this.looks.delete(name);
    } catch (error) {
      // The ledger knows it: the next look that finds it tries again.
      logger.warn({ code: codeOf(error) }, 'a scan that has served could not be put away yet');
      const look = this.looks.get(name);
      if (look !== undefined)
        this.looks.set(name, { ...look, done: false, notBeforeMs: this.options.clock().getTime() + 10_000 });
    }
    this.options.onChange();
  }

  private dropWaiting(name: string): void {
    for (const [id, entry] of this.waiting) {
      if (entry.name !== name) continue;
      this.waiting.delete(id);
      this.options.onChange();
    }
  }
}

/** Files of programs that write under another name first. They are left alone. */
function isTemporary(name: string): boolean {
  return (
    name.startsWith('.') || name.startsWith('~') || /\.(tmp|temp|part|partial|crdownload|filepart|lock)$/i.test(name)
  );
}

function hashOf(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes));
}

/** The file system's code only: its message would quote the path. */
function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown';
}
