import type { Tier } from '../catalogue/policy.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { ofType, partition } from '../shared/table.store.ts';
import { explain, passedOver, type Reason } from './explain.ts';
import { type Rationale, rationaleRow } from './rationale.ts';

/** Why a claim got what it got, with its numbers and in words. Quantities are base units. */
export interface RationaleView extends Omit<Reason, 'lots'> {
  /** Goods that the claim could not use, by why. */
  readonly passedOver: { readonly designated: number; readonly expiring: number };
  readonly zh: string;
  readonly en: string;
}

/** All parts of what a division rested on and gave: enough to compute it again. */
export const readRationale = async (
  deps: Deps,
  county: string,
  itemId: string,
  division: number,
): Promise<Rationale[]> => {
  const { PK, SK } = keysOf(county).rationale(itemId, division, 0);
  return ofType(rationaleRow, await partition(deps, PK, SK.slice(0, SK.lastIndexOf('#') + 1)));
};

/**
 * Explains what a division gave a site in a tier. `undefined` when no division has looked at it yet (`division` 0), or
 * when it did not count then.
 */
export const viewRationale = async (
  deps: Deps,
  county: string,
  itemId: string,
  division: number,
  of: { readonly siteId: string; readonly tier: Tier },
): Promise<RationaleView | undefined> => {
  if (division === 0) return undefined;
  const parts = await readRationale(deps, county, itemId, division);
  const claim = parts
    .flatMap(({ claims }) => claims)
    .find(({ siteId, tier }) => siteId === of.siteId && tier === of.tier);
  const [first] = parts;
  if (claim === undefined || first === undefined) return undefined;
  const { county: _, part, parts: __, claims, ...summary } = first;
  const reason = { ...summary, claim, lots: parts.flatMap(({ lots }) => lots) };
  const { lots, ...view } = reason;
  return { ...view, passedOver: passedOver(reason), ...explain(reason) };
};
