/** A queue as a bad week leaves it: one capture that waits, one that was refused, and one whose verdict was reversed. */
import { sealCapture } from '../../src/desk/evidence/seal-capture.ts';
import { sampleDelivery, sampleDraft } from '../../src/desk/evidence/testing/sample-capture.ts';
import { markAnswered } from '../../src/desk/sync/outbox-queue.ts';
import { noteOutcomes, noteReversal } from '../../src/desk/sync/reversals.ts';
import { linkDesk } from '../../src/desk/sync/testing/linked-desk.ts';
import { createCustomer } from '../../src/services/create-customer.ts';
import { systemActor } from '../../src/services/context.ts';
import { listOrganisations } from '../../src/store/repositories/organisations.ts';
import { withHouse } from './head-office.ts';
import type { StationHouse } from './station.ts';

/** Through the services, beside the running station, whose deliveries should be paused. The desk counts as one of a hub. */
export function seedOutbox(house: StationHouse): Promise<void> {
  return withHouse(house, async (ctx) => {
    const [organisation] = await listOrganisations(ctx.store.db);
    if (organisation === undefined) throw new Error('the station has no organisation');
    const orgId = organisation.id;
    await linkDesk(ctx, 'https://hub.bank.test');
    const seal = async (name: string): Promise<string> => {
      const customer = await createCustomer(ctx, systemActor(orgId), { fullName: `CONTOH ${name.toUpperCase()}` });
      if (!customer.ok) throw new Error(customer.error.code);
      const draft = sampleDraft(name, { customerId: customer.value.id, frameBytes: 200_000 });
      const sealed = await sealCapture(ctx, { ...draft, orgId });
      if (!sealed.ok) throw new Error(sealed.error.code);
      return sealed.value.nonce;
    };
    await seal('menunggu');
    const refused = await seal('ditolak');
    const reversed = await seal('berubah');
    await noteOutcomes(ctx, { orgId, operatorId: 'usr_operator' }, [{ nonce: reversed, outcome: 'verified' }]);
    await ctx.store.transaction(async (trx) => {
      await trx
        .updateTable('outbox')
        .set({ state: 'refused', attempts: 2, last_error: 'signature_invalid' })
        .where('id', '=', refused)
        .execute();
      const row = await trx.selectFrom('outbox').selectAll().where('id', '=', reversed).executeTakeFirstOrThrow();
      const failed = { id: 'ver_1', method: 'ktp_capture' as const, status: 'failed' as const, score: null };
      const delivery = { ...sampleDelivery(reversed, row.customer_id), verifications: [failed] };
      const about = {
        now: ctx.clock(),
        deskId: ctx.vault.desk.id,
        subject: ctx.vault.subjectId(orgId, row.customer_id),
      };
      await markAnswered(trx, row, delivery, null, about);
      await noteReversal(trx, row, delivery, about);
    });
  });
}
