import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Box } from '../../contract/facts.ts';
import { crop, decodeImage, type RgbImage } from '../../vision/image/image.ts';
import { demoPerson } from './person.ts';
import { createSimulator, type FrameRequest, type Simulator } from './simulator.ts';

const faceBox: Box = { x: 250, y: 160, width: 140, height: 140 };
const wallBox: Box = { x: 20, y: 60, width: 60, height: 120 };
let card: RgbImage;
let simulator: Simulator;

async function picture(request: Partial<FrameRequest>, from = simulator): Promise<RgbImage> {
  const frame = await from.frame({ scene: 'face', light: '#FFFFFF', tMs: 0, ...request });
  const decoded = await decodeImage(frame.jpeg);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.image;
}

function mean(image: RgbImage, box: Box): [number, number, number] {
  const part = crop(image, box);
  const sum: [number, number, number] = [0, 0, 0];
  part.data.forEach((value, index) => (sum[(index % 3) as 0 | 1 | 2] += value));
  return sum.map((value) => value / (part.width * part.height)) as [number, number, number];
}

beforeAll(async () => {
  const decoded = await decodeImage(await readFile(new URL('../../../resources/simulator/card.png', import.meta.url)));
  if (!decoded.ok) throw new Error(decoded.reason);
  card = decoded.image;
  simulator = createSimulator('demo', card, { kind: 'drawn', person: demoPerson });
});

/** Two frames of the same colour, so that what the sensor keeps of the colour before has died away. */
async function under(light: string): Promise<RgbImage> {
  await picture({ light });
  return picture({ light });
}

describe('simulated camera', () => {
  it('shows a face that answers the colour of the screen, the wall hardly', async () => {
    const dark = await under('#000000');
    const blue = await under('#0000FF');
    const faceGain = mean(blue, faceBox)[2] - mean(dark, faceBox)[2];
    const wallGain = mean(blue, wallBox)[2] - mean(dark, wallBox)[2];
    expect(faceGain).toBeGreaterThan(8);
    expect(faceGain).toBeGreaterThan(wallGain * 2);
    expect(Math.abs(mean(blue, faceBox)[0] - mean(dark, faceBox)[0])).toBeLessThan(faceGain / 3);
  });

  it('shows a card that answers too', async () => {
    const box: Box = { x: 560, y: 620, width: 160, height: 30 };
    await picture({ scene: 'card', light: '#000000' });
    const dark = mean(await picture({ scene: 'card', light: '#000000' }), box);
    await picture({ scene: 'card', light: '#00FF00' });
    const green = mean(await picture({ scene: 'card', light: '#00FF00' }), box);
    expect(green[1] - dark[1]).toBeGreaterThan(8);
  });

  it('never shows the same pixels twice: a sensor has grain', async () => {
    const a = await picture({ light: '#808080', tMs: 0 });
    const b = await picture({ light: '#808080', tMs: 0 });
    let different = 0;
    a.data.forEach((value, index) => (different += value === b.data[index] ? 0 : 1));
    expect(different).toBeGreaterThan(a.data.length / 20);
  });

  it('turns its head with inertia when asked, and back', async () => {
    const darkHair = (image: RgbImage, box: Box): number => mean(image, box).reduce((sum, value) => sum + value, 0);
    const fresh = createSimulator('demo', card, { kind: 'drawn', person: demoPerson });
    const right: Box = { x: 380, y: 190, width: 30, height: 60 };
    const before = darkHair(await picture({ tMs: 0 }, fresh), right);
    for (let t = 100; t <= 1200; t += 100) await picture({ tMs: t, prompt: 'turn_left' }, fresh);
    const turned = darkHair(await picture({ tMs: 1300, prompt: 'turn_left' }, fresh), right);
    expect(Math.abs(turned - before)).toBeGreaterThan(10);
  });

  it('relights a recorded portrait and leaves its background', async () => {
    const photo = await picture({ light: '#404040' });
    const fromFile = createSimulator('file', card, {
      kind: 'portrait',
      photo,
      face: {
        box: { x: 225, y: 105, width: 190, height: 240 },
        score: 0.9,
        landmarks: [
          { x: 273, y: 198 },
          { x: 366, y: 198 },
          { x: 320, y: 250 },
          { x: 288, y: 285 },
          { x: 352, y: 285 },
        ],
      },
    });
    await picture({ light: '#000000' }, fromFile);
    const dark = await picture({ light: '#000000' }, fromFile);
    await picture({ light: '#FF0000' }, fromFile);
    const red = await picture({ light: '#FF0000' }, fromFile);
    const gain = mean(red, faceBox)[0] - mean(dark, faceBox)[0];
    expect(gain).toBeGreaterThan(5);
    expect(gain).toBeGreaterThan(2 * (mean(red, wallBox)[0] - mean(dark, wallBox)[0]));
  });
});
