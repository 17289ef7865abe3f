/** Fictional people for the physical simulator: the drawn head with other numbers. Nobody's likeness. */
import { seededRandom } from '../../../src/desk/simulator/noise.ts';
import { demoPerson, type Person } from '../../../src/desk/simulator/person.ts';

/** Linear reflectance of skin from light to dark, as measured reflectances of faces spread (about Fitzpatrick II–VI). */
const skins: readonly (readonly [number, number, number])[] = [
  [0.56, 0.36, 0.27],
  [0.47, 0.27, 0.18],
  [0.38, 0.2, 0.13],
  [0.26, 0.135, 0.085],
  [0.17, 0.09, 0.06],
];
const shirts: readonly (readonly [number, number, number])[] = [
  [0.1, 0.2, 0.24],
  [0.5, 0.5, 0.48],
  [0.28, 0.07, 0.06],
  [0.04, 0.04, 0.05],
  [0.12, 0.2, 0.08],
];

/** Person `index`: the same every time. Person 0 is the one of the demo. */
export function personOf(index: number): Person {
  if (index === 0) return demoPerson;
  const random = seededRandom(9_001 + 31 * index);
  const about = (value: number, spread: number) => value * (1 + spread * (2 * random() - 1));
  const grey = random() < 0.15 ? 8 : 1;
  return {
    seed: 100 + index,
    skin: skins[index % skins.length]!,
    hair: [0.022 * grey, 0.018 * grey, 0.016 * grey],
    shirt: shirts[Math.floor(random() * shirts.length)]!,
    eyeDistance: about(demoPerson.eyeDistance, 0.06),
    eyeSize: about(demoPerson.eyeSize, 0.12),
    noseLength: about(demoPerson.noseLength, 0.12),
    noseWidth: about(demoPerson.noseWidth, 0.18),
    mouthWidth: about(demoPerson.mouthWidth, 0.12),
    jaw: about(demoPerson.jaw, 0.06),
    browHeight: about(demoPerson.browHeight, 0.06),
    browThickness: about(demoPerson.browThickness, 0.25),
  };
}
