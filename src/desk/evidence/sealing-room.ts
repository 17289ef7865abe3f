/**
 * The memory an envelope is put together in, kept from one capture to the next: fresh memory for each would have to be
 * mapped by the system page by page, which costs as much as the cipher. It only ever holds sealed bytes.
 */

/** `length` bytes that are the caller's until what was lent ends; their content is whatever lay there. */
export type Room = (length: number) => Uint8Array;

/** A capture of the most frames a bundle takes would keep tens of megabytes: such a one gets memory of its own. */
const keptAtMost = 4 * 1024 * 1024;

let kept: Uint8Array | null = new Uint8Array(0);

/** Lends the memory to one piece of work at a time; whoever comes meanwhile gets memory of its own. */
export async function lendRoom<T>(work: (room: Room) => Promise<T>): Promise<T> {
  let mine = kept;
  kept = null;
  try {
    return await work((length) => {
      if (mine === null || length > keptAtMost) return new Uint8Array(length);
      if (mine.length < length) mine = new Uint8Array(Math.min(keptAtMost, 2 * length));
      return mine.subarray(0, length);
    });
  } finally {
    if (mine !== null) kept = mine;
  }
}
