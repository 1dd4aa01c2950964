import { describe, expect, it } from 'vitest';
import { consignmentLineRow } from '../../functions/delivery/consignment.ts';
import { committed, lineRow, openOf, openRow, short, waveOf } from '../../functions/request/line.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { RowType } from '../../functions/shared/row.ts';
import consignmentLine from '../fixtures/v1/consignment-line.json' with { type: 'json' };
import line from '../fixtures/v1/line.json' with { type: 'json' };
import open from '../fixtures/v1/open.json' with { type: 'json' };
import request from '../fixtures/v1/request.json' with { type: 'json' };

/** Rows as the first release wrote them, frozen: every later release has to read them. */
describe('a row of version 1', () => {
  it.each([
    ['request', requestRow, request],
    ['line', lineRow, line],
    ['open', openRow, open],
  ] as [string, RowType<unknown>, Record<string, unknown>][])(
    '%s is read whole and written where it stood',
    (_what, type, row) => {
      expect(type.store(type.parse(row))).toEqual(row);
    },
  );

  it('still means what it meant', () => {
    const read = lineRow.parse(line);
    expect([short(read), committed(read)]).toEqual([50, 250]);
    expect(openOf(read)).toEqual(openRow.parse(open));
    expect(waveOf(read, read.needBy.replace('2022', '1970'))).toBeUndefined();
  });

  it('of a receipt with one reason for all says of each difference that it was this reason', () => {
    expect(consignmentLineRow.parse(consignmentLine).found).toEqual({
      ...{ good: 80, damaged: 15, missing: 5, extra: 0, note: '纸箱受潮' },
      reasons: { damaged: 'wet', missing: 'wet' },
    });
    const { found, ...underway } = consignmentLine;
    expect(consignmentLineRow.parse(underway)).not.toHaveProperty('found');
  });

  it('may hold what a newer release added, and lack what it made optional', () => {
    const { odd, referral, reminders, ...older } = request;
    expect(requestRow.parse({ ...older, added: 'later' })).toMatchObject({ odd: [], referral: [], reminders: 0 });
  });
});
