import { describe, expect, it } from 'vitest';
import {
  readCheckpoint,
  readNote,
  readNoteKey,
  writeCheckpoint,
  writeNote,
  writeNoteKey,
} from '../core/audit/checkpoint.ts';
import vectors from '../core/audit/testing/vectors.json' with { type: 'json' };
import { newEd25519Pair, privateKeyOf, signEd25519 } from './ed25519.ts';
import { cosignerKey, cosignNote, logKey, signNote, verifyNote, type NoteSigner } from './signed-note.ts';

const keyOf = (text: string) => readNoteKey(text) ?? expect.fail('not a key');

function signer(): NoteSigner {
  const pair = newEd25519Pair();
  return { publicKey: pair.publicKey, sign: (bytes) => signEd25519(privateKeyOf(pair.seed), bytes) };
}

describe('published notes', () => {
  it.each(vectors.notes)('$source: key id and signature are right, form is kept', ({ key, note }) => {
    const known = keyOf(key);
    expect(writeNoteKey(known)).toBe(key);
    expect(verifyNote(note, [known])?.signedBy).toEqual([known]);
    expect(writeNote(readNote(note) ?? expect.fail('not a note'))).toBe(note);
    expect(verifyNote(`X${note.slice(1)}`, [known])).toBeNull();
  });

  it.each(vectors.notes.filter((one) => 'size' in one))('reads the checkpoint of size $size', ({ note, size }) => {
    const { text } = readNote(note) ?? expect.fail('not a note');
    const checkpoint = readCheckpoint(text) ?? expect.fail('not a checkpoint');
    expect(checkpoint).toMatchObject({ origin: 'go.sum database tree', size, extensions: [] });
    expect(writeCheckpoint(checkpoint)).toBe(text);
  });

  it('refuses a key whose id is another key’s', () => {
    expect(readNoteKey((vectors.notes[0]?.key ?? '').replace('530d903a', '530d903b'))).toBeNull();
    expect(readNoteKey('example.com/foo')).toBeNull();
  });
});

describe('signing and cosigning', () => {
  const text = writeCheckpoint({ origin: 'loket/dsk_1', size: 7, root: new Uint8Array(32).fill(7), extensions: [] });
  const log = signer();
  const hub = signer();
  const logName = logKey('loket/dsk_1', log.publicKey);
  const hubName = cosignerKey('loket/hub', hub.publicKey);
  const signed = signNote(text, 'loket/dsk_1', log);

  it('is verified by the key that signed, and by no other', () => {
    expect(verifyNote(signed, [logName])?.note.text).toBe(text);
    expect(verifyNote(signed, [logKey('loket/dsk_1', hub.publicKey)])).toBeNull();
    expect(verifyNote(signed, [logKey('loket/dsk_2', log.publicKey)])).toBeNull();
    expect(verifyNote(signed.replace('\n7\n', '\n8\n'), [logName])).toBeNull();
  });

  it('carries a cosignature with its time; changed time or text spoil it', () => {
    const both = cosignNote(readNote(signed) ?? expect.fail(), 'loket/hub', hub, 1_795_000_000);
    expect(verifyNote(both, [logName, hubName])?.signedBy).toEqual([logName, hubName]);
    // Whoever knows the log's key only takes the note too (signatures of unknown keys are passed over).
    expect(verifyNote(both, [logName])?.signedBy).toEqual([logName]);
    const parsed = readNote(both) ?? expect.fail();
    const moved = parsed.signatures.map((one) =>
      one.keyId === hubName.keyId
        ? { ...one, signature: one.signature.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) }
        : one,
    );
    expect(verifyNote(writeNote({ ...parsed, signatures: moved }), [logName, hubName])).toBeNull();
    // Cosigned again, the older statement is replaced.
    const again = cosignNote(parsed, 'loket/hub', hub, 1_795_000_060);
    expect(readNote(again)?.signatures).toHaveLength(2);
  });

  it.each([
    '',
    'text only\n',
    'a\n\n',
    'a\n\n— name\n',
    'a\n\nname AAAAAAA=\n',
    'a\tb\n\n— n AAAAAAA=\n',
    'a\n\n— n AAAAAAA=',
  ])('refuses %j as a note', (note) => expect(readNote(note)).toBeNull());

  it.each(['loket\n7\n', 'loket\n07\nAAAA\n', `loket\n7\n${'A'.repeat(43)}=`, `\n7\n${'A'.repeat(43)}=\n`])(
    'refuses %j as a checkpoint',
    (bad) => expect(readCheckpoint(bad)).toBeNull(),
  );
});
