/** A transaction whose expected failure is a value: when the work answers a failure, everything it wrote is undone. */
import { fail, type Result } from '../contract/result.ts';
import { StagedBlobGone } from '../store/blobs.ts';
import type { Db } from '../store/repositories/types.ts';
import type { ServiceContext } from './context.ts';

class Undo extends Error {
  readonly failure: Result<never>;
  constructor(failure: Result<never>) {
    super('undone');
    this.failure = failure;
  }
}

export async function undoable<T>(
  ctx: Pick<ServiceContext, 'store'>,
  work: (trx: Db) => Promise<Result<T>>,
): Promise<Result<T>> {
  try {
    return await ctx.store.transaction(async (trx) => {
      const result = await work(trx);
      if (!result.ok) throw new Undo(result);
      return result;
    });
  } catch (error) {
    if (error instanceof Undo) return error.failure;
    if (error instanceof StagedBlobGone)
      return fail('unavailable', 'this took longer than its sealed frames were kept, deliver again');
    throw error;
  }
}
