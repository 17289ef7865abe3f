import { describe, expect, it } from 'vitest';
import { reasonCodes } from '../../contract/reasons.ts';
import { ktpFieldNames, kycTiers, roles, verificationMethods } from '../../contract/vocabulary.ts';
import { cardVoterNames, faceFindingNames, faceVoterNames, tamperVoterNames } from '../../contract/verdicts.ts';
import { errorCatalogue } from '../../contract/errors.ts';
import { en } from './en.ts';
import { id } from './id.ts';

const placeholders = (message: string) => [...message.matchAll(/\{(\w+)/g)].map((match) => match[1]).sort();

describe('catalogues', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(id).sort());
  });

  it('leave no message empty', () => {
    for (const [key, message] of [...Object.entries(id), ...Object.entries(en)]) {
      expect(message.trim(), key).not.toBe('');
    }
  });

  it('name the same placeholders in both languages', () => {
    for (const key of Object.keys(id) as (keyof typeof id)[]) {
      // Plural branches may hold words in braces; only the argument names count.
      const names = (message: string) =>
        new Set(
          placeholders(message).filter((name) =>
            /^(count|limit|name|tier|version|number|seconds|threshold|time|operator|date|size|ready|all)$/.test(
              name ?? '',
            ),
          ),
        );
      expect(names(en[key]), key).toEqual(names(id[key]));
    }
  });

  it('have a word for every value of the closed vocabularies', () => {
    const expected = [
      ...ktpFieldNames.map((name) => `field.${name}`),
      ...kycTiers.map((tier) => `tier.${tier}`),
      ...roles.map((role) => `role.${role}`),
      ...verificationMethods.map((method) => `method.${method}`),
      ...[...cardVoterNames, ...tamperVoterNames, ...faceVoterNames].map((voter) => `voter.${voter}`),
      ...faceFindingNames.map((name) => `finding.${name}`),
    ];
    expect(expected.filter((key) => !Object.hasOwn(id, key))).toEqual([]);
  });

  it('explain only failures that the desk knows, that its disk makes, or the page itself', () => {
    const disk = ['disk_full', 'read_only', 'corrupted', 'busy', 'unavailable'].map((kind) => `store_${kind}`);
    const ours = new Set(['connection_lost', 'busy', 'other', ...disk]);
    const codes = Object.keys(id)
      .filter((key) => key.startsWith('failure.'))
      .map((key) => key.slice('failure.'.length));
    expect(codes.filter((code) => !ours.has(code) && !Object.hasOwn(errorCatalogue, code))).toEqual([]);
  });

  it('never show a code as a sentence', () => {
    const codes = new Set<string>([...reasonCodes, ...Object.keys(errorCatalogue)]);
    for (const message of [...Object.values(id), ...Object.values(en)]) expect(codes.has(message)).toBe(false);
  });
});
