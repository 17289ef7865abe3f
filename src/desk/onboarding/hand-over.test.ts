/** A session that changes hands, and a customer who is on record already. */
import { describe, expect, it } from 'vitest';
import { bench, expectOk, jpeg, operator, selfie, signature, toCard, toSelfie } from './testing/walk.ts';
import { createOnboardingDesk } from './onboarding-desk.ts';
import { realCamera } from './testing/fake-ports.ts';

const colleague = { id: 'usr_2', orgId: 'org_1' };
const stranger = { id: 'usr_9', orgId: 'org_1' };
const nik = '3171014101900001';

describe('a hand-over', () => {
  it('goes on where it stood, with both in the evidence and in the audit log', async () => {
    const { house, desk } = bench();
    await toCard(desk);
    expectOk(await desk.offer(operator));
    const [left, ...others] = expectOk(await desk.offered(colleague));
    expect(others).toEqual([]);
    expect(left).toMatchObject({ step: 'card', from: 'Petugas usr_1' });
    const taken = expectOk(await desk.takeOver(colleague, { id: left?.id ?? '' }));
    expect(taken.step).toBe('card');
    expect(expectOk(await desk.current(operator))).toBeNull();

    const challenge = expectOk(await desk.challenge(colleague, { purpose: 'ktp' }));
    const frames = [jpeg(1), jpeg(2)];
    const card = { frames, frameTimesMs: [0, 400], nonce: challenge.nonce, camera: realCamera };
    expectOk(await desk.submitCard(colleague, card));
    expectOk(await desk.confirmFields(colleague, { fields: {} }));
    const face = expectOk(await desk.challenge(colleague, { purpose: 'face' }));
    expectOk(
      await desk.submitSelfie(colleague, {
        frames: [jpeg(3), jpeg(4)],
        frameTimesMs: [0, 500],
        nonce: face.nonce,
        prompts: [],
        camera: realCamera,
      }),
    );
    for (const { manifest, operatorId } of house.sealed) {
      expect(operatorId).toBe('usr_2');
      expect(manifest.evidence?.operators?.map(({ id }) => id)).toEqual(['usr_1', 'usr_2']);
      expect(manifest.evidence?.operatorId).toBe('usr_2');
    }
    expect(house.recorded).toEqual(['session.offered usr_1', 'session.taken_over usr_2']);
  });

  it('is over when its owner comes back first', async () => {
    const { desk } = bench();
    await toCard(desk);
    expectOk(await desk.offer(operator));
    expect(expectOk(await desk.current(operator))?.step).toBe('card');
    expect(expectOk(await desk.offered(colleague))).toEqual([]);
  });

  it('happens once: a second colleague finds nothing', async () => {
    const { desk } = bench();
    await toCard(desk);
    expectOk(await desk.offer(operator));
    const id = expectOk(await desk.offered(colleague))[0]?.id ?? '';
    expectOk(await desk.takeOver(colleague, { id }));
    expect(await desk.takeOver(stranger, { id })).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('does not take what nobody offered, nor on top of an own session', async () => {
    const { desk } = bench();
    const open = await toCard(desk);
    expect(await desk.takeOver(colleague, { id: open.id })).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expectOk(await desk.offer(operator));
    expectOk(await desk.start(colleague, { purpose: 'other', language: 'id' }));
    expect(await desk.takeOver(colleague, { id: open.id })).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
  });

  it('survives a restart between offer and take-over', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    expectOk(await desk.offer(operator));
    const after = createOnboardingDesk(house.ports);
    const id = expectOk(await after.offered(colleague))[0]?.id ?? '';
    expect(expectOk(await after.takeOver(colleague, { id })).step).toBe('selfie');
  });
});

describe('a customer on record', () => {
  const known = { id: 'cus_known', fullName: 'SARI DEWI', kycLevel: 'basic' as const };

  it('is found before a session is open, and the search is recorded', async () => {
    const { house, desk } = bench((house) => void house.customers.set(nik, known));
    house.standing = { missing: ['face'], mayStepUp: true };
    expect(expectOk(await desk.find(operator, { nik })).customer).toEqual({ ...known, ...house.standing });
    expect(expectOk(await desk.find(operator, { nik: '3171014101900009' })).customer).toBeNull();
    expect(house.recorded).toEqual(['search.performed usr_1', 'search.performed usr_1']);
    expect(expectOk(await desk.current(operator))).toBeNull();
  });

  it('whose face is missing goes on with the face alone, and needs no card', async () => {
    const { house, desk } = bench((house) => void house.customers.set(nik, known));
    house.standing = { missing: ['face'], mayStepUp: true };
    expectOk(await desk.startKnown(operator, { nik, language: 'id', way: 'continue' }));
    const view = expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'], signature }));
    expect(view).toMatchObject({ step: 'selfie', faceOnly: true, customerName: 'SARI DEWI', stepUp: null });
    const result = expectOk(await selfie(desk)).result;
    expect(result).toMatchObject({ outcome: 'verified' });
    expect(result?.gates.map(({ gate }) => gate)).toEqual(['liveness', 'match']);
    expect(house.sealed.map(({ kind, customerId }) => [kind, customerId])).toEqual([['face', 'cus_known']]);
  });

  it('proves himself for an action: one step-up bundle with the risk', async () => {
    const { house, desk } = bench((house) => void house.customers.set(nik, known));
    expectOk(await desk.startKnown(operator, { nik, language: 'id', way: 'step_up', riskLevel: 'high' }));
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'], signature }));
    expectOk(await selfie(desk));
    expect(house.sealed).toMatchObject([
      { kind: 'step_up', riskLevel: 'high', customerId: 'cus_known', manifest: { evidence: { kind: 'step_up' } } },
    ]);
  });

  it('without a face on record, or without a gap, is told so', async () => {
    const { house, desk } = bench((house) => void house.customers.set(nik, known));
    house.standing = { missing: [], mayStepUp: false };
    for (const way of ['continue', 'step_up'] as const)
      expect(await desk.startKnown(operator, { nik, language: 'id', way })).toMatchObject({
        ok: false,
        error: { code: 'bad_request' },
      });
    expect(await desk.startKnown(operator, { nik: '3171014101900009', language: 'id', way: 'step_up' })).toMatchObject({
      ok: false,
      error: { code: 'not_found' },
    });
  });
});

describe('the signature', () => {
  it('is evidence in every bundle, tied to the text that was signed', async () => {
    const { house, desk } = bench();
    await toSelfie(desk);
    expectOk(await selfie(desk));
    expect(house.sealed.length).toBe(2);
    for (const { manifest } of house.sealed)
      expect(manifest.evidence?.signature).toMatchObject({ ...signature, consentHash: 'c'.repeat(64) });
  });

  it('that cannot be given sends a green case to a person', async () => {
    const { desk } = bench((house) => (house.deliver = null));
    expectOk(await desk.start(operator, { purpose: 'open_account', language: 'id' }));
    expectOk(await desk.consent(operator, { version: '1', purposes: ['identity'], signature: { method: 'unable' } }));
    expectOk(await desk.submitCard(operator, { frames: [jpeg(1)], camera: realCamera }));
    expectOk(await desk.confirmFields(operator, { fields: {} }));
    const result = expectOk(await selfie(desk)).result;
    expect(result?.outcome).toBe('review');
    expect(result?.reasons.map(({ code }) => code)).toContain('signature_missing');
  });
});
