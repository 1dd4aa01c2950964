import { isDeepStrictEqual } from 'node:util';
import { byPlace } from '../../functions/allocation/changes.ts';
import { headRow } from '../../functions/allocation/head.ts';
import { rationaleRow } from '../../functions/allocation/rationale.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { policyInForce, policyRow } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { consignmentLineRow, consignmentRow } from '../../functions/delivery/consignment.ts';
import { shortfallRow } from '../../functions/delivery/shortfall.ts';
import { type Donation, donationRow, lotsOfGift } from '../../functions/donation/donation.ts';
import { creditRow, fundBalanceRow, fundEntryRow, fundRow } from '../../functions/funds/fund.ts';
import { fundReconciled } from '../../functions/funds/reconciliation.ts';
import { purchaseRow } from '../../functions/purchase/purchase.ts';
import { type Hold, handmade, type Line, lineRow, openRow, picking, planned } from '../../functions/request/line.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { compare } from '../../functions/shared/order.ts';
import type { RowType } from '../../functions/shared/row.ts';
import { balanceRow } from '../../functions/stock/balance.ts';
import { type Designation, isMeantFor, lotRow } from '../../functions/stock/lot.ts';
import { movementRow } from '../../functions/stock/movement.ts';
import { missingOf, reconciled } from '../../functions/stock/reconciliation.ts';
import { mayGo } from '../allocation/reading.ts';
import type { Books } from './books.ts';
import { type Commit, typeOf, type Written } from './log.ts';

/** What must hold of every commit: what is wrong with this one, given the books as it left them. */
type Rule = (commit: Commit, books: Books) => string[];

interface Change<T> {
  readonly was: T | undefined;
  readonly is: T | undefined;
}

const changesOf = <T>(type: RowType<T>, commit: Commit, books: Books): Change<T>[] =>
  commit
    .filter((written) => typeOf(written) === type.type)
    .map(({ was, is }) => ({ was: was && books.read(type, was), is: is && books.read(type, is) }));

/** Rows of a type as the commit left them. */
const leftBy = <T>(type: RowType<T>, commit: Commit, books: Books): T[] =>
  changesOf(type, commit, books).flatMap(({ is }) => is ?? []);

const MONEY = [creditRow, fundBalanceRow, fundEntryRow, fundRow, purchaseRow];
const READ = [balanceRow, consignmentLineRow, consignmentRow, eventRow, headRow, itemRow, lineRow, lotRow, movementRow];
const KNOWN = new Map<string, RowType<unknown>>(
  [...READ, ...MONEY, donationRow, openRow, policyRow, rationaleRow, shortfallRow, siteRow].map((type) => [
    type.type,
    type as RowType<unknown>,
  ]),
);

/** A row that its own type does not allow: a quantity below nothing, more holds than a line may have. */
const readable: Rule = (commit, books) =>
  commit.flatMap(({ key, is, ...of }) => {
    const type = KNOWN.get(typeOf({ key, is, ...of }));
    try {
      if (type !== undefined && is !== undefined) books.read(type, is);
      return [];
    } catch (error) {
      return [`${key} cannot be: ${String(error)}`];
    }
  });

/** Said once and for all. */
const FOR_EVER = new Set([
  ...[
    'event',
    'movement',
    'rationale',
    'once',
    'code',
    'paper',
    'external',
    'import-failure',
    'goods-received',
    'adjustment',
  ],
  ...['status-change', 'disposal'],
  ...['fund-credit', 'fund-document', 'fund-entry'],
]);

/** All of a lot but for whom it is meant: a donor may agree to others. */
const madeOf = ({ designation: _, version: __, ...lot }: Readonly<Record<string, unknown>>): unknown => sorted(lot);
const isAnotherLot = ({ was, is }: Written): boolean =>
  was !== undefined && (is === undefined || !isDeepStrictEqual(madeOf(was), madeOf(is)));

/** What happened is never written over, nor taken away; a pointer does not change while it is there. */
const kept: Rule = (commit) =>
  commit.flatMap((written) => {
    const { key, was, is } = written;
    const type = typeOf(written);
    const isPointer = type === openRow.type && is !== undefined;
    const changed =
      was !== undefined && (FOR_EVER.has(type) || isPointer || (type === lotRow.type && isAnotherLot(written)));
    return changed ? [`${key} was written over or taken away`] : [];
  });

const isCount = (value: unknown): value is number => typeof value === 'number';

