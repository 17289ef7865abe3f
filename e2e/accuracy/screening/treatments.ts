/** What happens to a name between a list and a counter. Each returns null where the name gives no room for it. */
import type { Draw } from './draw.ts';
import { singleName } from './names.ts';

export type Treatment = (name: string, draw: Draw) => string | null;

const wordsOf = (name: string): string[] => name.split(' ').filter((word) => word !== '');
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** One slip: a letter left out, doubled in, exchanged for another, or two exchanged in place. */
function slip(word: string, draw: Draw): string {
  const at = 1 + draw.below(word.length - 1);
  switch (draw.below(4)) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + draw.pick([...letters]) + word.slice(at);
    case 2:
      return word.slice(0, at) + draw.pick([...letters]) + word.slice(at + 1);
    default:
      return at + 1 < word.length
        ? word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2)
        : word.slice(0, -2) + word.charAt(word.length - 1) + word.charAt(word.length - 2);
  }
}

function slips(count: number): Treatment {
  return (name, draw) => {
    const words = wordsOf(name);
    const long = words.map((word, index) => ({ word, index })).filter(({ word }) => /^[A-Za-z]{5,}$/u.test(word));
    if (long.length < count || words.length < 2) return null;
    for (let done = 0; done < count; done += 1) {
      const [{ word, index }] = long.splice(draw.below(long.length), 1) as [{ word: string; index: number }];
      words[index] = slip(word, draw);
    }
    const changed = words.join(' ');
    return changed === name ? null : changed;
  };
}

function rewrite(name: string, rules: readonly (readonly [RegExp, string])[]): string | null {
  const changed = rules.reduce((text, [from, to]) => text.replace(from, to), name);
  return changed === name ? null : changed;
}

/** The orthographies of 1901 and 1947 for today's. */
const toOld: Treatment = (name, draw) => {
  const rules: (readonly [RegExp, string])[] = [
    [/(?<=[a-z])j/gu, 'dj'],
    [/\bJ/gu, 'Dj'],
    [/(?<=[a-z])c(?!h)/gu, 'tj'],
    [/\bC(?!h)/gu, 'Tj'],
    [/sy/gu, 'sj'],
    [/\bSy/gu, 'Sj'],
    [/ny/gu, 'nj'],
    [/(?<![sn])y(?=[aiueo])/gu, 'j'],
    [/\bY(?=[aiueo])/gu, 'J'],
    ...(draw.chance(0.7)
      ? ([
          [/u/gu, 'oe'],
          [/\bU/gu, 'Oe'],
        ] as const)
      : []),
  ];
  return rewrite(name, rules);
};

const spelling: Treatment = (name, draw) => {
  const choices: (readonly [RegExp, string])[] = [
    [/i\b/gu, 'y'],
    [/y\b/gu, 'ie'],
    [/f/gu, 'p'],
    [/v/gu, 'f'],
    [/kh/gu, 'h'],
    [/z/gu, 's'],
    [/ai/gu, 'ei'],
    [/q/gu, 'k'],
    [/dd/gu, 'd'],
    [/ll/gu, 'l'],
    [/d\b/gu, 't'],
    [/ah\b/gu, 'a'],
    [/th/gu, 't'],
    [/sh/gu, 'sy'],
  ];
  const fitting = choices.filter(([from]) => name.replace(from, '') !== name && wordsOf(name).length > 1);
  return fitting.length === 0 ? null : rewrite(name, [draw.pick(fitting)]);
};

const short: Readonly<Record<string, readonly string[]>> = {
  Muhammad: ['Moh', 'Muh', 'Mohd', 'M.', 'Mohammad', 'Mochamad', 'Muhamad', 'Mohamed', 'Muchammad', 'Moch.'],
  Mohammed: ['Muhammad', 'Mohamad', 'Muhammed', 'Mohd', 'Mohamed'],
  Abdul: ['Abd', 'Abd.', 'Abdoel'],
  Ahmad: ['Achmad', 'Akhmad', 'Ahmed'],
  Ahmed: ['Ahmad', 'Achmed'],
  Siti: ['St.', 'Sitti'],
  Yusuf: ['Jusuf', 'Yusup', 'Joesoef'],
  Yousef: ['Yusuf', 'Youssef', 'Josef'],
  Hussein: ['Husain', 'Husein', 'Hossein'],
  Hassan: ['Hasan'],
  Khalid: ['Khaled'],
  Omar: ['Umar'],
  Nurul: ['Noerul'],
  Khairul: ['Chairul', 'Khoirul'],
  Aleksandr: ['Alexander', 'Aleksander'],
  Dmitry: ['Dmitri', 'Dmitriy'],
  Sergey: ['Sergei', 'Sergej'],
  Aleksey: ['Alexei', 'Aleksei'],
  Yuri: ['Yury', 'Jurij'],
};

const variant: Treatment = (name, draw) => {
  const words = wordsOf(name);
  const at = words.findIndex((word) => short[word] !== undefined);
  if (at < 0 || words.length < 2) return null;
  words[at] = draw.pick(short[words[at] as string] as readonly string[]);
  return words.join(' ');
};

const order: Treatment = (name, draw) => {
  const words = wordsOf(name);
  if (words.length < 2) return null;
  if (words.length === 2 || draw.chance(0.5))
    return [words.at(-1) as string, ...words.slice(0, -1)].join(draw.chance(0.5) ? ', ' : ' ');
  return [...words.slice(1), words[0] as string].join(' ');
};

const patronymic: Treatment = (name, draw) =>
  /\b(?:bin|binti)\b/u.test(name) ? null : `${name} ${draw.pick(['bin', 'binti', 'bin', 'ibn'])} ${singleName(draw)}`;

