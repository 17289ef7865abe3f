import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { PDFDocument, PDFRawStream } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { writeCheckpoint } from '../../core/audit/checkpoint.ts';
import { newEd25519Pair, privateKeyOf, signEd25519 } from '../../vault/ed25519.ts';
import { logKey, signNote, verifyNote } from '../../vault/signed-note.ts';
import { readReference } from './receipt-reference.ts';
import { renderReceipt, type ReceiptInput } from './render-receipt.ts';

const input: ReceiptInput = {
  organisation: 'Bank Contoh Nusantara',
  branch: 'KCP Kalideres',
  desk: 'Loket 3',
  operator: 'Rina Puspita',
  customerName: 'BUDI CONTOH SANTOSO',
  nik: '3173051708850001',
  outcome: 'verified',
  tier: 'premium',
  provisional: false,
  simulated: false,
  capturedAt: '2026-11-20T07:03:22.000Z',
  verifications: [
    { id: 'ver_01JD5K2M8Q9WXYZABCDEFGH124', method: 'ktp_capture', status: 'verified' },
    { id: 'ver_01JD5K2M8Q9WXYZABCDEFGH125', method: 'face_liveness', status: 'verified' },
  ],
  bundles: [{ nonce: 'qN3x0c9Zt7V2bY1mK8sWfA5rLpE4uHdG', hash: `01234567${'0'.repeat(48)}89abcdef` }],
  audit: { seq: 4821, hash: 'c3'.repeat(32) },
};

/** The drawing operators of the page, inflated. */
async function pageOperators(bytes: Uint8Array): Promise<string> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false });
  return document.context
    .enumerateIndirectObjects()
    .flatMap(([, object]) =>
      object instanceof PDFRawStream ? [Buffer.from(inflateSync(object.contents)).toString('latin1')] : [],
    )
    .join('\n');
}

/** What the page shows, one string per text operator, decoded from WinAnsi. */
async function shownText(bytes: Uint8Array): Promise<string[]> {
  const decoder = new TextDecoder('windows-1252');
  return [...(await pageOperators(bytes)).matchAll(/<([0-9A-F]*)> Tj/g)].map(([, hex = '']) =>
    decoder.decode(Buffer.from(hex, 'hex')),
  );
}

describe('renderReceipt', () => {
  it('is one A5 page with a plain title and the capture time as its date', async () => {
    const document = await PDFDocument.load(await renderReceipt(input), { updateMetadata: false });
    expect(document.getPageCount()).toBe(1);
    expect(document.getPage(0).getSize()).toEqual({ width: 419.53, height: 595.28 });
    expect(document.getTitle()).toBe('Bukti pemeriksaan identitas');
    expect(document.getCreationDate()?.toISOString()).toBe(input.capturedAt);
  });

  it('shows who, what, when, where, and the evidence', async () => {
    const text = await shownText(await renderReceipt(input));
    expect(text).toEqual(
      expect.arrayContaining([
        'Bank Contoh Nusantara · KCP Kalideres',
        'Terverifikasi',
        'Verified',
        'BUDI CONTOH SANTOSO',
        '•••••• •••••• 0001',
        'Premium',
        '20 November 2026, 14.03.22 WIB (UTC+7)',
        'Loket 3 · KCP Kalideres',
        'Rina Puspita',
        'KTP: sesuai',
        'ver_01JD5K2M8Q9WXYZABCDEFGH124',
        'qN3x0c9Zt7V2bY1mK8sWfA5rLpE4uHdG',
        'sha256 01234567…89abcdef',
        'Jejak audit / audit row 4821 · c3c3c3c3…c3c3c3c3',
      ]),
    );
  });

  it('never shows more of the NIK than its last four digits', async () => {
    const bytes = await renderReceipt(input);
    expect((await shownText(bytes)).join('')).not.toMatch(/\d{5,}0001|317305|170885/);
    expect(Buffer.from(bytes).toString('latin1')).not.toContain('3173051708850001');
  });

  it('says provisional and simulated where that is so', async () => {
    const quiet = (await shownText(await renderReceipt(input))).join('\n');
    expect(quiet).not.toMatch(/SIMULASI|provisional|Sementara/);
    const loud = (
      await shownText(await renderReceipt({ ...input, provisional: true, simulated: true, verifications: [] }))
    ).join('\n');
    expect(loud).toMatch(/SIMULASI/);
    expect(loud).toMatch(/Verified \(provisional\)/);
    expect(loud).toMatch(/Sementara: tersimpan di loket/);
    expect(loud).toMatch(/menunggu jawaban/);
  });

  it('does not say which check failed when it stops', async () => {
    const stopped: ReceiptInput = {
      ...input,
      outcome: 'stopped',
      verifications: [{ id: 'ver_1', method: 'face_match', status: 'failed' }],
    };
    const text = await shownText(await renderReceipt(stopped));
    expect(text).toContain('Tidak dapat dilanjutkan');
    expect(text).toContain('Kecocokan wajah');
    expect(text.join('\n')).not.toMatch(/tidak sesuai/);
  });

  it('draws a QR code only when there is an audit row to refer to', async () => {
    const fills = async (given: ReceiptInput) =>
      [...(await pageOperators(await renderReceipt(given))).matchAll(/\nf\n/g)].length;
    expect(await fills({ ...input, audit: null })).toBe(0);
    expect(await fills(input)).toBeGreaterThan(300);
  });

  it('gives the same bytes for the same input', async () => {
    expect(Buffer.from(await renderReceipt(input)).equals(Buffer.from(await renderReceipt(input)))).toBe(true);
  });

  it('survives whatever names people and banks have', async () => {
    const odd: ReceiptInput = {
      ...input,
      customerName: '漢字 Łukasz 😀 '.repeat(20),
      organisation: 'X'.repeat(400),
      branch: '',
      operator: '\u0000\n',
      nik: 'not a nik',
      verifications: Array.from({ length: 40 }, (_, index) => ({
        id: `ver_${index}`,
        method: 'face_match',
        status: 'pending',
      })),
    };
    const text = await shownText(await renderReceipt(odd));
    expect(text).toContain('Terverifikasi');
    expect(text.some((words) => /^\+ \d+$/.test(words))).toBe(true);
  });
});

