/** A decoded picture: 8-bit sRGB, interleaved R G B, rows top to bottom without padding. */
export interface RgbImage {
  /** px */
  readonly width: number;
  /** px */
  readonly height: number;
  /** `width * height * 3` bytes. */
  readonly data: Uint8Array;
}
