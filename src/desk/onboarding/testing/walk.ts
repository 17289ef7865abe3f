/** The steps of a counter, walked by a test. */
import { expect } from 'vitest';
import type { OnboardingView } from '../../../contract/desk/answers.ts';
import type { Result } from '../../../contract/result.ts';
import { createOnboardingDesk, type OnboardingDesk } from '../onboarding-desk.ts';
import { fakeHouse, realCamera, type FakeHouse } from './fake-ports.ts';

export const operator = { id: 'usr_1', orgId: 'org_1' };
export const signature = {
  method: 'drawn' as const,
  strokes: [[10, 500, 40, 480, 80, 420, 120, 500, 200, 520, 300, 400, 420, 500, 500, 480]],
};
export const jpeg = (value: number) => new Uint8Array([0xff, 0xd8, value]);

export function expectOk<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`expected success, got ${result.error.code}: ${result.error.message}`);
  return result.value;
}

export async function toCard(desk: OnboardingDesk): Promise<OnboardingView> {
  expectOk(await desk.start(operator, { purpose: 'open_account', language: 'id' }));
  return expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'], signature }));
}

export async function toSelfie(desk: OnboardingDesk, fields = {}): Promise<OnboardingView> {
  await toCard(desk);
  const challenge = expectOk(await desk.challenge(operator, { purpose: 'ktp' }));
  const read = expectOk(
    await desk.submitCard(operator, {
      frames: [jpeg(1), jpeg(2)],
      frameTimesMs: [0, 400],
      nonce: challenge.nonce,
      camera: realCamera,
    }),
  );
  expect(read.step).toBe('fields');
  return expectOk(await desk.confirmFields(operator, { fields }));
}

export async function selfie(desk: OnboardingDesk, camera = realCamera): Promise<Result<OnboardingView>> {
  const challenge = expectOk(await desk.challenge(operator, { purpose: 'face' }));
  const prompts = challenge.prompts.map((kind, index) => ({ kind, fromMs: index * 1000, toMs: index * 1000 + 900 }));
  return desk.submitSelfie(operator, {
    frames: [jpeg(3), jpeg(4)],
    frameTimesMs: [0, 500],
    nonce: challenge.nonce,
    prompts,
    camera,
  });
}

export const bench = (change: (house: FakeHouse) => void = () => {}) => {
  const house = fakeHouse();
  change(house);
  return { house, desk: createOnboardingDesk(house.ports) };
};
