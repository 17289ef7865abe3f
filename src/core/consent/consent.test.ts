import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkConsent, consentHash, loadConsentText, type ConsentItem } from './consent.ts';

const json = JSON.parse(readFileSync(new URL('../../../resources/consent/consent.json', import.meta.url), 'utf8')) as {
  version: string;
  text: ConsentItem[];
};
const consent = loadConsentText(json);

describe('the shipped consent text', () => {
  it('keeps purposes apart: two required consents, one notice, one free choice', () => {
    expect(consent.text.map(({ purpose, kind, required }) => [purpose, kind, required])).toEqual([
      ['identity_verification', 'consent', true],
      ['biometric_processing', 'consent', true],
      ['evidence_retention', 'notice', true],
      ['service_improvement', 'consent', false],
    ]);
  });

  it('fits the bundle: version within 32 characters, purposes within 40', () => {
    expect(consent.version.length).toBeLessThanOrEqual(32);
    for (const { purpose } of consent.text) expect(purpose.length).toBeLessThanOrEqual(40);
  });
});

describe('consentHash', () => {
  it('is SHA-256 over the canonical JSON', () => {
    const item: ConsentItem = { purpose: 'abc', kind: 'consent', required: true, id: 'Ya', en: 'Yes' };
    const bytes = '{"text":[{"en":"Yes","id":"Ya","kind":"consent","purpose":"abc","required":true}],"version":"1"}';
    expect(consentHash('1', [item])).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('changes with every word, purpose, flag and the version', () => {
    const [first, ...rest] = consent.text as [ConsentItem, ...ConsentItem[]];
    const variants = [
      { ...first, id: `${first.id} ` },
      { ...first, en: first.en.toLowerCase() },
      { ...first, purpose: 'identity' },
      { ...first, kind: 'notice' as const },
      { ...first, required: false },
    ].map((item) => consentHash(consent.version, [item, ...rest]));
    const all = [consent.hash, consentHash('other', consent.text), consentHash(consent.version, rest), ...variants];
    expect(new Set(all).size).toBe(all.length);
  });

  it('does not depend on the order of members in the file', () => {
    const shuffled = consent.text.map(({ purpose, kind, required, id, en }) => ({ en, id, required, kind, purpose }));
    expect(consentHash(consent.version, shuffled)).toBe(consent.hash);
  });
});

describe('checkConsent', () => {
  const required = ['identity_verification', 'biometric_processing', 'evidence_retention'];

  it('takes the required ones, in any order and number', () => {
    expect(checkConsent(consent.text, [...required, ...required].reverse())).toEqual({
      complete: true,
      missing: [],
      unknown: [],
      purposes: required,
    });
  });

  it('names what is missing and what nobody offered', () => {
    expect(checkConsent(consent.text, ['identity_verification', 'marketing'])).toEqual({
      complete: false,
      missing: ['biometric_processing', 'evidence_retention'],
      unknown: ['marketing'],
      purposes: ['identity_verification'],
    });
  });

  it('is complete exactly when all required and only offered purposes are ticked', () => {
    const purpose = fc.constantFrom(...consent.text.map((item) => item.purpose), 'marketing');
    fc.assert(
      fc.property(fc.array(purpose), (ticked) => {
        const complete = required.every((name) => ticked.includes(name)) && !ticked.includes('marketing');
        expect(checkConsent(consent.text, ticked).complete).toBe(complete);
      }),
    );
  });
});

describe('loadConsentText', () => {
  const [item] = json.text as [ConsentItem];
  it.each([
    ['nothing', null],
    ['no version', { text: json.text }],
    ['no text', { version: '1' }],
    ['a purpose twice', { version: '1', text: [item, item] }],
    ['nothing required', { version: '1', text: [{ ...item, required: false }] }],
    ['an empty translation', { version: '1', text: [{ ...item, en: ' ' }] }],
    ['a purpose with spaces', { version: '1', text: [{ ...item, purpose: 'a b c' }] }],
    ['an unknown kind', { version: '1', text: [{ ...item, kind: 'wish' }] }],
    ['no item', { version: '1', text: [null] }],
  ])('refuses %s', (_, broken) => {
    expect(() => loadConsentText(broken)).toThrow(/consent\.json/);
  });
});
