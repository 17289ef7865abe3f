import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deskCalls } from '../../contract/desk/calls.ts';
import { picture } from '../../services/testing/fake-vision.ts';
import {
  addOrganisation,
  openTestHouse,
  type TestHouse,
  type TestOrganisation,
} from '../../services/testing/test-house.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskSession } from '../desk-session.ts';
import { watchedFaceHandlers } from './watched-faces.ts';

let house: TestHouse;
let own: TestOrganisation;
const as = (role: 'supervisor' | 'admin') => ({ actor: own.actor(role) }) as unknown as DeskSession;
const handlers = () => watchedFaceHandlers({ ctx: house.ctx } as unknown as DeskHouse);
const photo = picture('alive');

beforeEach(async () => {
  house = await openTestHouse();
  own = await addOrganisation(house, 'Bank');
});
afterEach(() => house.close());

describe('watched faces at the desk', () => {
  it('are kept by supervisors, compliance and admins, never by the teller', () => {
    for (const name of ['watchedFaces.list', 'watchedFaces.add', 'watchedFaces.remove'] as const) {
      expect(deskCalls[name].caller).toEqual(['supervisor', 'compliance', 'admin']);
    }
  });

  it('come on the list with whose they are and who added them, and go off it', async () => {
    const { staff } = own.people;
    const face = { kind: 'staff' as const, userId: staff.id, reason: 'member of staff', photo };
    const added = await handlers()['watchedFaces.add'](as('supervisor'), face);
    if (!added.ok) throw new Error(added.error.message);
    expect(added.value.faces).toMatchObject([
      { kind: 'staff', person: staff.fullName, addedBy: own.people.supervisor.fullName, own: false },
    ]);
    expect(added.value.people.map(({ id }) => id)).toContain(staff.id);
    // No template and no picture travels to the page.
    expect(JSON.stringify(added.value)).not.toContain('template');
    const removed = await handlers()['watchedFaces.remove'](as('admin'), { id: added.value.faces[0]!.id });
    expect(removed).toMatchObject({ ok: true, value: { faces: [] } });
  });

  it('shows whoever looks his own face as one that somebody else removes', async () => {
    const face = { kind: 'staff' as const, userId: own.people.supervisor.id, reason: 'member of staff', photo };
    const added = await handlers()['watchedFaces.add'](as('supervisor'), face);
    if (!added.ok) throw new Error(added.error.message);
    const [row] = added.value.faces;
    expect(row).toMatchObject({ own: true });
    const refused = await handlers()['watchedFaces.remove'](as('supervisor'), { id: row!.id });
    expect(refused).toMatchObject({ ok: false, error: { code: 'four_eyes' } });
  });

  it('says that a picture shows no single face', async () => {
    const refused = await handlers()['watchedFaces.add'](as('admin'), {
      kind: 'blocked',
      reason: 'case 12',
      photo: picture('nobody'),
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'reference_unusable' } });
  });
});
