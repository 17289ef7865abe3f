/** Ordered fallback: the first source that gives an answer is believed. "Not found" is an answer, silence is none. */
import {
  isUnavailable,
  type RegistryAnswer,
  type RegistryKind,
  type RegistryProblem,
  type RegistryQuery,
  type RegistrySource,
} from '../../contract/registry.ts';

export interface FallbackHooks {
  /** Why this source may not be asked now (quota, expiry, purpose); null = it may. */
  permit(source: RegistrySource): Promise<RegistryProblem | null>;
  /** Told of each question that was asked, in order. */
  note(source: RegistryKind, answer: RegistryAnswer, ms: number): Promise<void>;
}

/** Answers that no other source can better: the question itself is unusable. */
const final: ReadonlySet<RegistryProblem> = new Set(['query_refused']);

export async function askInOrder(
  sources: readonly RegistrySource[],
  query: RegistryQuery,
  hooks: FallbackHooks,
  nowMs: () => number,
): Promise<RegistryAnswer> {
  let last: RegistryAnswer = { unavailable: true, reason: 'no_source', source: null };
  for (const source of sources) {
    if (!source.answers(query)) continue;
    const forbidden = await hooks.permit(source);
    if (forbidden !== null) {
      last = { unavailable: true, reason: forbidden, source: source.kind };
      continue;
    }
    const began = nowMs();
    const answer = await source.lookup(query);
    await hooks.note(source.kind, answer, Math.max(0, Math.round(nowMs() - began)));
    if (!isUnavailable(answer)) return answer;
    // An empty table beside a vendor that is down: the vendor's silence is the reason.
    if (answer.reason !== 'no_source' || last.reason === 'no_source') last = answer;
    if (final.has(answer.reason)) return answer;
  }
  return last;
}
