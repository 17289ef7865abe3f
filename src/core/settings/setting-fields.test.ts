import { expect, it } from 'vitest';
import { defaultOrgSettings, OrgSettingsSchema } from '../../contract/settings.ts';
import { readSetting, settingAt, settingFields, settingPatch } from './setting-fields.ts';

const field = (path: string) => settingFields.find((one) => one.path === path) ?? expect.fail(path);

/** Not one value each: kept for the API, and said so on the screen. */
const elsewhere = [
  'environment',
  'dataResidency',
  'rateLimits',
  'thresholds.matchBySource',
  'duplicates.tail',
  'review.openingHours.days',
  'review.openingHours.utcOffsetMinutes',
];

it('every setting of the schema is offered, or named as kept elsewhere', () => {
  const leavesOf = (name: string, schema: object): string[] => {
    const inner = (schema as { properties?: Record<string, object> }).properties;
    // Thresholds by source and a measured tail are tables, not settings of their own.
    if (inner === undefined || elsewhere.includes(name)) return [name];
    return Object.entries(inner).flatMap(([member, below]) => leavesOf(`${name}.${member}`, below));
  };
  const leaves = Object.entries(OrgSettingsSchema.properties).flatMap(([name, schema]) => leavesOf(name, schema));
  expect(leaves.filter((path) => !elsewhere.includes(path)).sort()).toEqual(
    settingFields.map(({ path }) => path).sort(),
  );
});

it('a range is the schema’s', () => {
  expect(field('liveness.votersRequired')).toMatchObject({ kind: 'count', minimum: 1, maximum: 6 });
  expect(field('thresholds.matchLow')).toMatchObject({ kind: 'share', minimum: 0, maximum: 1 });
  expect(field('retention.recordsDays')).toMatchObject({ minimum: 1, maximum: null });
});

it.each([
  ['thresholds.matchLow', '0,45', 0.45],
  ['thresholds.matchLow', '1.2', undefined],
  ['thresholds.matchLow', '', undefined],
  ['liveness.votersRequired', '4', 4],
  ['liveness.votersRequired', '4.5', undefined],
  ['liveness.votersRequired', '7', undefined],
  ['liveness.votersRequired', 'four', undefined],
  ['review.openingHours.opens', '08:30', 510],
  ['review.openingHours.opens', '8.05', 485],
  ['review.openingHours.opens', '8', undefined],
  ['review.openingHours.opens', '08:60', undefined],
  ['review.openingHours.closes', '24:00', 1440],
  ['review.openingHours.closes', '24:01', undefined],
  ['legalHold.enabled', 'true', true],
  ['webhookAllowList', ' a.internal \n\n b.internal', ['a.internal', 'b.internal']],
])('%s: %j is %j', (path, text, value) => {
  expect(readSetting(field(path), text)).toEqual(value);
});

it('reads and patches by dotted name', () => {
  expect(settingAt(defaultOrgSettings, 'review.slaMinutes')).toBe(30);
  expect(settingAt(defaultOrgSettings, 'duplicates.enabled')).toBeUndefined();
  expect(settingPatch('review.slaMinutes', 45)).toEqual({ review: { slaMinutes: 45 } });
  expect(settingPatch('webhookAllowList', [])).toEqual({ webhookAllowList: [] });
});
