import { type Action, insert } from '../shared/actions.ts';
import type { Ids } from '../shared/ids.ts';
import { encumber, type FundEntry, fundEntryRow, release } from './fund.ts';

/** The fund that an order is paid from. */
export interface OfFund {
  readonly county: string;
  readonly fundId: string;
}

/** So much of a fund, for one order of a purchase. */
interface ForOrder {
  readonly purchaseId: string;
  readonly order: number;
  readonly amountFen: number;
}

/** What a person, or the green channel, does with what was set aside. */
export interface Shift {
  /** Set aside for orders that are placed. */
  readonly encumbered?: readonly ForOrder[];
  /** Available again, of orders that ended or came for less. */
  readonly released?: readonly ForOrder[];
}

/** One line of a fund's book: never changed, and numbered so that the newest sorts last. */
export const entered = (
  ids: Ids,
  { county, fundId }: OfFund,
  entry: Omit<FundEntry, 'county' | 'id' | 'fundId'>,
): Action => insert(fundEntryRow, { ...entry, county, id: ids.next('ent'), fundId });

const total = (of: readonly ForOrder[]): number => of.reduce((sum, { amountFen }) => sum + amountFen, 0);

/**
 * Money is set aside for orders and given back of others, in one commit: the actions for it, to go into the
 * transaction that places or ends the orders. The fund's row takes one action, of the difference, because a transaction
 * may touch a row only once; its book takes one entry an order and kind. Orders of nothing are passed over, and where
 * nothing moves there are no actions.
 *
 * Only what is set aside beyond what is given back has to be available: an order that replaces a dearer one is never
 * refused. The commit is refused with Problem 409 `fund-exhausted` and the figures, or 404 `unknown-fund`. Whether the
 * fund is active and may buy the item (`mayBuy`) is the caller's to see to.
 */
export const encumbering = (
  ids: Ids,
  of: OfFund,
  { encumbered = [], released = [] }: Shift,
  { by, at }: Pick<FundEntry, 'by' | 'at'>,
): Action[] => {
  const more = total(encumbered) - total(released);
  const entries = (kind: FundEntry['kind'], orders: readonly ForOrder[]): Action[] =>
    orders
      .filter(({ amountFen }) => amountFen > 0)
      .map(({ purchaseId, order, amountFen }) => entered(ids, of, { kind, amountFen, purchaseId, order, by, at }));
  return [
    ...(more > 0 ? [encumber(of, more)] : []),
    ...(more < 0 ? [release(of, -more)] : []),
    ...entries('encumbered', encumbered),
    ...entries('released', released),
  ];
};
