/** Digits in the manner of OCR-A, as lines on a 4 × 7 grid, so that the NIK needs no font. Own drawing. */
const strokes: Readonly<Record<string, string>> = {
  '0': 'M1 0H3L4 1V6L3 7H1L0 6V1Z',
  '1': 'M0.6 0H2V7M0.2 7H4V5.6',
  '2': 'M0 0H4V3.4H0V7H4',
  '3': 'M0 0H4V7H0M0.9 3.4H4',
  '4': 'M0.4 0V4.5H4M3 2.8V7',
  '5': 'M4 0H0V3.3H4V7H0',
  '6': 'M0.3 0V7H4V3.4H0.3',
  '7': 'M0 1.3V0H4V2.3L2 4V7',
  '8': 'M0.7 0H3.3V3.3H0.7ZM0 3.3H4V7H0Z',
  '9': 'M4 7V0H0V3.6H4',
};

/** SVG of a row of digits whose baseline starts at (x, y); `height` is that of a digit, `pitch` the advance, px. */
export function strokedDigits(
  digits: string,
  x: number,
  y: number,
  height: number,
  pitch: number,
  weight: number,
  ink: string,
): string {
  const scale = height / 7;
  const paths = Array.from(digits, (digit, index) => {
    const left = x + index * pitch;
    return `<path transform="translate(${left.toFixed(1)} ${(y - height).toFixed(1)}) scale(${scale.toFixed(3)})" d="${strokes[digit] ?? ''}"/>`;
  });
  return `<g fill="none" stroke="${ink}" stroke-width="${(weight / scale).toFixed(3)}" stroke-linejoin="round" stroke-linecap="round">${paths.join('')}</g>`;
}