/** Nobody writes over what he has not read: versions move on one by one. */
const counted: Rule = (commit) =>
  commit.flatMap(({ key, was, is }) => {
    const [before, after] = [was?.['version'], is?.['version']];
    return isCount(before) && isCount(after) && after !== before + 1
      ? [`${key} went from version ${before} to ${after}`]
      : [];
  });

const named = (difference: object): string =>
  Object.values(difference)
    .filter((value) => value !== undefined)
    .join(' ');

/** Shelves, holds, movements, consignments and lines of every item add up. */
const balanced: Rule = (_, books) => {
  const consignments = books
    .all(consignmentRow)
    .filter(({ status }) => status === 'picking' || status === 'dispatched');
  const carried = Map.groupBy(books.all(consignmentLineRow), ({ consignmentId }) => consignmentId);
  return books.all(itemRow).flatMap(({ id: itemId, ...item }) => {
    const of = <T extends { readonly itemId: string }>(rows: readonly T[]) =>
      rows.filter((row) => row.itemId === itemId);
    const { differences } = reconciled(
      { itemId, ...item },
      {
        lots: of(books.all(lotRow)),
        balances: of(books.all(balanceRow)),
        movements: of(books.all(movementRow)),
        lines: of(books.all(lineRow)),
        missing: missingOf(books.all(shortfallRow), itemId),
        underway: consignments.map((consignment) => ({ consignment, lines: of(carried.get(consignment.id) ?? []) })),
        unreadable: [],
      },
    );
    return differences.map((difference) => `${itemId} does not add up: ${named(difference)}`);
  });
};

/** The money of every fund adds up, to the fen and to the order. */
const funded: Rule = (commit, books) => {
  const types = new Set<string>(MONEY.map(({ type }) => type));
  if (!commit.some((written) => types.has(typeOf(written)))) return [];
  return books.all(fundRow).flatMap((fund) => {
    const of = <T extends { readonly fundId: string }>(rows: readonly T[]) =>
      rows.filter(({ fundId }) => fundId === fund.id);
    const { differences } = fundReconciled(fund, {
      balance: books.at(fundBalanceRow, keysOf(fund.county).fundBalance(fund.id)),
      credits: of(books.all(creditRow)).toSorted((a, b) => compare(a.n, b.n)),
      entries: of(books.all(fundEntryRow)),
      purchases: of(books.all(purchaseRow)),
      unreadable: [],
    });
    return differences.map((difference) => `${fund.id} does not add up: ${named(difference)}`);
  });
};

const availableOf = (books: Books, { county, itemId }: Line, { lotId, placeId }: Hold) =>
  books.at(balanceRow, keysOf(county).balance(itemId, lotId, placeId, 'available'));

/** Designated goods are promised to nobody else. */
const designated: Rule = (commit, books) =>
  leftBy(lineRow, commit, books).flatMap((line) =>
    line.holds.flatMap((hold) => {
      const balance = availableOf(books, line, hold);
      return balance !== undefined && meantFor(balance.designation, line)
        ? []
        : [`${line.id} holds ${hold.lotId}, which is not meant for ${line.siteId}`];
    }),
  );

/** The gift that a lot came from, as the books have it. */
const giftOfLot = (books: Books, lotId: string): Donation | undefined =>
  books.all(donationRow).find((row) => lotsOfGift(row).includes(lotId));

/** What was given for some is for others only once its donor has said so, beforehand or when asked; never the other way. */
const consented: Rule = (commit, books) =>
  [...changesOf(lotRow, commit, books), ...changesOf(balanceRow, commit, books)].flatMap(({ was, is }) => {
    if (was === undefined || is === undefined || isDeepStrictEqual(was.designation, is.designation)) return [];
    const lotId = 'lotId' in is ? is.lotId : is.id;
    const gift = giftOfLot(books, lotId);
    const agreed = gift?.consents.some(({ decision }) => decision === 'county');
    return is.designation.to === 'all' && agreed === true
      ? []
      : [`${lotId} is for others now, and nobody agreed to it`];
  });

/** Designated goods come to nobody else, however they are carried. */
const reached: Rule = (commit, books) =>
  leftBy(movementRow, commit, books).flatMap(({ county, lotId, toId, placeId, effects }) => {
    if ((effects.delivered ?? 0) <= 0) return [];
    const [lot, site] = [
      books.at(lotRow, keysOf(county).lot(lotId)),
      books.at(siteRow, keysOf(county).site(toId ?? placeId)),
    ];
    if (lot === undefined || site === undefined) return [`${lotId} was delivered nowhere`];
    const { id: siteId, kind: siteKind } = site;
    return isMeantFor(lot, { siteId, siteKind })
      ? []
      : [`${lotId} was delivered to ${siteId}, which it is not meant for`];
  });

