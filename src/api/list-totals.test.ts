import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bank, call, house, newCustomer, startApi, stopApi } from './testing/test-api.ts';

beforeAll(startApi);
afterAll(stopApi);

describe('totals of a page', () => {
  it('are the kept ones, so that a page costs the same however long the list is', async () => {
    await newCustomer();
    // No list is this long: whoever counted its rows would say something else.
    await house.ctx.store.db
      .updateTable('list_counts')
      .set({ n: 4321 })
      .where('org_id', '=', bank.orgId)
      .where('list', 'in', ['customers', 'audit_log'])
      .execute();
    for (const url of ['/api/customers?limit=1', '/api/customers?page=1&limit=20', '/api/identity/audit-log?limit=1']) {
      const { body } = await call('GET', url);
      expect(body.total, url).toBeGreaterThanOrEqual(4321);
    }
  });

  it('are counted where a filter asks for something that is not kept', async () => {
    const { body } = await call('GET', '/api/customers?externalRef=nobody&limit=1');
    expect(body.total).toBe(0);
  });
});
