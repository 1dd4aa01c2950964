import { getItems, getSites } from '../catalogue/catalogue.store.ts';
import { counted, type Item, issueSize } from '../catalogue/item.ts';
import type { Policy } from '../catalogue/policy.ts';
import { keepsStock } from '../catalogue/site.ts';
import { notify, notifyAll } from '../notices/notice.ts';
import { goods, type Names, waybill } from '../notices/words.ts';
import type { Line } from '../request/line.ts';
import { type Action, insert, replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { type FieldError, invalid, notFound, Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { record, type Served } from '../stock/movement.ts';
import { putOnShelves, statusesOf } from '../stock/shelf.store.ts';
import { asking, begun } from '../workflow/timeline.ts';
import { consignmentOf } from './consignment.store.ts';
import { type Consignment, type ConsignmentLine, senderOf } from './consignment.ts';
import { linesOf, needsOf } from './lines.store.ts';
import { recountedNeeds, servedMore } from './receipt.ts';
import { fitting, recountOf } from './recount.store.ts';
import {
  type ResolutionBody,
  type Resolved,
  resolutionEffects,
  resolutionFaults,
  resolved,
  type Shortfall,
  type ShortfallLine,
  shelfFor,
  shortfallNotice,
  shortfallRow,
} from './shortfall.ts';

/** The actions that open a shortfall beside whatever brought it to light, and its id. */
export const openShortfall = (
  deps: Deps,
  { county, id: consignmentId, code, fromId, toId, tier }: Consignment,
  lines: readonly ShortfallLine[],
  { policy, now, ...names }: Names & { readonly policy: Policy; readonly now: string },
): { readonly id: string; readonly actions: readonly Action[]; readonly news: readonly News[] } => {
  const dueAt = plusMinutes(now, policy.delivery.resolveMinutes);
  const row: Shortfall = {
    ...{
      county,
      id: deps.ids.next('sho'),
      version: 1,
      status: 'open',
      consignmentId,
      code,
      fromId,
      toId,
      tier,
      at: now,
    },
    ...{ ...begun(now, dueAt), reminders: 0, lines: [...lines] },
  };
  const about = { kind: 'shortfall', id: row.id };
  const notice = { to: { role: 'storekeeper' }, ...shortfallNotice(row, names), about, dueAt } as const;
  const told = notifyAll(deps.ids, { county, at: now }, [notice]);
  return {
    id: row.id,
    actions: [insert(shortfallRow, asking(row, told.asking, now)), ...told.actions],
    news: [{ of: shortfallRow.keyOf(row), version: 1, name: 'ShortfallOpened', data: { consignmentId } }],
  };
};

/** @throws Problem 404 `unknown-shortfall`. */
export const shortfallOf = async (deps: Deps, county: string, id: string): Promise<Shortfall> => {
  const row = await get(deps, shortfallRow, keysOf(county).shortfall(id));
  if (row === undefined) throw notFound('shortfall', id);
  return row;
};

/** In base units. @throws Problem 422 with everything that fits nothing. */
const outcomesOf = async (
  deps: Deps,
  { county, lines, fromId }: Shortfall,
  { outcomes }: ResolutionBody,
): Promise<{
  outcomes: readonly Resolved[];
  items: ReadonlyMap<string, Item>;
  unitOf: (itemId: string) => number;
}> => {
  const [items, places] = await Promise.all([
    getItems(
      deps,
      county,
      lines.map(({ itemId }) => itemId),
    ),
    getSites(deps, county, [fromId, ...outcomes.flatMap(({ placeId = [] }) => placeId)]),
  ]);
  const errors: FieldError[] = [];
  const inBase = outcomes.map(({ unit, ...said }, i): Resolved => {
    const item = items.get(lines.find(({ n }) => n === said.n)?.itemId ?? '');
    const amount =
      item === undefined || unit === undefined
        ? said.quantity
        : counted(item, { quantity: said.quantity, unit }, `outcomes[${i}]`);
    if (said.outcome === 'returned' && !keepsStock(places.get(said.placeId ?? fromId)))
      errors.push({ path: `outcomes[${i}].placeId`, message: 'Goods are returned to a warehouse in use.' });
    if (typeof amount === 'number') return { ...said, quantity: amount };
    errors.push(amount);
    return said;
  });
  if (errors.length === 0) errors.push(...resolutionFaults(lines, inBase));
  if (errors.length > 0) throw new Problem(422, 'invalid', 'The shortfall cannot be resolved like this.', errors);
  return {
    outcomes: inBase,
    items,
    unitOf: (itemId) => {
      const item = items.get(itemId);
      if (item === undefined) throw new Error(`${itemId} is in no catalogue`);
      return issueSize(item);
    },
  };
};

/** What each outcome that says goods were found after all has for the tiers, in the order in which they are said. */
const servedBy = (
  sent: readonly ConsignmentLine[],
  needs: readonly Line[],
  { lines }: Shortfall,
  outcomes: readonly Resolved[],
): (Served | undefined)[] => {
  const good = new Map(
    sent.map(({ n, found }) => [n, (found?.good ?? 0) + (lines.find((line) => line.n === n)?.found ?? 0)]),
  );
  return outcomes.map(({ n, outcome, quantity }) => {
    const line = sent.find((candidate) => candidate.n === n);
    if (outcome !== 'found' || line === undefined) return undefined;
    const was = good.get(n) ?? 0;
    good.set(n, was + quantity);
    return servedMore(line, was, was + quantity, needs);
  });
};

/** Movements and shelves of what was said of the lines. */
const outcomeActions = async (
  deps: Deps,
  { county, lines, fromId, toId, id }: Shortfall,
  outcomes: readonly Resolved[],
  {
    served,
    reason,
    by,
    now,
  }: {
    readonly served: readonly (Served | undefined)[];
    readonly reason: string;
    readonly by: string;
    readonly now: string;
  },
): Promise<Action[]> => {
  const said = outcomes.map(({ n, placeId = fromId, ...one }, i) => {
    const line = lines.find((candidate) => candidate.n === n);
    if (line === undefined) throw new Error(`${id} has no line ${n}`);
    const { itemId, lotId } = line;
    return { ...one, itemId, lotId, served: served[i], placeId: one.outcome === 'returned' ? placeId : toId };
  });
  const statusOf = await statusesOf(
    deps,
    county,
    said.map(({ lotId }) => lotId),
  );
  const shelved = said.map((one) => ({ ...one, status: shelfFor(one.condition, statusOf(one.lotId)) }));
  const shelves = shelved.flatMap(({ outcome, itemId, lotId, placeId, quantity, status }) =>
    outcome === 'returned' ? [{ county, itemId, lotId, placeId, quantity, status }] : [],
  );
  return [
    ...shelved.map(({ outcome: kind, itemId, lotId, placeId, quantity, status, served: of }) =>
      record({
        ...{ county, id: deps.ids.next('mov'), lotId, itemId, kind, placeId, document: id, reason, at: now, by },
        ...{
          ...{ effects: resolutionEffects(kind, quantity), served: of },
          ...(kind === 'returned' && { shelves: { [status]: quantity } }),
        },
      }),
    ),
    ...(await putOnShelves(deps, shelves)),
  ];
};

/** A site that is said to have goods which it missed hears of it, and may object. */
const toldOf = (
  deps: Deps,
  row: Shortfall,
  outcomes: readonly Resolved[],
  items: ReadonlyMap<string, Item>,
  at: string,
): Action[] => {
  const { county, toId, consignmentId: id, code } = row;
  const found = outcomes.flatMap(({ n, outcome, quantity }) => {
    const itemId = row.lines.find((line) => line.n === n)?.itemId;
    return outcome === 'found' && itemId !== undefined ? [{ itemId, quantity }] : [];
  });
  if (found.length === 0) return [];
  const [paper, what] = [waybill({ id, code }), goods(items, found)];
  return [
    notify(
      { siteId: toId },
      {
        ...{ county, id: deps.ids.next('not'), code: 'found', about: { kind: 'consignment', id }, at },
        zh: `${paper.zh}短缺的物资已查明在贵点位，计为已签收：${what.zh}；如不属实请告知仓库。`,
        en: `What was missing of ${paper.en} is said to be with you and counts as received: ${what.en}. Tell the warehouse if that is not so.`,
      },
    ),
  ];
};

/** What was found at the site after all counts to the needs it was sent for, the most urgent first. */
const deltasOf = (sent: readonly ConsignmentLine[], row: Shortfall, next: Shortfall) => {
  const foundIn = ({ lines }: Shortfall, n: number): number => lines.find((line) => line.n === n)?.found ?? 0;
  const good = (n: number): number => sent.find((line) => line.n === n)?.found?.good ?? 0;
  return recountedNeeds(
    sent,
    (n) => good(n) + foundIn(row, n),
    (n) => good(n) + foundIn(next, n),
  );
};

/**
 * Says of unaccounted goods what became of them: lost, found where they were sent, or returned to a shelf. Returns the
 * shortfall's id.
 *
 * @throws Problem 404 `unknown-shortfall`; 409 `wrong-status`; 403 `own-dispatch` when who dispatched writes off; 422 by
 * field.
 */
export const resolveShortfall = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  body: ResolutionBody,
): Promise<string> =>
  retrying(async () => {
    const { county, sub: by } = actor;
    const now = deps.clock.now();
    const row = await shortfallOf(deps, county, id);
    if (row.status !== 'open')
      throw wrongStatus(shortfallRow.keyOf(row), `${id} is resolved: nothing is unaccounted for.`);
    const { outcomes, items, unitOf } = await outcomesOf(deps, row, body);
    const consignment = await consignmentOf(deps, county, row.consignmentId);
    if (senderOf(consignment) === by && outcomes.some(({ outcome }) => outcome !== 'returned'))
      throw new Problem(403, 'own-dispatch', 'Whoever dispatched goods neither writes them off nor says they arrived.');
    if (consignment.status === 'returned' && outcomes.some(({ outcome }) => outcome === 'found'))
      throw invalid('never-arrived', 'outcomes', 'This consignment came back: what turns up of it is returned.');
    const next = resolved(row, outcomes, now);
    const sent = await linesOf(deps, county, row.consignmentId);
    const served = servedBy(sent, await needsOf(deps, county, sent), row, outcomes);
    const deltas = deltasOf(sent, row, next);
    const reason = body.note;
    const [recount, moves] = await Promise.all([
      recountOf(deps, county, deltas, { unitOf, reason, now }),
      outcomeActions(deps, row, outcomes, { served, reason, by, now }),
    ]);
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: fitting(
        [replace(shortfallRow, next), ...moves, ...recount.actions, ...toldOf(deps, row, outcomes, items, now)],
        'outcomes',
        outcomes.length,
      ),
      news: [
        {
          of: shortfallRow.keyOf(row),
          version: row.version + 1,
          name: next.status === 'resolved' ? 'ShortfallResolved' : 'ShortfallReduced',
          reason,
          data: { reference: body.reference, outcomes },
        },
        ...recount.news,
      ],
    });
    return id;
  });
