import { type Actor, ownSite } from '../shared/actor.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { invalid, notFound } from '../shared/problem.ts';
import { get } from '../shared/table.store.ts';
import { readCode } from './code.ts';
import { type Consignment, codeRow, consignmentRow } from './consignment.ts';

/**
 * The consignment that a typed or scanned code names.
 *
 * @throws Problem 422 `mistyped-code`; 404 `unknown-waybill`.
 */
export const waybillBy = async (deps: Deps, county: string, typed: string): Promise<Consignment> => {
  const code = readCode(typed);
  if (code === undefined)
    throw invalid('mistyped-code', 'code', {
      zh: '运单码不对，请再看一遍。',
      en: 'This cannot be the code of a waybill: please look at it again.',
    });
  const keys = keysOf(county);
  const row = await get(deps, codeRow, keys.code(code));
  const consignment = row && (await get(deps, consignmentRow, keys.consignment(row.consignmentId)));
  if (consignment === undefined) throw notFound('waybill', code);
  return consignment;
};

/**
 * The same for the site it is going to: a code of another site's is answered as one that does not exist.
 *
 * @throws as `waybillBy`; Problem 403 `wrong-site` for a caller of no site.
 */
export const waybillOf = async (deps: Deps, actor: Actor, typed: string): Promise<Consignment> => {
  const own = ownSite(actor);
  const consignment = await waybillBy(deps, actor.county, typed);
  if (consignment.toId !== own) throw notFound('waybill', consignment.code ?? '');
  return consignment;
};
