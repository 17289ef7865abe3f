/** Which settings a screen offers one by one, and the range of each as the schema has it, so that they cannot drift apart. Pure. */
import { OrgSettingsSchema } from '../../contract/settings.ts';

export const settingGroups = [
  'match',
  'liveness',
  'review',
  'screening',
  'retention',
  'capabilities',
  'network',
] as const;
export type SettingGroup = (typeof settingGroups)[number];

/** `share`: 0–1 with two decimals. `lines`: a list of texts. `time`: minutes after midnight, written `08:00`. */
export type SettingKind = 'share' | 'count' | 'switch' | 'lines' | 'time';

export interface SettingField {
  /** Dotted. */
  readonly path: string;
  readonly group: SettingGroup;
  readonly kind: SettingKind;
  readonly minimum: number | null;
  readonly maximum: number | null;
}

const offered: readonly (readonly [SettingGroup, readonly string[]])[] = [
  [
    'match',
    [
      'thresholds.matchLow',
      'thresholds.matchMedium',
      'thresholds.matchHigh',
      'thresholds.matchReview',
      'thresholds.promoteSimilarity',
      'thresholds.highRiskFreshnessMinutes',
      'duplicates.enabled',
      'duplicates.falseHits',
      'duplicates.threshold',
    ],
  ],
  ['liveness', ['thresholds.passiveLiveness', 'liveness.votersRequired', 'liveness.votersRequiredWeb']],
  ['review', ['review.slaMinutes', 'review.openingHours.opens', 'review.openingHours.closes']],
  [
    'screening',
    ['screening.required', 'screening.threshold', 'screening.amberDays', 'screening.redDays', 'screening.lists'],
  ],
  [
    'retention',
    [
      'retention.onboardingFramesDays',
      'retention.stepUpFramesDays',
      'retention.recordsDays',
      'retention.refusedDays',
      'legalHold.enabled',
      'legalHold.years',
    ],
  ],
  ['capabilities', ['capabilities.dukcapilEnabled']],
  ['network', ['webhookAllowList']],
];

interface Schema {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
}

function schemaAt(path: string): Schema {
  let schema: Schema = OrgSettingsSchema as unknown as Schema;
  for (const name of path.split('.')) {
    const inner = schema.properties?.[name];
    if (inner === undefined) throw new Error(`there is no setting ${path}`);
    schema = inner;
  }
  return schema;
}

const kinds: Readonly<Record<string, SettingKind>> = {
  number: 'share',
  integer: 'count',
  boolean: 'switch',
  array: 'lines',
};

export const settingFields: readonly SettingField[] = offered.flatMap(([group, paths]) =>
  paths.map((path) => {
    const schema = schemaAt(path);
    const kind = path.startsWith('review.openingHours.') ? 'time' : kinds[schema.type ?? ''];
    if (kind === undefined) throw new Error(`${path} cannot be shown`);
    return { path, group, kind, minimum: schema.minimum ?? null, maximum: schema.maximum ?? null };
  }),
);

/** The value at a dotted name; undefined where none is set. */
export function settingAt(settings: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
      settings,
    );
}

/** What was typed, as the setting wants it; undefined when it is no such value or out of its range. */
export function readSetting(field: SettingField, text: string): unknown {
  if (field.kind === 'lines')
    return text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  if (field.kind === 'switch') return text === 'true';
  if (field.kind === 'time') return readTime(field, text);
  const plain = text.trim().replace(',', '.');
  const value = Number(plain);
  const whole = field.kind === 'share' || Number.isInteger(value);
  const fits = value >= (field.minimum ?? -Infinity) && value <= (field.maximum ?? Infinity);
  return plain !== '' && Number.isFinite(value) && whole && fits ? value : undefined;
}

/** Minutes after midnight as a clock shows them. */
export function clockTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function readTime({ minimum, maximum }: SettingField, text: string): number | undefined {
  const [, hours, minutes] = /^(\d{1,2})[:.](\d{2})$/.exec(text.trim()) ?? [];
  if (hours === undefined || Number(minutes) > 59) return undefined;
  const value = Number(hours) * 60 + Number(minutes);
  return value >= (minimum ?? 0) && value <= (maximum ?? 1440) ? value : undefined;
}

/** The patch that sets one dotted name. */
export function settingPatch(path: string, value: unknown): Record<string, unknown> {
  const [head = '', ...rest] = path.split('.');
  return { [head]: rest.length === 0 ? value : settingPatch(rest.join('.'), value) };
}
