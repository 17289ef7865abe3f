/** A fictional person: a few numbers that a head is drawn from. Nobody's likeness. */
export interface Person {
  readonly seed: number;
  /** Linear RGB reflectance of the skin. */
  readonly skin: readonly [number, number, number];
  readonly hair: readonly [number, number, number];
  readonly shirt: readonly [number, number, number];
  /** Half distance of the eyes, in half face widths. */
  readonly eyeDistance: number;
  readonly eyeSize: number;
  readonly noseLength: number;
  readonly noseWidth: number;
  readonly mouthWidth: number;
  readonly jaw: number;
  readonly browHeight: number;
  readonly browThickness: number;
}

export const demoPerson: Person = {
  seed: 17,
  skin: [0.47, 0.27, 0.18],
  hair: [0.022, 0.018, 0.016],
  shirt: [0.1, 0.2, 0.24],
  eyeDistance: 0.43,
  eyeSize: 1,
  noseLength: 0.4,
  noseWidth: 0.2,
  mouthWidth: 0.36,
  jaw: 0.82,
  browHeight: -0.42,
  browThickness: 0.055,
};
