import type { FundEntry } from '../functions/funds/fund.ts';
import type { ItemAccount } from '../functions/stock/reconciliation.ts';
import type { GiftTrace, LotTrace } from '../functions/trace/gift-trace.ts';

/** A gift as its donor can follow it, when a rehearsal ends. */
export interface GiftEnd {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly trace: GiftTrace;
  /** Of money: where finance booked it. */
  readonly credit?: { readonly fundId: string; readonly n: number };
}

/** What gifts are held against: the accounts of all lots, and what funds paid out, by fund. */
export interface Ledgers {
  readonly accounts: readonly Pick<ItemAccount, 'lots'>[];
  readonly entries: ReadonlyMap<string, readonly Pick<FundEntry, 'kind' | 'credits'>[]>;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
const at = ({ portions }: LotTrace, where: string): number =>
  sum(portions.filter((portion) => portion.where === where).map(({ quantity }) => quantity));

/** Where the books have what a trace says of it. */
const PLACES = [
  ['onHand', ['held']],
  ['inTransit', ['in-transit']],
  ['unaccounted', ['looked-for']],
  ['delivered', ['delivered']],
  ['damaged', ['damaged']],
  ['lost', ['lost']],
  ['disposed', ['disposed', 'returned']],
] as const;

/** Wherever the trace of a lot says other than its account, or names no site where it was delivered. */
const lotGaps = (gift: string, trace: LotTrace, account: ItemAccount['lots'][number] | undefined): string[] => {
  const { lotId, cameIn, portions } = trace;
  const total = sum(portions.map(({ quantity }) => quantity));
  const nowhere = portions.filter(({ where, site }) => where === 'delivered' && site === undefined);
  return [
    ...(total === cameIn ? [] : [`${gift}: of ${lotId} ${cameIn} came in, and ${total} are somewhere`]),
    ...(account === undefined ? [`${gift}: ${lotId} is in no account`] : []),
    ...(account === undefined
      ? []
      : PLACES.flatMap(([bucket, where]) => {
          const [is, traced] = [account[bucket], where.reduce((all, one) => all + at(trace, one), 0)];
          return is === traced ? [] : [`${gift}: of ${lotId} ${is} are ${bucket}, and ${traced} are traced`];
        })),
    ...nowhere.map(({ quantity }) => `${gift}: ${quantity} of ${lotId} were delivered to no site`),
  ];
};

/** Wherever what a gift of money paid for is not all that its credit was spent for. */
const moneyGaps = ({ name, trace: { money }, credit }: GiftEnd, { entries }: Ledgers): string[] => {
  if (credit === undefined) return [];
  if (money === undefined) return [`${name}: it is in the fund ${credit.fundId}, and nothing of it is traced`];
  const spent = sum(
    (entries.get(credit.fundId) ?? []).flatMap(({ kind, credits = [] }) =>
      kind === 'spent' ? credits.filter(({ n }) => n === credit.n).map(({ amountFen }) => amountFen) : [],
    ),
  );
  const parts = sum(money.spent.map(({ amountFen }) => amountFen));
  const nameless = money.spent.filter(({ lot, other }) => lot === undefined && other === undefined);
  return [
    ...(spent === money.spentFen ? [] : [`${name}: ${spent} fen were spent, and ${money.spentFen} are traced`]),
    ...(parts === money.spentFen ? [] : [`${name}: ${money.spentFen} fen were spent, for ${parts} fen of things`]),
    ...nameless.map(({ amountFen }) => `${name}: ${amountFen} fen were spent for nothing that is named`),
  ];
};

const lotsOf = ({ trace: { lines, money } }: GiftEnd): LotTrace[] => [
  ...lines.flatMap(({ lots }) => lots),
  ...(money?.spent.flatMap(({ lot }) => lot ?? []) ?? []),
];

/**
 * Where what donors can follow and the books differ, in words; nothing, when every donated unit and every fen that was
 * spent leads from a code to where it is.
 */
export const gapsOf = (gifts: readonly GiftEnd[], ledgers: Ledgers): string[] => {
  const accounts = ledgers.accounts.flatMap(({ lots }) => lots);
  const byId = new Map(accounts.map((account) => [account.lotId, account]));
  const traced = new Set(gifts.flatMap((gift) => lotsOf(gift).map(({ lotId }) => lotId)));
  return [
    ...gifts.flatMap((gift) => lotsOf(gift).flatMap((lot) => lotGaps(gift.name, lot, byId.get(lot.lotId)))),
    ...gifts.flatMap((gift) => moneyGaps(gift, ledgers)),
    ...accounts
      .filter(({ source, lotId }) => source === 'donated' && !traced.has(lotId))
      .map(({ lotId }) => `${lotId} was donated, and no gift leads to it`),
  ];
};
