/** `counter.*` and `customer.*`: who is on record, hand-over, the day's list, the customer's own screen. */
import { fail, ok, type Result } from '../../contract/result.ts';
import { recordAudit } from '../../services/record-audit.ts';
import { findOrganisation } from '../../store/repositories/organisations.ts';
import { dayCsv } from '../counter/day-csv.ts';
import { dayList } from '../counter/day-list.ts';
import { renderDaySheet } from '../counter/day-sheet.ts';
import type { DeskHouse } from '../desk-deps.ts';
import type { DeskHandlerTable } from '../dispatch.ts';
import { actorOf, operatorOf } from './acting-person.ts';

type CounterCalls = Extract<keyof DeskHandlerTable, `counter.${string}` | `customer.${string}`>;

export function counterHandlers(house: DeskHouse): Pick<DeskHandlerTable, CounterCalls> {
  const { ctx, onboarding, screens } = house;
  const dayPdf = async (orgId: string, language: 'id' | 'en') => {
    const list = await dayList(ctx, orgId);
    const organisation = await findOrganisation(ctx.store.db, orgId);
    const pdf = await renderDaySheet({
      list,
      organisation: organisation?.name ?? '',
      branch: organisation?.branch ?? '',
      language,
    });
    return { fileName: `loket-${list.day}.pdf`, pdf };
  };
  return {
    'counter.find': (session, params) => onboarding.find(operatorOf(session), params),
    'counter.startKnown': (session, params) => onboarding.startKnown(operatorOf(session), params),
    'counter.offer': (session) => onboarding.offer(operatorOf(session)),
    'counter.offered': (session) => onboarding.offered(operatorOf(session)),
    'counter.takeOver': (session, params) => onboarding.takeOver(operatorOf(session), params),
    'counter.day': async (session) => ok(await dayList(ctx, actorOf(session).orgId)),
    'counter.dayPdf': async (session, { language }) => ok(await dayPdf(actorOf(session).orgId, language)),
    async 'counter.dayCsv'(session, { language, to }) {
      const actor = actorOf(session);
      const list = await dayList(ctx, actor.orgId);
      await ctx.store.transaction((trx) =>
        recordAudit(ctx, trx, actor, { event: 'export.created', detail: { kind: 'day', rows: list.rows.length } }),
      );
      const fileName = `loket-${list.day}.csv`;
      return house.exports.hand(to, fileName, dayCsv({ list, language }));
    },
    async 'counter.print'(session, { document, language }) {
      if (house.printer === undefined) return fail('unavailable', 'This shell has no printer of its own.');
      const made: Result<{ readonly pdf: Uint8Array }> =
        document === 'receipt'
          ? await onboarding.receipt(operatorOf(session))
          : ok(await dayPdf(actorOf(session).orgId, language));
      return made.ok ? house.printer(made.value.pdf) : made;
    },
    async 'counter.customerScreen'(session) {
      const opened = (await house.openCustomerScreen?.(session.id)) ?? null;
      if (opened === null) return fail('unavailable', 'This shell has no second screen.');
      await ctx.store.transaction((trx) =>
        recordAudit(ctx, trx, actorOf(session), { event: 'customer_screen.linked', objectId: ctx.vault.desk.id }),
      );
      const current = await onboarding.current(operatorOf(session));
      screens.follow(session.id, current.ok ? current.value : null);
      return ok(opened);
    },
    'counter.cue': (session, cue) => {
      screens.cue(session.id, cue);
      return Promise.resolve(ok({}));
    },
    'counter.customerConsent': (session) => Promise.resolve(ok(screens.consentOf(session.id))),
    'customer.view': (session) => Promise.resolve(screens.show(session)),
    'customer.agree': (session, consent) => Promise.resolve(screens.agree(session, consent)),
  };
}
