import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { headRow } from '../../functions/allocation/head.ts';
import { rationaleRow } from '../../functions/allocation/rationale.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { consignmentLineRow, consignmentRow } from '../../functions/delivery/consignment.ts';
import { lineRow } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { eventRow } from '../../functions/shared/event.ts';
import type { Key } from '../../functions/shared/keys.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import type { Stored } from '../../functions/shared/row.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { lotRow } from '../../functions/stock/lot.ts';
import { type Effects, type Movement, movementRow } from '../../functions/stock/movement.ts';
import { aLine, aRequest } from '../support/need.ts';

const THEN = '2022-04-01T01:00:00.000Z';
const QUANTITY = 300;
const WAREHOUSE = 'warehouse';

export interface Site {
  readonly county: string;
  readonly siteId: string;
  readonly itemId: string;
}

/** Everything that one request has left behind, from the lot that served it to its last event. Its pointer is long gone. */
const closedRequest = ({ county, siteId, itemId }: Site, n: number): Stored[] => {
  const name = String(n).padStart(6, '0');
  const [id, consignmentId, lotId] = [`req_${name}`, `con_${name}`, `lot_${name}`];
  const keys = keysOf(county);
  const of = { county, siteId };
  const commit = `cmt_${name}`;
  const event = (key: Key, version: number, what: string) =>
    eventRow.store({ county, of: key, version, name: what, at: THEN, by: 'li', data: {}, commit });
  const move = (kind: Movement['kind'], effects: Effects) =>
    movementRow.store({
      ...{ county, id: `mov_${name}_${kind}`, lotId, itemId, kind, placeId: WAREHOUSE },
      ...{ effects, document: consignmentId, at: THEN, by: 'li' },
    });
  const goods = { county, itemId, designation: { to: 'all' }, source: 'existing' } as const;
  return [
    requestRow.store(aRequest({ ...of, id, status: 'closed', dueAt: THEN, needBy: THEN, at: THEN })),
    lineRow.store(
      aLine({
        ...{ ...of, itemId, requestId: id, needBy: THEN, status: 'closed' },
        ...{ quantity: QUANTITY, approved: QUANTITY, received: QUANTITY, rationale: n + 1, division: n + 1 },
      }),
    ),
    ...['RequestSubmitted', 'RequestApproved', 'RequestClosed'].map((what, i) => event(keys.request(id), i + 1, what)),
    consignmentRow.store({
      ...{ county, id: consignmentId, version: 4, status: 'received', dueAt: THEN, attempt: 1, reminders: 0 },
      ...{ fromId: WAREHOUSE, toId: siteId, tier: 1, at: THEN, openedBy: 'li', lines: 1 },
    }),
    consignmentLineRow.store({
      ...{ county, consignmentId, n: 1, version: 2, itemId, lotId, placeId: WAREHOUSE, quantity: QUANTITY },
      shares: [{ requestId: id, n: 1, quantity: QUANTITY }],
      found: { good: QUANTITY, damaged: 0, missing: 0, extra: 0, reasons: {} },
    }),
    event(keys.consignment(consignmentId), 1, 'ConsignmentOpened'),
    lotRow.store({ ...goods, id: lotId, from: 'grn', at: THEN, version: 1 }),
    balanceRow.store({
      ...goods,
      lotId,
      placeId: WAREHOUSE,
      status: 'available',
      onHand: 0,
      held: 0,
      free: 0,
      division: 1,
    }),
    move('opening', { opening: QUANTITY, onHand: QUANTITY }),
    move('dispatched', { onHand: -QUANTITY, inTransit: QUANTITY }),
    move('delivered', { inTransit: -QUANTITY, delivered: QUANTITY }),
    event(itemRow.keyOf({ county, id: itemId } as Parameters<typeof itemRow.keyOf>[0]), n + 2, 'ItemChanged'),
    rationaleRow.store({
      ...{ county, itemId, division: n + 1, part: 0, parts: 1, at: THEN, unit: { name: '盒', size: 50 } },
      policy: { version: 0, horizonMinutes: 1, lookBackMinutes: 1, handlingMinutes: 1 },
      ...{ reserve: 0, reserveUntil: THEN, withheld: 0, left: 0, tiers: [], lots: [], claims: [] },
    }),
  ];
};

/** So many requests of a site for an item that were served and closed weeks ago. */
export const pastOf = async (deps: Deps, site: Site, requests: number): Promise<void> => {
  const head = headRow.store({ county: site.county, itemId: site.itemId, division: requests });
  const rows = [head, ...Array.from({ length: requests }, (_, n) => closedRequest(site, n)).flat()];
  for (let at = 0; at < rows.length; at += 25)
    await deps.dynamo.send(
      new BatchWriteCommand({
        RequestItems: { [deps.table]: rows.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
};
