/** Portraits of nobody: heads drawn by the simulator with other skin, hair, proportions, and for some women a scarf. */
import sharp from 'sharp';
import { calm } from '../../../src/desk/simulator/head.ts';
import { officeLight, photograph } from '../../../src/desk/simulator/light.ts';
import { fractalNoise, grainTable } from '../../../src/desk/simulator/noise.ts';
import { demoPerson, type Person } from '../../../src/desk/simulator/person.ts';
import {
  blankSurfaces,
  headMesh,
  headTexture,
  paintEars,
  paintHead,
  paintTorso,
  paintWall,
  type Pose,
  type Surfaces,
} from '../../../src/desk/simulator/surfaces.ts';
import { createDraw, type Draw } from './draw.ts';

const size = { width: 300, height: 390 } as const;
const red: readonly [number, number, number] = [0.42, 0.03, 0.04];
const blue: readonly [number, number, number] = [0.05, 0.12, 0.42];

/** PNG of a fictional face. Odd birth years stand before red, even ones before blue, as the register asks. */
export async function drawPortrait(
  seed: number,
  who: { female: boolean; old: boolean; red: boolean },
): Promise<Buffer> {
  const draw = createDraw(seed);
  const person = drawPerson(seed, who, draw);
  const pose: Pose = {
    yaw: draw.between(-6, 6),
    pitch: draw.between(-3, 3),
    roll: draw.between(-2, 2),
    centreX: size.width / 2,
    centreY: size.height * 0.44,
    scale: size.width * draw.between(0.27, 0.31),
  };
  const surfaces = blankSurfaces(size.width, size.height);
  paintWall(surfaces, who.red ? red : blue, seed, 0.1);
  const scarf = who.female && draw.chance(0.6);
  if (who.female && !scarf) paintLongHair(surfaces, person, pose);
  paintTorso(surfaces, person, pose);
  if (!scarf) paintEars(surfaces, person, pose);
  const { mesh, texture } = headOf(person);
  paintHead(surfaces, person, mesh, texture, pose);
  if (scarf) paintScarf(surfaces, scarfColour(draw), pose, seed);
  const light = { ...officeLight, exposure: draw.between(1.1, 1.4), screen: [160, 160, 160] as const };
  const { data } = photograph(surfaces, light, grainTable(1 << 16, seed & 1023), 0);
  return sharp(data, { raw: { ...size, channels: 3 } })
    .png()
    .toBuffer();
}

const heads = new Map<number, { mesh: ReturnType<typeof headMesh>; texture: Float32Array }>();

/** The same head before red and before blue is modelled once. */
function headOf(person: Person): { mesh: ReturnType<typeof headMesh>; texture: Float32Array } {
  const known = heads.get(person.seed);
  if (known !== undefined) return known;
  const made = { mesh: headMesh(person, calm), texture: headTexture(person, calm) };
  if (heads.size < 40) heads.set(person.seed, made);
  return made;
}

function drawPerson(seed: number, who: { female: boolean; old: boolean }, draw: Draw): Person {
  const tone = draw.between(0.55, 1.25);
  const grey = who.old ? draw.between(0.12, 0.35) : 0.02;
  return {
    seed: seed & 0xffff,
    skin: [0.47 * tone, 0.27 * tone * draw.between(0.92, 1.08), 0.18 * tone * draw.between(0.85, 1.15)],
    hair: [grey, grey * 0.95, grey * 0.9],
    shirt: draw.pick([
      [0.62, 0.62, 0.6],
      [0.1, 0.2, 0.24],
      [0.3, 0.12, 0.08],
      [0.06, 0.06, 0.08],
    ] as const),
    eyeDistance: demoPerson.eyeDistance + draw.between(-0.035, 0.035),
    eyeSize: draw.between(0.88, 1.15) * (who.female ? 1.05 : 1),
    noseLength: draw.between(0.34, 0.45),
    noseWidth: draw.between(0.16, 0.24),
    mouthWidth: draw.between(0.3, 0.42),
    jaw: who.female ? draw.between(0.68, 0.8) : draw.between(0.76, 0.9),
    browHeight: draw.between(-0.47, -0.38),
    browThickness: who.female ? draw.between(0.03, 0.045) : draw.between(0.045, 0.068),
  };
}

function scarfColour(draw: Draw): readonly [number, number, number] {
  return draw.pick([
    [0.55, 0.52, 0.5],
    [0.05, 0.05, 0.06],
    [0.4, 0.16, 0.22],
    [0.1, 0.22, 0.2],
    [0.45, 0.36, 0.22],
  ] as const);
}

/** Hair down to the shoulders, behind the head. */
function paintLongHair(out: Surfaces, person: Person, pose: Pose): void {
  fill(out, pose, (u, v) => {
    const half = 1.14 + 0.12 * Math.max(0, v);
    if (Math.abs(u) > half || v > 1.75 || v < -1.2 || Math.hypot(u, v + 0.2) < 0.2) return null;
    if (v < 0 && Math.hypot(u, v * 0.92) > 1.22) return null;
    return person.hair.map((value) => value * (1 + 0.8 * fractalNoise(u * 40, v * 4, person.seed + 61, 2))) as [
      number,
      number,
      number,
    ];
  });
}

/** Cloth around the face and over the shoulders; the face stays free. */
function paintScarf(out: Surfaces, colour: readonly [number, number, number], pose: Pose, seed: number): void {
  fill(out, pose, (u, v) => {
    const face = (u / 0.86) ** 2 + ((v - 0.12) / 1.12) ** 2 < 1;
    const hood = (u / 1.2) ** 2 + ((v + 0.05) / 1.62) ** 2 < 1;
    const cape = v > 0.8 && Math.abs(u) < 1.05 + (v - 0.8) * 0.9;
    if (face || !(hood || cape)) return null;
    const fold = 0.85 + 0.3 * fractalNoise(u * 3 + v, v * 2, seed + 5, 3);
    return [colour[0] * fold, colour[1] * fold, colour[2] * fold];
  });
}

function fill(
  out: Surfaces,
  pose: Pose,
  colourAt: (u: number, v: number) => readonly [number, number, number] | null,
): void {
  for (let y = 0; y < out.height; y += 1)
    for (let x = 0; x < out.width; x += 1) {
      const colour = colourAt((x - pose.centreX) / pose.scale, (y - pose.centreY) / pose.scale);
      if (colour === null) continue;
      const i = y * out.width + x;
      out.colour.set(colour, i * 3);
      out.normal.set([0, -0.2, 0.98], i * 3);
      out.reach[i] = 0.8;
      out.gloss[i] = 0.1;
    }
}
