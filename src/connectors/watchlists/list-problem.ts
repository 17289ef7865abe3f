/** Why a list file was refused. Thrown by readers, turned into a value where the file is imported. */

export type ListProblemCode =
  | 'list_not_found'
  | 'list_wrong_format'
  | 'list_wrong_encoding'
  | 'list_truncated'
  | 'list_malformed'
  | 'list_too_large'
  | 'list_empty';

export class ListProblem extends Error {
  readonly code: ListProblemCode;
  /** Line of the file, counted from 1; null when the file as a whole is meant. */
  readonly line: number | null;

  /** `message` is one sentence without content of the list. */
  constructor(code: ListProblemCode, message: string, line: number | null = null) {
    super(message);
    this.code = code;
    this.line = line;
  }
}
