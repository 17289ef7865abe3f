import { describe, expect, it } from 'vitest';
import { lendRoom } from './sealing-room.ts';

describe('the memory envelopes are put together in', () => {
  it('is used again once the work is done', async () => {
    const first = await lendRoom((room) => Promise.resolve(room(1_000)));
    const second = await lendRoom((room) => Promise.resolve(room(900)));
    expect(second.buffer).toBe(first.buffer);
    expect(second.length).toBe(900);
  });

  it('is never shared by two at the same time', async () => {
    await lendRoom(async (room) => {
      const mine = room(100).fill(1);
      await lendRoom((other) => Promise.resolve(other(100).fill(2)));
      expect(mine.every((byte) => byte === 1)).toBe(true);
    });
  });

  it('comes back after work that failed', async () => {
    const first = await lendRoom((room) => Promise.resolve(room(100)));
    await expect(lendRoom(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect((await lendRoom((room) => Promise.resolve(room(100)))).buffer).toBe(first.buffer);
  });

  it('keeps no memory for a capture of unusual size', async () => {
    const large = await lendRoom((room) => Promise.resolve(room(5 * 1024 * 1024)));
    const next = await lendRoom((room) => Promise.resolve(room(5 * 1024 * 1024)));
    expect(next.buffer).not.toBe(large.buffer);
  });
});