const titlesFront = [
  'H.',
  'Hj.',
  'Dr.',
  'Drs.',
  'Ir.',
  'Prof. Dr.',
  'KH.',
  'dr.',
  'H',
  'Tn.',
  'Ny.',
  'Ust.',
  'R.',
  'Dra. Hj.',
  'Letkol',
];
const titlesBack = [
  ', S.H.',
  ', S.E., M.M.',
  ', S.Kom',
  ' SH',
  ', M.Si.',
  ', S.Pd',
  ', Ph.D',
  ', S.H., M.H.',
  ', ST',
  ', S.Ag',
  ' M.B.A.',
  ', Sp.OG',
  ', A.Md',
];
const title: Treatment = (name, draw) => {
  const at = draw.below(3);
  return `${at === 1 ? '' : `${draw.pick(titlesFront)} `}${name}${at === 0 ? '' : draw.pick(titlesBack)}`;
};

const initial: Treatment = (name, draw) => {
  const words = wordsOf(name);
  if (words.length < 3) return null;
  const at = draw.below(words.length - 1);
  if (!/^[A-Z][a-z]{2,}$/u.test(words[at] as string)) return null;
  words[at] = `${(words[at] as string).charAt(0)}${draw.chance(0.5) ? '.' : ''}`;
  return words.join(' ');
};

const missing: Treatment = (name, draw) => {
  const words = wordsOf(name);
  if (words.length < 3) return null;
  words.splice(draw.below(words.length), 1);
  return words.join(' ');
};

const joined: Treatment = (name, draw) => {
  const words = wordsOf(name);
  if (words.length < 3) return null;
  const at = draw.below(words.length - 1);
  const pair = (words[at] as string) + (words[at + 1] as string).toLowerCase();
  if (pair.length < 7 || !/^[A-Za-z]+$/u.test(pair)) return null;
  return [...words.slice(0, at), pair, ...words.slice(at + 2)].join(' ');
};

const parted: Treatment = (name, draw) => {
  const words = wordsOf(name);
  const long = words.map((word, index) => ({ word, index })).filter(({ word }) => /^[A-Za-z]{8,}$/u.test(word));
  if (long.length === 0 || words.length < 2) return null;
  const { word, index } = draw.pick(long);
  const at = 3 + draw.below(word.length - 6);
  words[index] = `${word.slice(0, at)} ${word.charAt(at).toUpperCase()}${word.slice(at + 1)}`;
  return words.join(' ');
};

const marks: Treatment = (name, draw) => {
  const choices = [
    name.toUpperCase(),
    name.replaceAll(' ', '-'),
    name.replaceAll('a', 'á'),
    name.replaceAll('i', 'ī'),
    ` ${name.replaceAll(' ', '  ')} `,
  ];
  return draw.pick(choices);
};

const cyrillic: readonly (readonly [string, string])[] = [
  ['shch', 'щ'],
  ['yu', 'ю'],
  ['ya', 'я'],
  ['yo', 'ё'],
  ['zh', 'ж'],
  ['kh', 'х'],
  ['ts', 'ц'],
  ['ch', 'ч'],
  ['sh', 'ш'],
  ['a', 'а'],
  ['b', 'б'],
  ['v', 'в'],
  ['g', 'г'],
  ['d', 'д'],
  ['e', 'е'],
  ['z', 'з'],
  ['i', 'и'],
  ['y', 'й'],
  ['k', 'к'],
  ['l', 'л'],
  ['m', 'м'],
  ['n', 'н'],
  ['o', 'о'],
  ['p', 'п'],
  ['r', 'р'],
  ['s', 'с'],
  ['t', 'т'],
  ['u', 'у'],
  ['f', 'ф'],
  ['h', 'х'],
  ['w', 'в'],
  ['j', 'дж'],
];
export const inCyrillic: Treatment = (name) => {
  if (wordsOf(name).length < 2) return null;
  let rest = name.toLowerCase();
  let out = '';
  while (rest !== '') {
    const found = cyrillic.find(([latin]) => rest.startsWith(latin));
    out += found === undefined ? rest.charAt(0) : found[1];
    rest = rest.slice(found === undefined ? 1 : found[0].length);
  }
  return out;
};

export interface NamedTreatment {
  readonly name: string;
  readonly apply: Treatment;
  /** Only for people of these countries. */
  readonly of?: readonly string[];
  readonly companies?: boolean;
}

const companyForm: Treatment = (name) => {
  const core = name.replace(/^(?:PT|CV) /u, '').replace(/ (?:Tbk|Ltd|LLC|Inc|GmbH|Co|FZE|Corp|JSC)$/u, '');
  return name.startsWith('PT ') ? `${core}, PT.` : `${core} Limited`;
};

export const treatments: readonly NamedTreatment[] = [
  { name: 'none', apply: (name) => name, companies: true },
  { name: 'marks and case', apply: marks, companies: true },
  { name: 'one slip', apply: slips(1), companies: true },
  { name: 'two slips', apply: slips(2) },
  { name: 'old spelling', apply: toOld, of: ['id'] },
  { name: 'other spelling', apply: spelling, of: ['id', 'ar'] },
  { name: 'variant', apply: variant },
  { name: 'order', apply: order },
  { name: 'patronymic', apply: patronymic, of: ['id', 'ar'] },
  { name: 'title', apply: title, of: ['id'] },
  { name: 'initial', apply: initial },
  { name: 'missing part', apply: missing },
  { name: 'joined', apply: joined },
  { name: 'parted', apply: parted },
  { name: 'cyrillic', apply: inCyrillic, of: ['ru'] },
  { name: 'legal form', apply: companyForm, companies: true },
];
