import { afterAll, describe, expect, it } from 'vitest';
import { createTesseractReader } from './tesseract-reader.ts';

const blank = { width: 320, height: 120, data: new Uint8Array(320 * 120).fill(240) };

describe('createTesseractReader', () => {
  const reader = createTesseractReader();
  afterAll(() => reader.close());

  it('reads an empty picture as no lines, twice, with one worker', async () => {
    expect(await reader.read(blank)).toEqual([]);
    expect(await reader.read(blank)).toEqual([]);
  });

  it('is missing without its language file, and says so instead of downloading', async () => {
    const missing = createTesseractReader({ languageDirectory: null });
    expect(await missing.read(blank)).toBeNull();
    const elsewhere = createTesseractReader({ languageDirectory: import.meta.dirname, timeoutMs: 1500 });
    expect(await elsewhere.read(blank)).toBeNull();
    // It rests then, instead of making the next card wait for the same failure.
    expect(await elsewhere.read(blank)).toBeNull();
    await elsewhere.close();
  });

  it('gives up on a reading that takes too long', async () => {
    const hasty = createTesseractReader({ timeoutMs: 1 });
    expect(await hasty.read(blank)).toBeNull();
    await hasty.close();
  });
});
