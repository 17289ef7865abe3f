/**
 * The end of an installation's keys. A note is written first; from then on nothing here opens any more, and whoever starts next
 * ends what broke off. What was sealed stays on the disk as bytes nobody can read.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { fail, type Result } from '../contract/result.ts';
import { createFileOnce, destroyFile, installationPath, replaceFile, wipeMarkerPath } from './data-directory.ts';
import type { KeyProvider } from './key-providers/key-provider.ts';

const WipeNoteSchema = Type.Object(
  {
    version: Type.Literal(1),
    orderId: Type.String({ maxLength: 64 }),
    at: Type.String({ maxLength: 40 }),
    installationId: Type.String({ maxLength: 64 }),
    /** `destroying`: begun; `destroyed`: no key is left; `acknowledged`: head office knows. */
    state: Type.Unsafe<'destroying' | 'destroyed' | 'acknowledged'>({
      type: 'string',
      enum: ['destroying', 'destroyed', 'acknowledged'],
    }),
    /** Signed by the desk while it still had its key; sent once no key is left. */
    receipt: Type.Object({ text: Type.String(), signature: Type.String() }, { additionalProperties: false }),
    /** Where it goes: public facts. */
    hub: Type.Object(
      { url: Type.String(), ca: Type.Union([Type.String(), Type.Null()]) },
      { additionalProperties: false },
    ),
    /** Names in the data directory that go as well: exports, uploads, the browser's profile. */
    folders: Type.Array(Type.String({ pattern: '^[a-z-]{1,40}$' }), { maxItems: 20 }),
  },
  { additionalProperties: false },
);
export type WipeNote = Static<typeof WipeNoteSchema>;

/** Where a test may let the power fail: before each of these is done. */
export type WipeStep = 'installation' | 'key_file' | 'folders' | 'note';
export type WipeFault = (before: WipeStep) => void;

/** Null: nothing was wiped here. A note that cannot be read counts as one: better shut than open. */
export function readWipeNote(dataDirectory: string): WipeNote | 'unreadable' | null {
  const path = wipeMarkerPath(dataDirectory);
  if (!existsSync(path)) return null;
  try {
    const note: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Value.Check(WipeNoteSchema, note) ? note : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** The point of no return. Then destroys; the same call again goes on. */
export function wipeKeys(
  dataDirectory: string,
  keyProvider: KeyProvider,
  note: Omit<WipeNote, 'version' | 'state'>,
  fault: WipeFault = () => undefined,
): void {
  const begun: WipeNote = { version: 1, ...note, state: 'destroying' };
  createFileOnce(wipeMarkerPath(dataDirectory), textOf(begun));
  destroy(dataDirectory, keyProvider, begun, fault);
}

function destroy(dataDirectory: string, keyProvider: KeyProvider, note: WipeNote, fault: WipeFault): void {
  fault('installation');
  destroyFile(installationPath(dataDirectory));
  fault('key_file');
  keyProvider.forget?.(note.installationId);
  fault('folders');
  for (const name of note.folders) rmSync(join(dataDirectory, name), { recursive: true, force: true });
  fault('note');
  replaceFile(wipeMarkerPath(dataDirectory), textOf({ ...note, state: 'destroyed' }));
}

function textOf(note: WipeNote): string {
  return `${JSON.stringify(note, null, 2)}\n`;
}

export const deskWiped = fail(
  'desk_wiped',
  'Head office had the keys of this desk destroyed. What was stored here cannot be read any more. Call IT: the desk is set up anew in another data directory and enrolled again.',
);

/** Ends a wipe that broke off. Null: nothing was wiped here. */
export function finishWipe(dataDirectory: string, keyProvider: KeyProvider): Result<never> | null {
  const note = readWipeNote(dataDirectory);
  if (note === null) return null;
  if (note !== 'unreadable' && note.state === 'destroying') destroy(dataDirectory, keyProvider, note, () => undefined);
  return deskWiped;
}

export function noteAcknowledged(dataDirectory: string, note: WipeNote): void {
  replaceFile(wipeMarkerPath(dataDirectory), textOf({ ...note, state: 'acknowledged' }));
}
