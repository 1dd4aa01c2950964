import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusMinutes } from '../../functions/shared/clock.ts';
import {
  type Appeal,
  appealChase,
  appealRow,
  appealViewOf,
  arrived,
  endedBy,
  outstanding,
  promised,
} from '../../functions/supply/appeal.ts';
import { byId, COUNTY, mask, NOW } from '../support/need.ts';
import { runs } from '../support/random.ts';

const TOMORROW = plusMinutes(NOW, 1_440);
const by = { by: 'clerk-1', at: NOW };

/** 100 boxes of masks, asked of the prefecture and not yet answered. */
const anAppeal = (of: Partial<Appeal> = {}): Appeal =>
  appealRow.parse(
    appealRow.store({
      ...{ county: COUNTY, id: 'apl_1', version: 1, status: 'asked', attempt: 1, reminders: 0, dueAt: TOMORROW },
      ...{ tier: 1, itemId: 'mask', quantity: 5_000, placeId: 'warehouse', to: '州物资保障组' },
      ...{ document: '请调函1号', reason: '一线库存不足', askedBy: 'clerk-1', arrivals: [], at: NOW },
      ...of,
    }),
  );
const promise = (row: Appeal, quantity = 4_000): Appeal =>
  promised(row, { ...by, quantity, expectedAt: TOMORROW, reference: '调拨通知1号' }, NOW);
const came = (row: Appeal, accepted: number, final = false): Appeal =>
  arrived(row, { ...by, document: '调拨单', accepted, damaged: 50, wrong: 50 }, { final, at: NOW });
const end = (row: Appeal): Appeal => endedBy(row, { ...by, reason: '上级无货' }, NOW);

describe('what was asked for from above', () => {
  it('given no answer, then all that was asked for may still come; given one, then what was promised', () => {
    expect([outstanding(anAppeal()), outstanding(promise(anAppeal()))]).toEqual([5_000, 4_000]);
    expect(outstanding(promise(promise(anAppeal()), 6_000))).toBe(6_000);
  });

  it('given a promise, then it is due when that is expected, and was reminded of never', () => {
    const late = anAppeal({ dueAt: NOW, reminders: 3, lateSince: NOW, notices: ['ntc_1'] });
    expect(promise(late)).toMatchObject({ status: 'promised', dueAt: TOMORROW, reminders: 0 });
    expect(promise(late)).toMatchObject({ over: { notices: ['ntc_1'] } });
    expect(promise(late).lateSince).toBeUndefined();
  });

  it('given a part, then only what was accepted of it has come, and the rest is waited for', () => {
    const part = came(promise(anAppeal()), 1_500);
    expect([part.status, outstanding(part)]).toEqual(['promised', 2_500]);
    expect([came(part, 2_499).status, came(part, 2_500).status, came(part, 9_000).status]).toEqual([
      ...['promised', 'closed', 'closed'],
    ]);
  });

  it('given that nothing more will come, then it is closed, and nothing is outstanding', () => {
    const last = came(promise(anAppeal()), 0, true);
    expect([last.status, outstanding(last)]).toEqual(['closed', 0]);
  });

  it('given a promise of no more than has come, then it is closed, and nobody is asked for nothing', () => {
    const part = came(anAppeal(), 1_500);
    expect([promise(part, 1_501).status, promise(part, 1_500).status, promise(part, 1_000).status]).toEqual([
      ...['promised', 'closed', 'closed'],
    ]);
  });

  it('given up before anything was answered or came, then it was refused; after that, it is closed', () => {
    expect(end(anAppeal())).toMatchObject({ status: 'refused', ended: { reason: '上级无货' } });
    for (const row of [promise(anAppeal()), came(anAppeal(), 50)]) expect(end(row).status).toBe('closed');
  });

  it('given it is over, then nothing more is promised, counted in or given up', () => {
    for (const status of ['closed', 'refused'] as const)
      for (const step of [promise, (row: Appeal) => came(row, 50), end])
        expect(() => step(anAppeal({ status }))).toThrow(expect.objectContaining({ code: 'wrong-status' }));
  });

  it('given a machine that waits, then every step wakes it; given one that gave up, then its failure ends with it', () => {
    const wait = { token: 't', status: 'asked', execution: 'e', round: 3 };
    for (const step of [promise, (row: Appeal) => came(row, 50), end])
      expect(step(anAppeal({ wait }))).toMatchObject({ resume: { token: 't', round: 3 } });
    const failed = anAppeal({ failure: { error: 'Error', cause: 'why', at: NOW } });
    expect([promise(failed).failure?.cause, end(failed).failure]).toEqual(['why', undefined]);
  });

  it('says whose turn it is: theirs to answer, ours to count in, or to have it go on', () => {
    const failure = { error: 'Error', cause: 'why', at: NOW };
    const steps = [anAppeal(), promise(anAppeal()), anAppeal({ failure }), end(anAppeal())].map(
      (row) => appealViewOf(row, TOMORROW).next,
    );
    expect(steps).toMatchObject([
      { step: 'answer', dueAt: TOMORROW, overdue: true },
      { step: 'arrival', overdue: true },
      { step: 'retry' },
      { step: 'nothing', overdue: false },
    ]);
    expect(appealViewOf(anAppeal(), NOW).next.overdue).toBe(false);
  });

  it('whatever comes in whatever parts: what came and what is outstanding are what was promised, until it is closed', () => {
    const parts = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 6_000 }), (amounts, quantity) => {
        let row = promise(anAppeal(), quantity);
        for (const amount of amounts) {
          if (row.status === 'closed') break;
          row = came(row, amount);
          const view = appealViewOf(row, NOW);
          expect(view.status === 'closed').toBe(view.came >= quantity);
          expect(view.outstanding).toBe(Math.max(0, quantity - view.came));
        }
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('those above are chased', () => {
  const items = byId(mask());
  it('for an answer, and once they have given one, for what is left of what they promised', () => {
    expect(appealChase.words(anAppeal(), { items }).zh).toBe(
      '州物资保障组对请求下拨医用外科口罩 100 盒（5000个）（请调函1号）仍未答复，请催问，或另行采购。',
    );
    expect(appealChase.words(came(promise(anAppeal()), 1_500), { items })).toEqual({
      code: 'appeal-overdue',
      zh: '州物资保障组答应下拨的医用外科口罩 50 盒（2500个）（请调函1号）已过预计到达时间，尚未收齐，请催问。',
      en: 'surgical mask 50 盒 (2500 piece) that 州物资保障组 promised (请调函1号) are past their time and have not come: ask again.',
    });
  });

  it('by whoever asks for goods, later by headquarters besides, and never with what people wrote as a reason', () => {
    expect([appealChase.first, appealChase.later]).toEqual([{ role: 'clerk' }, { role: 'headquarters' }]);
    expect(appealChase.words(anAppeal({ reason: '某人来电' }), { items }).zh).not.toContain('某人来电');
  });
});
