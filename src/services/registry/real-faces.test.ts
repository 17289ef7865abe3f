/** The registry's answer with the shipped face models and photos of real people, where both are there. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vision } from '../../contract/vision.ts';
import { createInlineVision } from '../../vision/create-vision.ts';
import { missingEvaluationData, photoBytes } from '../../vision/face/testing/evaluation-data.ts';
import { installedVisionOptions } from '../../vision/open-vision.ts';
import { systemActor, type ServiceContext } from '../context.ts';
import { addOrganisation, openTestHouse, type TestHouse } from '../testing/test-house.ts';
import { askRegistry } from './ask-registry.ts';
import { importPopulation } from './import-population.ts';

const missing = missingEvaluationData();
const nik = '3273016107900001';

describe.skipIf(missing !== null)(`the imported table with real faces${missing === null ? '' : `: ${missing}`}`, () => {
  let house: TestHouse;
  let vision: Vision;
  let ctx: ServiceContext;
  let orgId: string;
  let folder: string;
  let templates: number;
  beforeAll(async () => {
    house = await openTestHouse();
    const options = installedVisionOptions();
    if (!options.ok) throw new Error(options.error.message);
    vision = await createInlineVision({ ...options.value, threads: 1, allowEvaluationModels: true });
    ctx = { ...house.ctx, vision };
    const bank = await addOrganisation(house, 'Bank');
    orgId = bank.orgId;
    folder = await mkdtemp(join(tmpdir(), 'loket-real-faces-'));
    const file = join(folder, 'people.csv');
    await writeFile(file, `nik,name,birth_date,photo\n${nik},SITI RAHMAWATI,1990-07-21,one.jpg\n`);
    await writeFile(join(folder, 'one.jpg'), photoBytes('faces/publicdomain/obama1.jpg'));
    const done = await importPopulation(ctx, bank.actor('admin'), { file, photos: folder, templates: true });
    templates = done.ok ? done.value.templates : -1;
  });
  afterAll(async () => {
    await vision.close();
    await house.close();
    await rm(folder, { recursive: true });
  });

  const ask = (photo: string) =>
    askRegistry(ctx, {
      actor: systemActor(orgId),
      asker: 'desk:test',
      purpose: 'test',
      query: { nik, selfie: photoBytes(`faces/publicdomain/${photo}`) },
    });

  it('makes the template at import when asked to', () => {
    expect(templates).toBe(1);
  });

  it.each(['obama2.jpg', 'obama3.jpg'])('knows the same person on another photo (%s)', async (photo) => {
    const answer = await ask(photo);
    expect(answer).toMatchObject({ found: true, face: 'compared' });
    expect('faceScore' in answer ? answer.faceScore : 0).toBeGreaterThanOrEqual(75);
  });

  it.each(['biden.jpg', 'biden2.jpg'])('does not take another person for him (%s)', async (photo) => {
    const answer = await ask(photo);
    expect(answer).toMatchObject({ found: true, face: 'compared' });
    expect('faceScore' in answer ? answer.faceScore : 100).toBeLessThan(50);
  });
});
