import { type Line, lineRow } from '../request/line.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import { getAll, ofType, partition } from '../shared/table.store.ts';
import { type ConsignmentLine, consignmentLineRow } from './consignment.ts';

/** The lot-lines of a consignment in their order; none while it is planned. */
export const linesOf = async (deps: Deps, county: string, id: string): Promise<ConsignmentLine[]> =>
  ofType(consignmentLineRow, await partition(deps, keysOf(county).consignment(id).PK, 'LINE#'));

/** The need lines that these lot-lines are for, each once. */
export const needsOf = async (deps: Deps, county: string, lines: readonly ConsignmentLine[]): Promise<Line[]> => {
  const keys = lines.flatMap(({ shares }) =>
    shares.map(({ requestId, n }) => keysOf(county).requestLine(requestId, n)),
  );
  const needs = await getAll(deps, lineRow, keys);
  return [...new Map(needs.map((line) => [line.id, line])).values()];
};
