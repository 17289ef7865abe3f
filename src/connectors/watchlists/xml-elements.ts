/**
 * XML streamed element by element. No entities but the five of the standard, no document type, a limit on depth, text and
 * number of elements below one entry: a hostile file costs nothing but its own length.
 */
import { SaxesParser } from 'saxes';
import { asProblem, decoded } from './csv-rows.ts';
import { ListProblem } from './list-problem.ts';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
  readonly line: number;
}

const most = { depth: 32, elements: 20_000, text: 1024 * 1024 } as const;

export interface ElementQuery {
  /** The root must be called so (without prefix). */
  readonly root: string;
  /** Elements to hand out whole. */
  readonly wanted: ReadonlySet<string>;
}

/** Yields wanted elements, and the root itself (without children) first. Throws `ListProblem`. */
export async function* xmlElements(path: string, query: ElementQuery): AsyncGenerator<Element> {
  const reader = new Reader(query);
  const input = decoded(path, 'utf-8');
  try {
    for await (const piece of input as AsyncIterable<string>) {
      reader.write(piece);
      yield* reader.take();
    }
  } catch (error) {
    throw asProblem(error);
  } finally {
    input.destroy();
  }
  reader.close();
  yield* reader.take();
}

class Reader {
  readonly #parser = new SaxesParser();
  readonly #query: ElementQuery;
  readonly #open: Element[] = [];
  #ready: Element[] = [];
  #count = 0;
  #depth = 0;
  #rootSeen = false;
  #rootClosed = false;

  constructor(query: ElementQuery) {
    this.#query = query;
    const parser = this.#parser;
    parser.on('doctype', () => {
      throw new ListProblem('list_wrong_format', 'a document type is not accepted', parser.line);
    });
    parser.on('error', () => {
      throw new ListProblem(this.#ended ? 'list_truncated' : 'list_malformed', this.#complaint, parser.line);
    });
    parser.on('opentag', (tag) => this.#opened(local(tag.name), tag.attributes as Record<string, string>));
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('closetag', (tag) => this.#closed(local(tag.name)));
  }

  #ended = false;
  get #complaint(): string {
    return this.#ended ? 'the file ends in the middle of an element' : 'the file is not well-formed XML';
  }

  write(piece: string): void {
    this.#parser.write(piece);
  }

  close(): void {
    this.#ended = true;
    if (!this.#rootSeen) throw new ListProblem('list_empty', 'the file is empty');
    if (!this.#rootClosed) throw new ListProblem('list_truncated', this.#complaint, this.#parser.line);
    this.#parser.close();
  }

  take(): readonly Element[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #opened(name: string, attributes: Record<string, string>): void {
    this.#depth += 1;
    if (this.#depth > most.depth)
      throw new ListProblem('list_too_large', 'elements are nested too deeply', this.#parser.line);
    const element: Element = { name, attributes, children: [], text: '', line: this.#parser.line };
    if (!this.#rootSeen) {
      if (name !== this.#query.root)
        throw new ListProblem('list_wrong_format', `the root element is not ${this.#query.root}`, this.#parser.line);
      this.#rootSeen = true;
      this.#ready.push(element);
      return;
    }
    const parent = this.#open.at(-1);
    if (parent === undefined && !this.#query.wanted.has(name)) return;
    this.#count = parent === undefined ? 1 : this.#count + 1;
    if (this.#count > most.elements)
      throw new ListProblem('list_too_large', 'an entry has too many elements', this.#parser.line);
    parent?.children.push(element);
    this.#open.push(element);
  }

  #text(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined) return;
    if (element.text.length + text.length > most.text)
      throw new ListProblem('list_too_large', 'a text is longer than 1 MiB', this.#parser.line);
    element.text += text;
  }

  #closed(_name: string): void {
    this.#depth -= 1;
    if (this.#depth === 0) this.#rootClosed = true;
    const element = this.#open.pop();
    if (element !== undefined && this.#open.length === 0) this.#ready.push(element);
  }
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** Text of the first element under this path; empty when there is none. */
export function textAt(element: Element, ...path: readonly string[]): string {
  return textsAt(element, ...path)[0] ?? '';
}

/** Texts of all elements under this path. */
export function textsAt(element: Element, ...path: readonly string[]): readonly string[] {
  return elementsAt(element, ...path).map((one) => one.text.trim());
}

export function elementsAt(element: Element, ...path: readonly string[]): readonly Element[] {
  return path.reduce<readonly Element[]>(
    (found, name) => found.flatMap((one) => one.children.filter((child) => child.name === name)),
    [element],
  );
}
