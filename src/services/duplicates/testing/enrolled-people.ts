/** Customers with a face, and a look for the same face, for the tests of either search. */
import { defaultOrgSettings } from '../../../contract/settings.ts';
import type { Actor } from '../../context.ts';
import { createCustomer } from '../../create-customer.ts';
import { enrol } from '../../references.ts';
import { templateOf } from '../../testing/fake-vision.ts';
import type { TestHouse } from '../../testing/test-house.ts';
import { findDuplicates, type DuplicateFinding } from '../find-duplicates.ts';

export interface EnrolledPeople {
  /** Id of a new customer. */
  customer(): Promise<string>;
  /** Id of the enrolment of a face that lies on one axis; retires the customer's earlier one. */
  enrolled(customerId: string, axis: number): Promise<string>;
  look(customerId: string, axis: number, orgId?: string): Promise<DuplicateFinding>;
}

export function enrolledPeople({ ctx }: TestHouse, actor: Actor): EnrolledPeople {
  return {
    async customer() {
      const made = await createCustomer(ctx, actor, { fullName: 'SITI RAHMAWATI' });
      if (!made.ok) throw new Error(made.error.code);
      return made.value.id;
    },
    enrolled: (customerId, axis) =>
      ctx.store.transaction((trx) =>
        enrol(ctx, trx, actor, {
          customerId,
          source: 'onboarding_selfie',
          template: templateOf(axis),
          captureId: null,
          supersede: true,
        }),
      ),
    look: (customerId, axis, orgId = actor.orgId) =>
      ctx.store.transaction((trx) =>
        findDuplicates(ctx, trx, { orgId, customerId, probe: templateOf(axis), settings: defaultOrgSettings }),
      ),
  };
}