const meantFor = (designation: Designation, { siteId, siteKind }: Line): boolean =>
  mayGo({ lotId: '', placeId: '', quantity: 0, designation }, { siteId, siteKind, arrival: '' });

const inTime = (useBy: string | undefined, arrival: string): boolean =>
  mayGo(
    { lotId: '', placeId: '', quantity: 0, useBy, designation: { to: 'all' } },
    { siteId: '', siteKind: 'village', arrival },
  );

/** Minutes of travel; a site that nobody knows is next door, as it is for the allocator. */
const leadTo = (books: Books, county: string, siteId: string): number =>
  books.at(siteRow, keysOf(county).site(siteId))?.leadMinutes ?? 0;

/** Holds of which there is more than before. */
const gained = (was: readonly Hold[], is: readonly Hold[]): Hold[] => {
  const before = byPlace(was);
  return [...byPlace(is)].flatMap(([place, hold]) =>
    hold.quantity > (before.get(place)?.quantity ?? 0) ? [hold] : [],
  );
};

/** Whether a commit says that this happened. */
const said = (commit: Commit, books: Books, name: string): boolean =>
  leftBy(eventRow, commit, books).some((event) => event.name === name);

const itemsDivided = (commit: Commit, books: Books): Set<string> =>
  new Set(leftBy(headRow, commit, books).map(({ itemId }) => itemId));

/** What people promised, be it in picking by now or not. */
const wordsOf = (holds: readonly Hold[]): Hold[] => holds.filter(({ byHand }) => byHand !== undefined);

/** Only a division promises goods, or a person who says so; a division leaves alone all but what is planned. */
const promised: Rule = (commit, books) => {
  const divided = itemsDivided(commit, books);
  const rest = ({ holds, version, rationale, division, ...line }: Line) =>
    JSON.stringify([line, picking({ holds }), handmade({ holds })]);
  return changesOf(lineRow, commit, books).flatMap(({ was, is }) => {
    if (is === undefined) return [`${was?.id} was taken away`];
    if (divided.has(is.itemId))
      return was !== undefined && rest(was) === rest(is) ? [] : [`${is.id} was changed by a division beyond its plan`];
    const byHand = gained(wordsOf(was?.holds ?? []), wordsOf(is.holds)).map(({ lotId }) => lotId);
    if (said(commit, books, 'GoodsHeldByHand')) {
      return gained(was?.holds ?? [], is.holds).flatMap(({ lotId }) =>
        byHand.includes(lotId) ? [] : [`${is.id} was promised ${lotId} by no division`],
      );
    }
    return [
      ...gained(was?.holds ?? [], is.holds).map(({ lotId }) => `${is.id} was promised ${lotId} by no division`),
      ...byHand.map((lotId) => `${is.id} was promised ${lotId} by hand, and nobody says so`),
    ];
  });
};

/** What a division promises can still be used when it arrives, reckoned from the division's own `now`. */
const usable: Rule = (commit, books) => {
  const divided = itemsDivided(commit, books);
  return changesOf(lineRow, commit, books).flatMap(({ was, is }) => {
    if (is === undefined || !divided.has(is.itemId)) return [];
    const why = books.at(rationaleRow, keysOf(is.county).rationale(is.itemId, is.rationale, 0));
    if (why === undefined) return [`${is.id} points to division ${is.rationale}, which explains nothing`];
    const arrival = plusMinutes(why.at, why.policy.handlingMinutes + leadTo(books, is.county, is.siteId));
    return gained(was === undefined ? [] : planned(was), planned(is))
      .filter((hold) => !inTime(availableOf(books, is, hold)?.useBy, arrival))
      .map(({ lotId }) => `${is.id} was promised ${lotId}, which expires before ${arrival}`);
  });
};

/** What a person promises can still be used when it arrives, too. */
const promisedByHand: Rule = (commit, books) => {
  const [event] = leftBy(eventRow, commit, books);
  if (event === undefined || event.name !== 'GoodsHeldByHand') return [];
  const { allocation } = policyInForce(event.county, books.at(policyRow, keysOf(event.county).policy()));
  return changesOf(lineRow, commit, books).flatMap(({ was, is }) => {
    if (is === undefined) return [];
    const arrival = plusMinutes(event.at, allocation.handlingMinutes + leadTo(books, is.county, is.siteId));
    return gained(was === undefined ? [] : handmade(was), handmade(is))
      .filter((hold) => !inTime(availableOf(books, is, hold)?.useBy, arrival))
      .map(({ lotId }) => `${is.id} was promised ${lotId} by hand, which expires before ${arrival}`);
  });
};