describe('the QR code as printed', () => {
  /** The page's black rectangles, painted on white at `scale` pixels a point, as a scanner would see the code. */
  async function scan(bytes: Uint8Array, scale = 6): Promise<string | null> {
    const operators = await pageOperators(bytes);
    const side = 620 * scale;
    const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
    const rectangle = /0 0 0 rg[\s\S]*?1 0 0 1 ([\d.]+) ([\d.]+) cm[\s\S]*?0 0 m\s+0 ([\d.]+) l\s+([\d.]+) [\d.]+ l/g;
    for (const [, x, y, height, width] of operators.matchAll(rectangle)) {
      const left = Math.round(Number(x) * scale);
      const right = Math.round((Number(x) + Number(width)) * scale);
      const top = Math.round((600 - Number(y) - Number(height)) * scale);
      const bottom = Math.round((600 - Number(y)) * scale);
      for (let row = top; row < bottom; row += 1) {
        for (let column = left; column < right; column += 1)
          pixels.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
    return jsQR(pixels, side, side)?.data ?? null;
  }

  it('decodes to the signed checkpoint and the hashes of the sealed evidence', async () => {
    const pair = newEd25519Pair();
    const desk = {
      publicKey: pair.publicKey,
      sign: (bytes: Uint8Array) => signEd25519(privateKeyOf(pair.seed), bytes),
    };
    const origin = 'loket/dsk_01JD5K2M8Q9WXYZABCDEFGH124';
    const text = writeCheckpoint({ origin, size: 4821, root: new Uint8Array(32).fill(0xc3), extensions: [] });
    const checkpoint = signNote(text, origin, desk);
    const hashes = ['0a'.repeat(32), 'f1'.repeat(32)];
    const bundles = hashes.map((hash) => ({ nonce: hash, hash }));
    const seen = await scan(await renderReceipt({ ...input, bundles, checkpoint }));
    expect(readReference(seen ?? '')).toEqual({ audit: null, note: checkpoint, bundleHashes: hashes });
    expect(verifyNote(readReference(seen ?? '')?.note ?? '', [logKey(origin, pair.publicKey)])?.note.text).toBe(text);
  });

  it('decodes to a bare point of the chain where no checkpoint could be made', async () => {
    const seen = await scan(await renderReceipt(input));
    expect(readReference(seen ?? '')).toEqual({
      audit: input.audit,
      note: null,
      bundleHashes: [input.bundles[0]?.hash],
    });
  });
});
