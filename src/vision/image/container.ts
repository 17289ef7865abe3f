/** What kind of file the bytes are, before any decoder sees them. */

export type ImageContainer = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff';

const signatures: readonly (readonly [ImageContainer, readonly number[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
];

/**
 * The container by its signature, null for everything else. The list is closed on purpose: libvips would also open
 * SVG and PDF, which are programs with references rather than pictures.
 */
export function imageContainer(bytes: Uint8Array): ImageContainer | null {
  for (const [container, signature] of signatures) {
    if (signature.every((value, index) => bytes[index] === value)) return container;
  }
  return ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP' ? 'webp' : null;
}

/**
 * True when a PNG carries an animation control chunk before its pixels (APNG, W3C PNG 3rd edition §11.3.6.1). libpng
 * shows such a file as a still, so the decoder does not tell.
 */
export function isAnimatedPng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 8 <= bytes.length;) {
    const type = ascii(bytes, at + 4, 4);
    if (type === 'acTL') return true;
    if (type === 'IDAT' || type === 'IEND') return false;
    at += 12 + view.getUint32(at);
  }
  return false;
}

function ascii(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
