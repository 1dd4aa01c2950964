import { getItems, getSites, type PageOf } from '../catalogue/catalogue.store.ts';
import { type Action, absent, check, insert } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { countyDay } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import type { News } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { fault, notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, indexPage, ofType, type Page } from '../shared/table.store.ts';
import { openBalance } from './balance.ts';
import {
  booked,
  type GoodsReceived,
  type GoodsReceivedBody,
  goodsReceivedRow,
  kindOf,
  type Paper,
  paperRow,
  papersOf,
} from './goods-received.ts';
import { openLot } from './movement.ts';

/**
 * Books goods into a warehouse: a lot, its balance and its movement a line, and the goods received note, in one
 * transaction. Returns the note's id.
 *
 * @throws Problem 422 with everything that is wrong, by field; 409 `paper-booked` when this paper is already in.
 */
export const receiveStock = (deps: Deps, actor: Actor, once: Once, body: GoodsReceivedBody): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const note: GoodsReceived = {
      county: actor.county,
      id: deps.ids.next('grn'),
      version: 1,
      source: body.source,
      placeId: body.placeId,
      document: body.document,
      lines: (await linesOf(deps, actor, body, now)).map((line) => ({ ...line, lotId: deps.ids.next('lot') })),
      at: now,
      by: actor.sub,
    };
    await commit(deps, {
      actor,
      now,
      actions: bookingIn(deps, note),
      news: [noteBooked(note)],
      once: { by: once, result: note.id },
    });
    return note.id;
  });

/**
 * What booking a note in takes, three actions a lot and six besides: the note, its lots, balances and movements, its
 * paper, and that the warehouse is open still. For whoever commits it with more, `noteBooked` is its event.
 *
 * @param pays what each lot cost, by its id: of goods that were bought.
 */
export const bookingIn = (deps: Deps, note: GoodsReceived, pays?: ReadonlyMap<string, number>): Action[] => [
  insert(goodsReceivedRow, note),
  // A warehouse that is being closed finds nothing on its shelves, so goods must find it open still.
  check(keysOf(note.county).site(note.placeId), 'active', true),
  ...bookedOnce(note, note.id),
  ...note.lines.flatMap((line) => lotActions(deps, note, line, pays?.get(line.lotId) ?? 0)),
];

/**
 * A paper is booked once, for ever, whatever came of it: as a note, or as the row that says that nothing was accepted.
 * By whichever door: as `papersOf` says. Refused with Problem 409 `paper-booked`.
 */
export const bookedOnce = (
  of: Pick<GoodsReceived, 'county' | 'placeId' | 'document' | 'source' | 'bought' | 'giftId'>,
  noteId: string,
): Action[] => {
  const { own, others, mark } = papersOf(of, noteId);
  const refuse = (was: Record<string, unknown> | undefined): Problem => alreadyBooked(of.document, was);
  return [
    insert(paperRow, own, refuse),
    ...others.map((paper) => absent(paperRow.keyOf(paper), refuse)),
    ...(mark === undefined ? [] : [marked(mark)]),
  ];
};

/** Written whether or not it stands there: several issuers may have a paper of one number. */
const marked = (mark: Paper): Action => ({
  ...{ kind: 'put', key: paperRow.keyOf(mark), row: paperRow.store(mark), traced: paperRow.traced },
  refuse: () => new Error('An unconditional write was refused'),
});

/** The event that goes with the actions of `bookingIn`. */
export const noteBooked = (note: GoodsReceived): News => ({
  of: goodsReceivedRow.keyOf(note),
  version: 1,
  name: 'GoodsReceived',
  data: { document: note.document, source: note.source, placeId: note.placeId, lines: note.lines.length },
});

const linesOf = async (deps: Deps, actor: Actor, body: GoodsReceivedBody, now: string) => {
  const named = body.lines.flatMap(({ designation: to }) => (to.to === 'sites' ? to.siteIds : []));
  const [items, sites] = await Promise.all([
    getItems(
      deps,
      actor.county,
      body.lines.map(({ itemId }) => itemId),
    ),
    getSites(deps, actor.county, [body.placeId, ...named]),
  ]);
  const facts = { today: countyDay(now), place: sites.get(body.placeId), items, sites };
  const { lines, errors } = booked(body, facts);
  if (errors.length > 0) throw new Problem(422, 'invalid', 'The goods cannot be booked in like this.', errors);
  return lines;
};

const alreadyBooked = (document: string, was: Record<string, unknown> | undefined): Problem => {
  const noteId = String(was?.['noteId']);
  return new Problem(
    409,
    'paper-booked',
    { zh: `“${document}”已经入账：${noteId}。`, en: `${document} is already booked, as ${noteId}.` },
    [
      fault('document', {
        zh: '同一份单据在一个仓库只入账一次，无论从哪里录入；确是另一份的，请在编号前加上开单单位。',
        en: 'One paper is booked into one place once, by whichever way. If it is another paper, name its issuer before its number.',
      }),
    ],
  );
};

const lotActions = (
  deps: Deps,
  note: GoodsReceived,
  line: GoodsReceived['lines'][number],
  costFen: number,
): Action[] => {
  const { county, source, placeId, giftId, at, by } = note;
  const bought = note.bought && { ...note.bought, costFen };
  const { itemId, lotId, quantity, lotNo, madeOn, useBy, designation, status } = line;
  const kind = kindOf(source);
  return [
    ...openLot(
      { county, id: lotId, itemId, source, lotNo, madeOn, useBy, designation, from: note.id, at, bought, giftId },
      {
        ...{ id: deps.ids.next('mov'), kind, placeId, by },
        ...{ effects: { [kind]: quantity, onHand: quantity }, shelves: { [status]: quantity } },
      },
    ),
    openBalance({ county, itemId, lotId, placeId, status, onHand: quantity, useBy, designation, source }),
  ];
};

/** Goods received notes, the newest first. */
export const listGoodsReceived = async (deps: Deps, county: string, page: PageOf): Promise<Page<GoodsReceived>> => {
  const at = keysOf(county).queue('notes');
  const { rows, cursor } = await indexPage(deps, { index: 'GSI1', at, ...page, newestFirst: true });
  return { rows: ofType(goodsReceivedRow, rows), cursor };
};

/** The goods received note. @throws Problem 404 */
export const viewGoodsReceived = async (deps: Deps, county: string, id: string): Promise<GoodsReceived> => {
  const row = await get(deps, goodsReceivedRow, keysOf(county).goodsReceived(id));
  if (row === undefined) throw notFound('goods-received', id);
  return row;
};
