import { describe, expect, it } from 'vitest';
import { siteRow } from '../../functions/catalogue/site.ts';
import { consignmentRow } from '../../functions/delivery/consignment.ts';
import { listConsignments } from '../../functions/delivery/view.store.ts';
import { aConsignment, checkpoint, put, village } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
const county = '632399';

/** The ids of a list, page by page. */
const listed = async (
  limit: number,
  of: { readonly status?: 'received' | 'failed'; readonly siteId?: string } = {},
) => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listConsignments(deps, county, { ...of, limit, cursor });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    ids.push(...page.rows.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== undefined);
  return ids;
};

describe('consignments', () => {
  const filled = async () => {
    const failure = { error: 'x', cause: 'y', at: deps.time };
    for (const [i, change] of [
      { status: 'dispatched' as const },
      { status: 'planned' as const },
      { status: 'received' as const, failure },
      { status: 'picking' as const, resume: { token: 't', round: 1, since: deps.time } },
      { status: 'received' as const, toId: 'village-1' },
      { status: 'cancelled' as const, resume: { token: 't', round: 1, since: deps.time } },
    ].entries())
      await put(deps, consignmentRow, aConsignment({ county, id: `con_${i}`, ...change }));
  };

  it('are listed when they are under way, what failed at any status first', async () => {
    await filled();
    for (const limit of [1, 2, 50]) expect(await listed(limit)).toEqual(['con_2', 'con_3', 'con_1', 'con_0']);
  });

  it('are listed by status when they are asked for so, whatever duty a row has at the moment', async () => {
    await filled();
    for (const limit of [1, 50]) {
      expect(await listed(limit, { status: 'received' })).toEqual(['con_2', 'con_4']);
      expect(await listed(limit, { status: 'failed' })).toEqual(['con_2']);
    }
  });

  it('to a site are listed newest first, whether or not they are under way', async () => {
    await filled();
    for (const site of [checkpoint({ county }), village({ county })]) await put(deps, siteRow, site);
    expect(await listed(2, { siteId: 'checkpoint-1' })).toEqual(['con_5', 'con_3', 'con_2', 'con_1', 'con_0']);
    expect(await listed(2, { siteId: 'village-1', status: 'received' })).toEqual(['con_4']);
  });
});
