import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, encodeJpeg, encodePng, resize, sha256Hex, type RgbImage } from './image.ts';

/** Left half red, right half blue. */
function halves(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i += 1) data[i * 3 + (i % width < width / 2 ? 0 : 2)] = 255;
  return { width, height, data };
}

function source(image: RgbImage) {
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } });
}

async function decoded(bytes: Uint8Array): Promise<RgbImage> {
  const result = await decodeImage(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.image;
}

function pixel(image: RgbImage, x: number, y: number): number[] {
  return [...image.data.subarray((y * image.width + x) * 3, (y * image.width + x) * 3 + 3)];
}

function near(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  actual.forEach((value, index) => expect(Math.abs(value - expected[index]!)).toBeLessThanOrEqual(tolerance));
}

/** One PNG chunk; the decoder is never asked to check these, so the CRC may be zero. */
function pngChunk(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body, Buffer.alloc(4)]);
}

describe('decodeImage on good pictures', () => {
  it.each(['png', 'jpeg', 'webp', 'tiff', 'gif'] as const)('reads %s', async (format) => {
    const image = await decoded(await source(halves(64, 32)).toFormat(format, { quality: 100 }).toBuffer());
    expect([image.width, image.height, image.data.length]).toEqual([64, 32, 64 * 32 * 3]);
    near(pixel(image, 5, 5), [255, 0, 0], 6);
    near(pixel(image, 60, 20), [0, 0, 255], 6);
  });

  it('turns a picture upright by its EXIF orientation', async () => {
    // Orientation 6: the camera was held so that the stored left edge is the top of the scene.
    const bytes = await source(halves(64, 32)).withMetadata({ orientation: 6 }).png().toBuffer();
    const image = await decoded(bytes);
    expect([image.width, image.height]).toEqual([32, 64]);
    expect(pixel(image, 10, 5)).toEqual([255, 0, 0]);
    expect(pixel(image, 10, 60)).toEqual([0, 0, 255]);
  });

  it('brings 16-bit colour, 16-bit grey and 1-band grey to 8-bit RGB', async () => {
    const colour = await source(halves(20, 10)).toColourspace('rgb16').png().toBuffer();
    expect((await sharp(colour).metadata()).depth).toBe('ushort');
    expect(pixel(await decoded(colour), 1, 1)).toEqual([255, 0, 0]);
    const flat = sharp({ create: { width: 8, height: 8, channels: 3, background: '#808080' } });
    for (const space of ['grey16', 'b-w'] as const) {
      const image = await decoded(await flat.clone().toColourspace(space).png().toBuffer());
      expect(image.data.length).toBe(8 * 8 * 3);
      near(pixel(image, 3, 3), [128, 128, 128], 1);
    }
  });

  it('converts CMYK to sRGB', async () => {
    const white = sharp({ create: { width: 16, height: 16, channels: 3, background: '#ffffff' } });
    const bytes = await white.toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const image = await decoded(bytes);
    expect(image.data.length).toBe(16 * 16 * 3);
    near(pixel(image, 4, 4), [255, 255, 255], 4);
  });

  it('lays transparency on white', async () => {
    const clear = sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } });
    expect(pixel(await decoded(await clear.png().toBuffer()), 1, 1)).toEqual([255, 255, 255]);
  });
});

describe('decodeImage on bad input', () => {
  it.each([
    ['nothing', new Uint8Array(0)],
    ['one byte', new Uint8Array([0xff])],
    ['text', new TextEncoder().encode('NIK 3171')],
    ['a PDF', new TextEncoder().encode('%PDF-1.7\n1 0 obj\n')],
    ['SVG', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
    ['a JPEG signature alone', new Uint8Array([0xff, 0xd8, 0xff, 0xe0])],
  ])('refuses %s', async (_name, bytes) => {
    expect(await decodeImage(bytes)).toEqual({ ok: false, reason: 'image_unreadable' });
  });

  it.each(['png', 'jpeg', 'webp', 'tiff', 'gif'] as const)('refuses a cut-off %s', async (format) => {
    const noise = sharp({
      create: {
        width: 200,
        height: 200,
        channels: 3,
        background: '#777777',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    });
    const bytes = await noise.toFormat(format).toBuffer();
    expect((await decodeImage(bytes)).ok).toBe(true);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    expect(await decodeImage(cut)).toEqual({ ok: false, reason: 'image_unreadable' });
  });

  it('refuses a PNG whose pixels were damaged', async () => {
    const bytes = await source(halves(300, 300)).png({ compressionLevel: 0 }).toBuffer();
    bytes.fill(0x5a, 2000, 2400);
    expect(await decodeImage(bytes)).toEqual({ ok: false, reason: 'image_unreadable' });
  });

  it.each(['gif', 'webp'] as const)('refuses an animated %s', async (format) => {
    const frames = ['#ff0000', '#00ff00'].map((background) => ({
      create: { width: 16, height: 16, channels: 3 as const, background },
    }));
    const bytes = await sharp(await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer())), {
      join: { animated: true },
    })
      .toFormat(format)
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    expect(await decodeImage(bytes)).toEqual({ ok: false, reason: 'image_animated' });
  });

  it('refuses an animated PNG, which decoders show as a still', async () => {
    const still = await source(halves(16, 16)).png().toBuffer();
    const afterHeader = 8 + 25;
    const control = pngChunk('acTL', Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0));
    const bytes = Buffer.concat([still.subarray(0, afterHeader), control, still.subarray(afterHeader)]);
    expect(await decodeImage(bytes)).toEqual({ ok: false, reason: 'image_animated' });
  });

  it('refuses 200 megapixels from the header, without decoding', async () => {
    const bytes = await source(halves(16, 16)).jpeg().toBuffer();
    const frameHeader = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    bytes.writeUInt16BE(10_000, frameHeader + 5);
    bytes.writeUInt16BE(20_000, frameHeader + 7);
    expect(await decodeImage(bytes)).toEqual({ ok: false, reason: 'image_too_large' });
  });

  it('refuses a real picture over the limit it is given and reads one at the limit', async () => {
    const bytes = await source(halves(100, 50)).png().toBuffer();
    expect(await decodeImage(bytes, { maxPixels: 4_999 })).toEqual({ ok: false, reason: 'image_too_large' });
    expect((await decodeImage(bytes, { maxPixels: 5_000 })).ok).toBe(true);
  });
});

describe('encoding and resizing', () => {
  it('gives the same pixels back through PNG, and close ones through JPEG', async () => {
    const image = halves(30, 20);
    expect(Buffer.from((await decoded(await encodePng(image))).data).equals(Buffer.from(image.data))).toBe(true);
    near(pixel(await decoded(await encodeJpeg(image)), 2, 2), [255, 0, 0], 6);
  });

  it('writes no metadata', async () => {
    const { exif, icc, xmp } = await sharp(await encodeJpeg(halves(30, 20))).metadata();
    expect([exif, icc, xmp]).toEqual([undefined, undefined, undefined]);
  });

  it('resizes to the very size asked for, without regard to aspect', async () => {
    const image = await resize(halves(64, 64), 20, 50);
    expect([image.width, image.height, image.data.length]).toEqual([20, 50, 3000]);
    near(pixel(image, 2, 25), [255, 0, 0], 2);
    near(pixel(image, 17, 25), [0, 0, 255], 2);
  });

  it('names bytes by SHA-256 (FIPS 180-4 example)', () => {
    expect(sha256Hex(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
