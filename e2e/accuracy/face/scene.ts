/** A person before the camera, moving as people do: the drawn 3D head, its wall, its torso. */
import { fractalNoise } from '../../../src/desk/simulator/noise.ts';
import { calm } from '../../../src/desk/simulator/head.ts';
import type { Person } from '../../../src/desk/simulator/person.ts';
import {
  blankSurfaces,
  headMesh,
  headTexture,
  paintEars,
  paintHead,
  paintTorso,
  paintWall,
  type Surfaces,
} from '../../../src/desk/simulator/surfaces.ts';

export const frameSize = { width: 640, height: 480 } as const;
/** Room to sway without drawing anew, px. */
const margin = 14;
const yawStep = 3;

/** What stands before the camera at a moment, given how far its bearer turned. */
export type Scene = (tMs: number, yaw: number) => Surfaces;

/** A living head. Surfaces of a pose are drawn once and shifted by the sway. */
export function personScene(person: Person, seed: number): Scene {
  const mesh = headMesh(person, calm);
  const texture = headTexture(person, calm);
  const drawn = new Map<number, Surfaces>();
  const at = (yaw: number): Surfaces => {
    const known = drawn.get(yaw);
    if (known !== undefined) return known;
    const surfaces = blankSurfaces(frameSize.width + 2 * margin, frameSize.height + 2 * margin);
    const pose = { yaw, pitch: 0, roll: 0, centreX: surfaces.width / 2, centreY: 216 + margin, scale: 98 };
    paintWall(surfaces, [0.42, 0.42, 0.38], person.seed);
    paintTorso(surfaces, person, pose);
    paintEars(surfaces, person, pose);
    paintHead(surfaces, person, mesh, texture, pose);
    drawn.set(yaw, surfaces);
    return surfaces;
  };
  return (tMs, yaw) => cutAt(at(Math.round(yaw / yawStep) * yawStep), sway(tMs, seed));
}

/** A few pixels of slow movement, never more than the margin. */
export function sway(tMs: number, seed: number, reach = 7): { readonly x: number; readonly y: number } {
  return {
    x: margin + Math.round(fractalNoise(tMs / 900, 1, seed + 201, 2) * reach),
    y: margin + Math.round(fractalNoise(tMs / 1100, 7, seed + 203, 2) * reach),
  };
}

export function cutAt(surfaces: Surfaces, at: { readonly x: number; readonly y: number }): Surfaces {
  const { width, height } = frameSize;
  const out = blankSurfaces(width, height);
  for (let y = 0; y < height; y += 1) {
    const from = (y + at.y) * surfaces.width + at.x;
    out.colour.set(surfaces.colour.subarray(from * 3, (from + width) * 3), y * width * 3);
    out.normal.set(surfaces.normal.subarray(from * 3, (from + width) * 3), y * width * 3);
    out.reach.set(surfaces.reach.subarray(from, from + width), y * width);
    out.gloss.set(surfaces.gloss.subarray(from, from + width), y * width);
  }
  return out;
}

/** How far a person asked to turn left (by `turn.fromMs`) has turned, degrees. */
export function turnedAt(tMs: number, turn: { readonly fromMs: number }, degrees = 26): number {
  const since = tMs - turn.fromMs - 250;
  return since <= 0 ? 0 : degrees * (1 - Math.exp(-since / 220));
}
