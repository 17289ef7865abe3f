import { describe, expect, it } from 'vitest';
import { Pairing } from './pairing.ts';

function pairingAt(start = 0) {
  let now = start;
  let counter = 0;
  const pairing = new Pairing({ now: () => now, randomToken: () => `token-${(counter += 1)}-${'x'.repeat(16)}` });
  return { pairing, advance: (ms: number) => (now += ms) };
}

describe('pairing', () => {
  it('exchanges a token once for a cookie that is recognised', () => {
    const { pairing } = pairingAt();
    const token = pairing.issue();
    const cookie = pairing.redeem(token);
    expect(cookie).not.toBeNull();
    expect(pairing.recognise(cookie ?? '')).toMatch(/^[0-9a-f]{64}$/);
    expect(pairing.redeem(token)).toBeNull();
  });

  it('gives every reload of the same browser the same session', () => {
    const { pairing } = pairingAt();
    const cookie = pairing.redeem(pairing.issue()) ?? '';
    expect(pairing.recognise(cookie)).toBe(pairing.recognise(cookie));
  });

  it('refuses guesses, the token as a cookie, and late comers', () => {
    const { pairing, advance } = pairingAt();
    const token = pairing.issue();
    expect(pairing.redeem('guess-guess-guess')).toBeNull();
    expect(pairing.recognise(token)).toBeNull();
    expect(pairing.recognise(undefined)).toBeNull();
    advance(10 * 60_000 + 1);
    expect(pairing.redeem(token)).toBeNull();
  });

  it('opens the session a link was made for, and another one for each station', () => {
    const { pairing } = pairingAt();
    const customer = pairing.redeem(pairing.issue('customer:station-1')) ?? '';
    const station = pairing.redeem(pairing.issue()) ?? '';
    expect(pairing.recognise(customer)).toBe('customer:station-1');
    expect(pairing.recognise(station)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps few links alive', () => {
    const { pairing } = pairingAt();
    const first = pairing.issue();
    for (let i = 0; i < 8; i += 1) pairing.issue();
    expect(pairing.redeem(first)).toBeNull();
  });
});
