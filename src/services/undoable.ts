/** A transaction whose expected failure is a value: when the work answers a failure, everything it wrote is undone. */
import type { Result } from '../contract/result.ts';
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
    throw error;
  }
}
