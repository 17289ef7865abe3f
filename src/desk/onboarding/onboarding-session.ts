/** The draft in hand: loading, saving, one call at a time per operator, and the card evaluation that goes with it. */
import type { OnboardingView } from '../../contract/desk/answers.ts';
import { fail, ok, type Result } from '../../contract/result.ts';
import type { FlashSequence } from '../../contract/facts.ts';
import type { MachineStep } from '../../core/onboarding/machine.ts';
import type { Draft } from './draft.ts';
import type { Operator } from './onboarding-desk.ts';
import type { CardEvaluation, OnboardingPorts } from './ports.ts';
import { toNikView, toView } from './view.ts';

export interface OnboardingSession {
  load(operator: Operator): Promise<Draft | null>;
  save(draft: Draft): Promise<void>;
  wipe(draft: Draft): Promise<void>;
  view(draft: Draft): Promise<OnboardingView>;
  /** The view as a result, told to the operator's other windows too. */
  answer(draft: Draft): Promise<Result<OnboardingView>>;
  /** Judges the draft's card as it now stands (corrections included); null when there is none. */
  evaluation(draft: Draft): Promise<CardEvaluation | null>;
  forgetEvaluation(draftId: string): void;
  forget(operatorId: string): void;
  forEachOpen(work: (draft: Draft) => Promise<void>): Promise<void>;
  exclusive<T>(operator: Operator, work: () => Promise<T>): Promise<T>;
  withDraft<T>(operator: Operator, work: (draft: Draft) => Promise<Result<T>>): Promise<Result<T>>;
  withStep<T>(
    operator: Operator,
    steps: readonly MachineStep[],
    work: (draft: Draft) => Promise<Result<T>>,
  ): Promise<Result<T>>;
}

export function createSession(ports: OnboardingPorts): OnboardingSession {
  const open = new Map<string, Draft>();
  const evaluations = new Map<string, { readonly key: string; readonly evaluation: CardEvaluation }>();
  const queues = new Map<string, Promise<unknown>>();

  const load = async (operator: Operator): Promise<Draft | null> => {
    const held = open.get(operator.id);
    if (held !== undefined && held.orgId === operator.orgId) return held;
    const stored = await ports.drafts.load(operator.orgId, operator.id);
    if (stored === null) return null;
    // Who left it to a colleague and is back before one came has it again.
    const { offeredAt, ...draft } = stored;
    if (offeredAt !== undefined) await ports.drafts.save(draft);
    open.set(operator.id, draft);
    return draft;
  };
  const evaluation = async (draft: Draft): Promise<CardEvaluation | null> => {
    if (draft.card === null) return null;
    const key = evaluationKey(draft);
    const held = evaluations.get(draft.id);
    if (held?.key === key) return held.evaluation;
    const fresh = await evaluate(ports, draft);
    if (fresh !== null) evaluations.set(draft.id, { key, evaluation: fresh });
    return fresh;
  };
  const view = async (draft: Draft): Promise<OnboardingView> => {
    const evaluated = await evaluation(draft);
    return toView(draft, ports.consent, evaluated, nikView(ports, draft, evaluated));
  };
  const exclusive = <T>(operator: Operator, work: () => Promise<T>): Promise<T> => {
    const before = queues.get(operator.id) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.then(noop, noop);
    queues.set(operator.id, settled);
    void settled.then(() => {
      if (queues.get(operator.id) === settled) queues.delete(operator.id);
    });
    return mine;
  };
  const withDraft = <T>(operator: Operator, work: (draft: Draft) => Promise<Result<T>>): Promise<Result<T>> =>
    exclusive(operator, async () => {
      const draft = await load(operator);
      return draft === null ? fail('bad_request', 'No onboarding is open. Start one first.') : work(draft);
    });

  return {
    load,
    async save(draft) {
      await ports.drafts.save(draft);
      open.set(draft.operatorId, draft);
    },
    async wipe(draft) {
      await ports.drafts.wipe(draft);
      open.delete(draft.operatorId);
      evaluations.delete(draft.id);
      ports.changed(null, draft.operatorId);
    },
    view,
    async answer(draft) {
      const shown = await view(draft);
      ports.changed(shown, draft.operatorId);
      return ok(shown);
    },
    evaluation,
    forgetEvaluation: (draftId) => void evaluations.delete(draftId),
    forget(operatorId) {
      const draft = open.get(operatorId);
      if (draft !== undefined) evaluations.delete(draft.id);
      open.delete(operatorId);
    },
    async forEachOpen(work) {
      for (const held of [...open.values()]) {
        const operator = { id: held.operatorId, orgId: held.orgId };
        await exclusive(operator, async () => {
          const draft = open.get(operator.id);
          if (draft !== undefined) await work(draft);
        });
      }
    },
    exclusive,
    withDraft,
    withStep: (operator, steps, work) =>
      withDraft(operator, (draft) =>
        steps.includes(draft.machine.step)
          ? work(draft)
          : Promise.resolve(fail('bad_request', 'This step is not due.', { step: draft.machine.step })),
      ),
  };
}

function noop(): void {}

function evaluationKey(draft: Draft): string {
  return JSON.stringify([draft.card?.capturedAt, draft.machine.typedByHand, draft.confirmed]);
}

async function evaluate(ports: OnboardingPorts, draft: Draft): Promise<CardEvaluation | null> {
  const { card } = draft;
  if (card === null) return null;
  return ports.evaluateCard({
    frames: card.frames,
    ...(card.frameTimesMs === null ? {} : { frameTimesMs: card.frameTimesMs }),
    ...flashOf(draft, card.nonce),
    confirmed: draft.confirmed?.fields ?? null,
    corrections: draft.confirmed?.corrections ?? [],
    typedByHand: draft.machine.typedByHand,
    simulated: card.simulated,
    settings: await ports.settings(draft.orgId),
  });
}

export function flashOf(draft: Draft, nonce: string | null): { flash?: FlashSequence } {
  const challenge = draft.challenges.find((issued) => issued.challenge.nonce === nonce)?.challenge;
  return challenge === undefined
    ? {}
    : { flash: { nonce: challenge.nonce, colors: challenge.colors, holdMs: challenge.holdMs } };
}

function nikView(
  ports: OnboardingPorts,
  draft: Draft,
  evaluation: CardEvaluation | null,
): ReturnType<typeof toNikView> | null {
  const nik = draft.confirmed?.fields.nik ?? evaluation?.fields.nik.value ?? null;
  if (nik === null) return null;
  const decode = ports.decodeNik(nik);
  const fields =
    draft.confirmed?.fields ??
    Object.fromEntries(
      Object.entries(evaluation?.fields ?? {}).flatMap(([name, read]) =>
        read.value === null ? [] : [[name, read.value]],
      ),
    );
  return toNikView(decode, ports.compareNik(decode, fields));
}
