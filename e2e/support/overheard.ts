/** What the desk told the page, for the message of a test that did not end as expected: the numbers behind a verdict. */
import { decode } from '@msgpack/msgpack';
import type { Page } from '@playwright/test';
import type { OnboardingResult } from '../../src/contract/desk/answers.ts';
import type { Voter } from '../../src/contract/verdicts.ts';

/** Listens from now on; the answer says every gate and voter of the last result, each with its number and limit. */
export function overhearVerdict(page: Page): () => string {
  let last: OnboardingResult | null = null;
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const result = resultIn(payload);
      if (result !== null) last = result;
    });
  });
  return () => (last === null ? 'no result was answered' : inWords(last));
}

function resultIn(payload: string | Buffer): OnboardingResult | null {
  if (typeof payload === 'string') return null;
  const { result } = decode(payload) as { result?: { value?: { result?: OnboardingResult | null } | null } };
  return result?.value?.result ?? null;
}

function inWords({ outcome, tier, ktp, liveness, match }: OnboardingResult): string {
  const voters = (list: readonly Voter[] | undefined) =>
    (list ?? []).map(
      ({ name, passed, value, threshold, weight, reason }) =>
        `    ${name} ${passed} ${value?.toFixed(3) ?? '-'} (${threshold ?? '-'}, weight ${weight}) ${reason ?? ''}`,
    );
  return [
    `outcome ${outcome}, tier ${tier}`,
    `  ktp ${ktp?.verdict}`,
    ...voters(ktp?.antiSpoof.voters),
    ...voters(ktp?.tamper.voters),
    `  liveness ${liveness?.fused}`,
    ...voters(liveness?.voters),
    `  match ${match?.verdict} ${match?.similarity} (${match?.threshold})`,
  ].join('\n');
}