/** What is picked, and what leaves, can still be used when it arrives. */
const carried: Rule = (commit, books) => {
  const [event] = leftBy(eventRow, commit, books);
  if (event === undefined) return [];
  const policy = policyInForce(event.county, books.at(policyRow, keysOf(event.county).policy()));
  return changesOf(consignmentRow, commit, books).flatMap(({ was, is }) => {
    if (is === undefined || was?.status === is.status || !['picking', 'dispatched'].includes(is.status)) return [];
    const handling = is.status === 'picking' ? policy.allocation.handlingMinutes : 0;
    const arrival = plusMinutes(event.at, handling + leadTo(books, is.county, is.toId));
    return books
      .all(consignmentLineRow)
      .filter(({ consignmentId, useBy }) => consignmentId === is.id && !inTime(useBy, arrival))
      .map(({ lotId }) => `${is.id} is ${is.status} with ${lotId}, which expires before ${arrival}`);
  });
};

/** Each transaction of an allocator moves the head on by one, and no row says that it was divided at any other time. */
const headed: Rule = (commit, books) => {
  const heads = new Map(leftBy(headRow, commit, books).map(({ itemId, division }) => [itemId, division]));
  return [
    ...changesOf(headRow, commit, books).flatMap(({ was, is }) =>
      is?.division === (was?.division ?? 0) + 1
        ? []
        : [`the head of ${is?.itemId} went from ${was?.division} to ${is?.division}`],
    ),
    ...changesOf(balanceRow, commit, books).flatMap(({ was, is }) =>
      is === undefined || is.division === (was?.division ?? 0) || is.division === heads.get(is.itemId)
        ? []
        : [`${is.lotId} says division ${is.division} at head ${heads.get(is.itemId)}`],
    ),
    ...changesOf(lineRow, commit, books).flatMap(({ was, is }) =>
      is === undefined || is.division === (was?.division ?? 0) || is.division <= (heads.get(is.itemId) ?? 0)
        ? []
        : [`${is.id} says division ${is.division} at head ${heads.get(is.itemId)}`],
    ),
  ];
};

/** Of two allocators one is done, or gives up, before the other writes: no row is of a division older than the newest. */
const alone: Rule = (commit, books) =>
  [...itemsDivided(commit, books)].flatMap((itemId) => {
    const newest = Math.max(0, ...books.all(rationaleRow).map((why) => (why.itemId === itemId ? why.division : 0)));
    return leftBy(lineRow, commit, books)
      .filter((line) => line.itemId === itemId && line.division < newest)
      .map(({ id, division }) => `division ${division} wrote ${id} after division ${newest} had begun`);
  });

/** Nothing was left out of the log: each row was what the log said of it last. */
const unbroken = (commit: Commit, books: Books): string[] => {
  const last = (written: Written) => books.stood(typeOf(written), written.key);
  return commit.flatMap((written) =>
    JSON.stringify(sorted(written.was)) === JSON.stringify(sorted(last(written)))
      ? []
      : [`${written.key} was not what the log says of it`],
  );
};

/** The engine does not keep the order of attributes. */
const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null
    ? value
    : Array.isArray(value)
      ? value.map(sorted)
      : Object.entries(value)
          .map(([name, of]) => [name, sorted(of)])
          .sort();

const RULES: readonly Rule[] = [
  kept,
  counted,
  balanced,
  funded,
  designated,
  consented,
  reached,
  promised,
  usable,
  promisedByHand,
  carried,
  headed,
  alone,
];

/**
 * Takes commits into the books, one by one, and asks of each whether the county was safe after it. Answers with what is
 * wrong with the first that was not, and takes none after it; with nothing when all were.
 */
export const unsafe = (commits: readonly Commit[], books: Books): string[] => {
  for (const commit of commits) {
    const broken = [...unbroken(commit, books), ...readable(commit, books)];
    books.take(commit);
    // Rows that cannot be read cannot be added up.
    const wrong = broken.length > 0 ? broken : RULES.flatMap((rule) => rule(commit, books));
    if (wrong.length > 0) return wrong.map((what) => `At record ${commit[0]?.sequence}: ${what}`);
  }
  return [];
};
