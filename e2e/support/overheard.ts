/** What the desk told the page over its socket: the numbers behind a verdict, and the receipt's own bytes. */
import { decode } from '@msgpack/msgpack';
import type { Page } from '@playwright/test';
import type { OnboardingResult } from '../../src/contract/desk/answers.ts';
import type { Voter } from '../../src/contract/verdicts.ts';

export interface Overheard {
  /** Every gate and voter of the last result with its number and limit: the message of a failing expectation. */
  verdict(): string;
  /** The last receipt that was answered; empty when none was. */
  receipt(): Uint8Array;
}

interface Answer {
  readonly result?: {
    readonly value?: { readonly result?: OnboardingResult | null; readonly pdf?: Uint8Array } | null;
  };
}

/** Listens from now on. */
export function overhear(page: Page): Overheard {
  let last: OnboardingResult | null = null;
  let pdf = new Uint8Array();
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const answer = (decode(payload) as Answer).result?.value;
      last = answer?.result ?? last;
      pdf = new Uint8Array(answer?.pdf ?? pdf);
    });
  });
  return {
    verdict: () => (last === null ? 'no result was answered' : inWords(last)),
    receipt: () => pdf,
  };
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
