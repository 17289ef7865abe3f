import { describe, expect, it } from 'vitest';
import { digitsFromLookalikes, fold, likeness, plain, wordsFromLookalikes } from './fold.ts';
import { snap } from './snap.ts';

describe('fold', () => {
  it('keeps letters and digits, without case and accents', () => {
    expect(fold('Tempat/Tgl  Lahir')).toBe('TEMPATTGLLAHIR');
    expect(fold('José 12')).toBe('JOSE12');
  });
  it('turns full-width signs of OCR engines into plain ones', () => {
    expect(plain('：ISLAM，  ya')).toBe(':ISLAM, ya');
  });
  it('reads letters as digits only where asked', () => {
    expect(digitsFromLookalikes('OI2-B5')).toBe('012-85');
  });
  it('turns digits inside words into letters, and leaves numbers of houses and blocks', () => {
    expect(wordsFromLookalikes('PERUM POND0K H1JAU BLOK A23/19')).toBe('PERUM PONDOK HIJAU BLOK A23/19');
    expect(wordsFromLookalikes('KAMONJ1 0EBELO ENTR0 8RANTAS')).toBe('KAMONJ1 OEBELO ENTRO BRANTAS');
    expect(wordsFromLookalikes('JL. MELATI 1I NO.12 BLOK5 F10 RT 01')).toBe('JL. MELATI II NO.12 BLOK5 F10 RT 01');
  });
  it('joins the strokes of a Roman three', () => {
    expect(wordsFromLookalikes('DUSUN BATU AMPAR II I NO. 3')).toBe('DUSUN BATU AMPAR III NO. 3');
    expect(wordsFromLookalikes('BLOK I I')).toBe('BLOK I I');
  });
  it('finds nothing alike in two empty texts', () => {
    expect(likeness('', '')).toBe(0);
    expect(likeness('ISLAM', 'ISLAN')).toBeCloseTo(0.8);
  });
});

describe('snap', () => {
  const statuses = ['BELUM KAWIN', 'KAWIN', 'CERAI HIDUP', 'CERAI MATI'];
  const itself = (entry: string) => entry;

  it('forgives a few letters and lost spaces', () => {
    expect(snap('BELUMKAW1N', statuses, itself, { minimum: 0.6 })?.entry).toBe('BELUM KAWIN');
  });
  it('takes the exact entry over a longer one that contains it', () => {
    expect(snap('KAWIN', statuses, itself, { minimum: 0.6 })).toMatchObject({ entry: 'KAWIN', edits: 0, likeness: 1 });
  });
  it('answers nothing rather than something far away', () => {
    expect(snap('XQZRTV', statuses, itself, { minimum: 0.6 })).toBeNull();
    expect(snap('', statuses, itself, { minimum: 0 })).toBeNull();
  });
  it('lets a preference break a tie, never outvote a clearer reading', () => {
    const options = { minimum: 0.5, prefers: (entry: string) => entry === 'WNA' };
    expect(snap('WN', ['WNI', 'WNA'], itself, options)?.entry).toBe('WNA');
    expect(snap('WNI', ['WNI', 'WNA'], itself, options)?.entry).toBe('WNI');
  });
});
