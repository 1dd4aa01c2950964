import { consignmentRow } from '../delivery/consignment.ts';
import { requestRow } from '../request/request.ts';
import { type Key, keysOf } from '../shared/keys.ts';
import type { RowType } from '../shared/row.ts';
import type { Kind, Timeline } from './timeline.ts';

/** Every kind of row with a workflow, by what all of them have: their timeline. Whatever else they hold is kept. */
export const rowOf: Readonly<Record<Kind, RowType<Timeline>>> = {
  request: requestRow,
  consignment: consignmentRow,
};

/** Statuses in which a machine waits for somebody, with a deadline. */
export const WAITING: Readonly<Record<Kind, readonly string[]>> = {
  request: ['submitted', 'approved'],
  consignment: ['planned', 'picking', 'dispatched'],
};

/** Which row: what duties are looked up by. */
export interface Of {
  readonly kind: Kind;
  readonly county: string;
  readonly id: string;
}

export const keyOf = ({ kind, county, id }: Of): Key => {
  const keys = keysOf(county);
  return kind === 'request' ? keys.request(id) : keys.consignment(id);
};
