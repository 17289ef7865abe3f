/** Colour arithmetic of the screen light. */

/** sRGB 0–255 to linear light 0–1 (IEC 61966-2-1). */
export function linearFromSrgb(value: number): number {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

/** `#RRGGBB` to linear light; null when it is not such a colour. */
export function linearColour(hex: string): readonly [number, number, number] | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (match === null) return null;
  const [r, g, b] = match.slice(1).map((part) => linearFromSrgb(Number.parseInt(part, 16)));
  return [r!, g!, b!];
}

/** Relative luminance 0–1 (WCAG 2.2). */
export function relativeLuminance([r, g, b]: readonly [number, number, number]): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.3.1 calls a colour saturated red when R / (R + G + B) ≥ 0.8 in linear light. */
export function isSaturatedRed([r, g, b]: readonly [number, number, number]): boolean {
  return r + g + b > 0 && r / (r + g + b) >= 0.8;
}

/** Distance of two colours on the plane of linear chromaticities (r, g) = (R, G) / (R + G + B). */
export function chromaDistance(p: readonly [number, number, number], q: readonly [number, number, number]): number {
  const [ps, qs] = [p[0] + p[1] + p[2], q[0] + q[1] + q[2]];
  if (ps === 0 || qs === 0) return 0;
  return Math.hypot(p[0] / ps - q[0] / qs, p[1] / ps - q[1] / qs);
}
