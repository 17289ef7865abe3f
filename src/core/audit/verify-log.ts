/**
 * Checks a whole audit log row by row: the hash chain, and the root of the Merkle tree at every signed checkpoint. The chain
 * alone shows an edited, removed or moved row; whoever recomputes the chain after him is shown by the checkpoints, and so is
 * a log that was cut off. Holds one hash per bit of the log's length, so that any length fits.
 */
import { auditLeaf } from './audit-leaf.ts';
import { createChainVerifier, genesisHead, type ChainedAuditRow, type ChainHead, type ChainReport } from './chain.ts';
import { createTreeBuilder, sameHash, type TreeSeed } from './merkle.ts';

/** A checkpoint whose signature was looked at already. */
export interface CheckedPoint {
  readonly size: number;
  readonly root: Uint8Array;
  /** By a key of this log. */
  readonly signed: boolean;
}

export interface LogReport extends Omit<ChainReport, 'problem'> {
  /**
   * Beyond the chain's: `tree` (rows differ from a signed checkpoint), `signature` (a checkpoint is not signed by a key of
   * this log), `cut_off` (a checkpoint covers more rows than there are).
   */
  readonly problem?: ChainReport['problem'] | 'tree' | 'signature' | 'cut_off';
  /** Checkpoints that fit. */
  readonly checkpoints: number;
  /** Rows under the last checkpoint that fits; later ones are only chained. */
  readonly signedRows: number;
}

export interface LogVerifier {
  /** The next checkpoint by size, before the first row it does not cover. False once the log is broken. */
  checkpoint(point: CheckedPoint): boolean;
  /** The next row by `seq`. False once the log is broken. */
  row(row: ChainedAuditRow): boolean;
  report(): LogReport;
}

export interface LogStart {
  /** The head the first row must follow: the genesis, or where retention ended. */
  readonly from?: ChainHead;
  /** The tree up to there. */
  readonly seed?: TreeSeed;
  readonly mustContain?: ChainHead;
}

export function createLogVerifier(start: LogStart = {}): LogVerifier {
  const chain = createChainVerifier(start);
  const tree = createTreeBuilder(start.seed);
  const first = (start.from ?? genesisHead).seq;
  const waiting: CheckedPoint[] = [];
  let broken: Pick<LogReport, 'brokenAt' | 'problem'> | null = null;
  let checkpoints = 0;
  let signedRows = 0;

  /** Compares every waiting checkpoint of the tree's present size. */
  function compare(): void {
    for (let next = waiting[0]; next !== undefined && next.size <= tree.size; next = waiting[0]) {
      waiting.shift();
      // Rows before retention's end are gone: their checkpoints were checked when they were removed.
      if (next.signed && next.size < first) continue;
      if (!next.signed) return void (broken ??= { brokenAt: next.size, problem: 'signature' });
      if (next.size !== tree.size || !sameHash(next.root, tree.root()))
        return void (broken ??= { brokenAt: next.size, problem: 'tree' });
      checkpoints += 1;
      signedRows = next.size;
    }
  }

  return {
    checkpoint(point) {
      waiting.push(point);
      compare();
      return broken === null;
    },
    row(row) {
      if (broken !== null || !chain.push(row)) return false;
      tree.push(auditLeaf(row.hash));
      compare();
      return broken === null;
    },
    report() {
      const { problem, ...linked } = chain.report();
      const extra = { checkpoints, signedRows };
      if (problem !== undefined && problem !== 'head_missing') return { ...linked, problem, ...extra };
      if (broken !== null) return { ...linked, ...broken, intact: false, ...extra };
      const cut = waiting[0];
      if (cut !== undefined) return { ...linked, intact: false, brokenAt: cut.size, problem: 'cut_off', ...extra };
      return problem === undefined ? { ...linked, ...extra } : { ...linked, problem, ...extra };
    },
  };
}
