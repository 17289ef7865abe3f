/** Name screening: what is asked, what is answered, and what the lists say of an entry. */

export const subjectTypes = ['person', 'entity'] as const;
export type SubjectType = (typeof subjectTypes)[number];

/** Why an entry is on a list. `pep`: holds office; `relation`: director, shareholder or relative of such a one. */
export const listTopics = ['sanction', 'terrorism', 'proliferation', 'pep', 'relation', 'blocklist', 'other'] as const;
export type ListTopic = (typeof listTopics)[number];

export const listFormats = [
  'opensanctions-simple',
  'ftm',
  'ofac-csv',
  'ofac-xml',
  'un',
  'eu',
  'dttot',
  'dppspm',
  'loket-csv',
] as const;
export type ListFormat = (typeof listFormats)[number];

/** A date of which parts may be unknown (lists often know the year only). */
export interface PartialDate {
  readonly year: number;
  /** 1–12. */
  readonly month?: number;
  /** 1–31. */
  readonly day?: number;
}

/** What the other is to the entry, where the list says so: `holding` is a company the entry owns or leads. */
export type RelationKind = 'director' | 'shareholder' | 'holding' | 'other';

/** Somebody an entry is tied to: a director or shareholder of a company, a relative or associate of a person. */
export interface ListRelation {
  /** The list's own word: `Directorship`, `Ownership`, `Family`… */
  readonly role: string;
  readonly name: string;
  /** The publisher's id of the other's own entry. */
  readonly entryId?: string;
  readonly topics: readonly ListTopic[];
  /** Left out in lists taken in before it was kept: then the role's words tell. */
  readonly kind?: RelationKind;
  readonly type?: SubjectType;
}

/** One person or company on a list. */
export interface ListEntry {
  /** UUID, made from the list and the publisher's own id: stays the same from one pack to the next. */
  readonly id: string;
  readonly listId: string;
  /** The publisher's id. */
  readonly sourceId: string;
  readonly type: SubjectType;
  /** Main name first, then aliases. */
  readonly names: readonly string[];
  readonly topics: readonly ListTopic[];
  readonly birthDates: readonly PartialDate[];
  readonly birthPlaces: readonly string[];
  /** ISO 3166-1 alpha-2, lower case: citizenship of a person, registration of a company. */
  readonly countries: readonly string[];
  readonly idNumbers: readonly string[];
  readonly addresses: readonly string[];
  readonly programme?: string;
  readonly remarks?: string;
  readonly relations: readonly ListRelation[];
}

/** Which pack an answer rests on. */
export interface ListReference {
  readonly listId: string;
  readonly title: string;
  readonly version: string;
  /** SHA-256 of the pack's content, hex. */
  readonly hash: string;
  /** When the publisher issued it, ISO 8601 date or instant. */
  readonly publishedAt: string;
  readonly entries: number;
  readonly ageDays: number;
  readonly age: 'green' | 'amber' | 'red';
}

export interface ScreeningQuery {
  readonly name: string;
  readonly type: SubjectType;
  /** ISO date, or `YYYY-MM`, or `YYYY`: date of birth, for an entity of registration. */
  readonly dob?: string;
  /** ISO 3166-1 alpha-2. */
  readonly nationality?: string;
  /** Place of birth. */
  readonly place?: string;
  readonly idNumber?: string;
  /** At most this many hits, best first. Default 20. */
  readonly limit?: number;
  /** 0–100. Default 85. */
  readonly threshold?: number;
}

/** How one token of the asked name met the entry's name. */
export interface TokenMatch {
  /** As asked, normalised. Null: a token of the entry nobody asked for. */
  readonly asked: string | null;
  /** As listed, normalised. Null: an asked token the entry has not. */
  readonly listed: string | null;
  readonly how: 'equal' | 'spelling' | 'variant' | 'initial' | 'joined' | 'typo' | 'missing' | 'extra';
  /** 0–1. */
  readonly similarity: number;
  /** Share of the name's weight this token carries, 0–1: rare tokens carry more. */
  readonly weight: number;
}

/** What a fact other than the name did to the score. */
export interface FactMatch {
  readonly fact: 'birth_date' | 'birth_place' | 'nationality' | 'id_number';
  readonly effect: 'supports' | 'contradicts' | 'unknown';
  /** Points added to (or taken from) the score of the name. */
  readonly points: number;
}

/** An entry that a director's or shareholder's name fits. */
export interface RelatedMatch {
  readonly entryId: string;
  readonly listId: string;
  readonly matchedName: string;
  /** 0–100, whole. */
  readonly score: number;
  readonly topics: readonly ListTopic[];
  /** The very entry the list ties to the company; else likeness of names alone, judged by birth where known. */
  readonly own: boolean;
}

/** A director or shareholder the list names for a company. */
export interface RelatedParty {
  readonly name: string;
  /** The list's own word. */
  readonly role: string;
  readonly kind: 'director' | 'shareholder';
  /** The list that ties the two. */
  readonly listId: string;
  readonly topics: readonly ListTopic[];
  /** Own entry first, then by score, at or above the threshold. */
  readonly matches: readonly RelatedMatch[];
  /** False: beyond the number of names looked up for one answer; `matches` says nothing then. */
  readonly searched: boolean;
  /** By the list's word on the tie, or by one of `matches`. */
  readonly pep: boolean;
}

export interface ScreeningHit {
  readonly entry: ListEntry;
  /** 0–100, whole. */
  readonly score: number;
  /** Score of the name alone, 0–100. */
  readonly nameScore: number;
  /** The name of the entry that fits best. */
  readonly matchedName: string;
  readonly tokens: readonly TokenMatch[];
  readonly facts: readonly FactMatch[];
  /** Of a company only: those the list names, none where it names none. */
  readonly related?: readonly RelatedParty[];
  /** Of a company only: one of `related` is politically exposed. */
  readonly relatedPep?: boolean;
}

/** `hits` are at or above the threshold, best first; an empty list with `lists` is a clear answer. */
export interface ScreeningAnswer {
  readonly hits: readonly ScreeningHit[];
  readonly threshold: number;
  /** The packs the answer rests on: never empty. */
  readonly lists: readonly ListReference[];
  readonly tookMs: number;
}
