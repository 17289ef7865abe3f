/** Screening on a review case. For reviewers only: it never reaches a counter screen, a receipt or a program. */
import type { FactMatch, ListReference, ListTopic, PartialDate, TokenMatch } from '../screening.ts';

export interface ScreeningView {
  /** Nothing about the customer may rise until the case is decided. */
  readonly frozen: boolean;
  /** Best first. Empty with lists: clear, or not screened yet. */
  readonly hits: readonly ScreeningHitView[];
  /** What is in force now. Empty: nobody can be screened. */
  readonly lists: readonly Pick<ListReference, 'listId' | 'version' | 'entries' | 'ageDays' | 'age'>[];
}

export interface ScreeningHitView {
  readonly id: string;
  readonly state: 'open' | 'confirmed' | 'cleared';
  /** 0–100. */
  readonly score: number;
  readonly listId: string;
  readonly topics: readonly ListTopic[];
  readonly matchedName: string;
  readonly names: readonly string[];
  readonly tokens: readonly TokenMatch[];
  readonly facts: readonly FactMatch[];
  readonly birthDates: readonly PartialDate[];
  readonly birthPlaces: readonly string[];
  readonly countries: readonly string[];
  readonly programme: string | null;
  readonly remarks: string | null;
}
