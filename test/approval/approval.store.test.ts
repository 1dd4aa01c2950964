import { describe, expect, it } from 'vitest';
import { assess, decide, escalate } from '../../functions/approval/approval.store.ts';
import { itemRow } from '../../functions/catalogue/item.ts';
import { DEFAULT_POLICY, policyRow } from '../../functions/catalogue/policy.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { lineRow, openOf, openRow } from '../../functions/request/line.ts';
import { recentOf } from '../../functions/request/recent.store.ts';
import { MAX_LINES, requestRow } from '../../functions/request/request.ts';
import { plusMinutes } from '../../functions/shared/clock.ts';
import { ofType, partition } from '../../functions/shared/table.store.ts';
import type { Progress } from '../../functions/workflow/progress.ts';
import { killedAnywhere } from '../support/crash.ts';
import {
  aLine,
  anew,
  approver,
  aRequest,
  COUNTY,
  checkpoint,
  chief,
  freshPost,
  furnish,
  keys,
  mask,
  put,
  stored,
} from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = Object.assign(useTable(), { recentOf });
const at = (id: string, change: Partial<Progress> = {}): Progress => ({
  kind: 'request',
  county: COUNTY,
  id,
  attempt: 1,
  round: 0,
  status: 'submitted',
  secondsLeft: 1,
  ...change,
});
/** Of a post of its own, that has asked for nothing before. */
const submitted = async (change = {}, line = {}) => {
  await furnish(deps);
  const id = deps.ids.next('req');
  const siteId = await freshPost(deps);
  await put(deps, requestRow, aRequest({ id, siteId, ...change }));
  await put(deps, lineRow, aLine({ requestId: id, siteId, ...line }));
  return id;
};
const referred = (change = {}) =>
  submitted({
    level: 'supply-group',
    dueAt: plusMinutes(deps.time, -1),
    wait: { token: 't', status: 'submitted', execution: 'x', round: 1 },
    ...change,
  });
const pointers = async (id: string) =>
  ofType(openRow, await partition(deps, keys.item('mask').PK, 'OPEN#')).filter(({ requestId }) => requestId === id);

describe('assessing', () => {
  it('approves at once: lines open, pointers stand, the deadline is the need-by', async () => {
    const id = await submitted();
    // 24 hours are left.
    expect(await assess(deps, at(id))).toEqual(at(id, { status: 'approved', secondsLeft: 86_400 }));
    const { request, lines, events } = await stored(deps, id);
    expect(request.decision).toMatchObject({ outcome: 'approved', by: 'green-channel', level: 'at-once' });
    expect(lines).toMatchObject([{ status: 'open', approved: 300 }]);
    expect(await pointers(id)).toEqual(lines.map(openOf));
    expect(events).toEqual(['RequestApproved']);
  });

  it('leaves to a person what a number speaks against', async () => {
    const id = await submitted({}, { quantity: 350 });
    expect(await assess(deps, at(id))).toEqual(at(id, { secondsLeft: 1800 }));
    const { request, lines, events } = await stored(deps, id);
    expect(request).toMatchObject({ status: 'submitted', level: 'supply-group', referral: [{ code: 'over-norm' }] });
    expect([lines[0]?.status, await pointers(id)]).toEqual(['submitted', []]);
    expect(events).toEqual(['RequestReferred']);
  });

  it('refuses what has been withdrawn since', async () => {
    const id = await submitted();
    await put(deps, itemRow, mask({ active: false }));
    expect(await assess(deps, at(id))).toMatchObject({ status: 'refused' });
    const { request, lines } = await stored(deps, id);
    expect([request.status, lines[0]?.status]).toEqual(['refused', 'refused']);
  });

  it('stamps the policy in force on what it decides', async () => {
    const county = '632398';
    const strict = {
      ...DEFAULT_POLICY.approval,
      atOnceUpToFen: { tier1: 0, tier2: 0, tier3: 0 },
    };
    await put(deps, policyRow, { ...DEFAULT_POLICY, approval: strict, county, version: 9 });
    await put(deps, itemRow, mask({ county }));
    await put(deps, siteRow, checkpoint({ county }));
    const id = deps.ids.next('req');
    await put(deps, requestRow, aRequest({ id, county }));
    await put(deps, lineRow, aLine({ requestId: id, county }));
    await assess(deps, at(id, { county }));
    await decide(deps, { ...approver, county }, anew('approver-1'), id, { outcome: 'approved' });
    const rows = await partition(deps, requestRow.keyOf(aRequest({ id, county })).PK);
    expect(ofType(requestRow, rows)[0]?.decision).toMatchObject({
      policyVersion: 9,
      reasons: [{ code: 'over-at-once-limit' }],
    });
  });

  it('does it once, wherever it is killed', async () => {
    const kills = await killedAnywhere(
      deps,
      () => submitted(),
      (alive, id) => assess(alive, at(id)),
      async (id) => {
        expect((await stored(deps, id)).events).toEqual(['RequestApproved']);
        expect(await pointers(id)).toHaveLength(1);
      },
    );
    expect(kills).toBeGreaterThan(10);
  });

  it('refers once, wherever it is killed', async () => {
    await killedAnywhere(
      deps,
      () => submitted({}, { quantity: 350 }),
      (alive, id) => assess(alive, at(id)),
      async (id) => expect((await stored(deps, id)).events).toEqual(['RequestReferred']),
    );
  });

  it('returns what is so when it is repeated, after a decision or by a superseded execution', async () => {
    const id = await submitted();
    const first = await assess(deps, at(id));
    expect(await assess(deps, at(id))).toEqual(first);
    const late = await submitted({ attempt: 2 });
    expect(await assess(deps, at(late))).toMatchObject({ status: 'superseded' });
    const gone = await submitted({ status: 'cancelled' });
    expect(await assess(deps, at(gone))).toMatchObject({ status: 'cancelled' });
    expect((await stored(deps, gone)).events).toEqual([]);
  });

  it('holds 20 lines in one transaction', async () => {
    const id = deps.ids.next('req');
    await furnish(deps);
    await put(deps, requestRow, aRequest({ id, lines: MAX_LINES }));
    for (let n = 1; n <= MAX_LINES; n += 1) {
      await put(deps, itemRow, mask({ id: `item-${n}` }));
      await put(deps, lineRow, aLine({ requestId: id, n, itemId: `item-${n}` }));
    }
    expect(await assess(deps, at(id))).toMatchObject({ status: 'approved' });
    expect((await stored(deps, id)).lines.filter(({ status }) => status === 'open')).toHaveLength(MAX_LINES);
  });

  it('of a request that is not there fails for good', async () => {
    await expect(assess(deps, at('req_none'))).rejects.toMatchObject({ name: 'Problem', code: 'unknown-request' });
  });
});

describe('deciding', () => {
  it('opens the lines, says what was approved, and tells the machine', async () => {
    const id = await referred();
    await decide(deps, approver, anew('approver-1'), id, {
      outcome: 'approved',
      note: 'half for now',
      lines: [{ n: 1, quantity: 3, unit: '盒' }],
    });
    const { request, lines, events } = await stored(deps, id);
    expect(request.resume).toEqual({ token: 't', round: 1, since: deps.time });
    expect(lines).toMatchObject([{ status: 'open', approved: 150 }]);
    expect(await pointers(id)).toMatchObject([{ quantity: 150 }]);
    expect(events).toEqual(['RequestApproved']);
  });

  it('puts the pointer where the tier it decided belongs', async () => {
    const id = await referred();
    await decide(deps, chief, anew('chief-1'), id, { outcome: 'approved', tier: 3, note: 'relieved' });
    expect(await pointers(id)).toMatchObject([{ tier: 3 }]);
    expect((await stored(deps, id)).lines[0]?.tier).toBe(3);
  });

  it('is one decision when two decide at the same moment', async () => {
    const id = await referred();
    const both = await Promise.allSettled([
      decide(deps, approver, anew('approver-1'), id, { outcome: 'approved' }),
      decide(deps, chief, anew('chief-1'), id, { outcome: 'refused', note: 'no' }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'wrong-status' } });
    const { request, lines } = await stored(deps, id);
    expect(await pointers(id)).toHaveLength(request.status === 'approved' ? 1 : 0);
    expect(lines[0]?.status).toBe(request.status === 'approved' ? 'open' : 'refused');
  });

  it('in time wins over the escalation that comes at the same moment, or loses to it whole', async () => {
    for (let i = 0; i < 10; i += 1) {
      const id = await referred({ level: 'headquarters' });
      const [decided, escalated] = await Promise.allSettled([
        decide(deps, chief, anew('chief-1'), id, { outcome: 'refused', note: 'no' }),
        escalate(deps, at(id)),
      ]);
      const { request, lines, events } = await stored(deps, id);
      expect(escalated.status).toBe('fulfilled');
      expect(events).toHaveLength(1);
      if (decided.status === 'fulfilled') {
        expect([request.status, lines[0]?.approved, events]).toEqual(['refused', 0, ['RequestRefused']]);
      } else {
        expect([request.status, lines[0]?.approved, events]).toEqual(['approved', 100, ['OneDayReleased']]);
        expect(decided).toMatchObject({ reason: { code: 'wrong-status' } });
      }
    }
  });
});

describe('escalating', () => {
  it('goes up a level, then releases one day’s norm for the front line', async () => {
    const id = await referred();
    expect(await escalate(deps, at(id))).toEqual(at(id, { round: 1, secondsLeft: 1800 }));
    expect((await stored(deps, id)).request).toMatchObject({ level: 'headquarters', reminders: 1 });
    const later = { ...deps, clock: { now: () => plusMinutes(deps.time, 31) } };
    expect(await escalate(later, at(id, { round: 1 }))).toMatchObject({ status: 'approved', round: 2 });
    expect((await stored(deps, id)).events).toEqual(['RequestEscalated', 'OneDayReleased']);
    expect(await pointers(id)).toMatchObject([{ quantity: 100 }]);
  });

  it('gives a site that asks six times no more than its norm for these days, be it all at the same moment', async () => {
    const first = await referred({ level: 'headquarters' });
    const { siteId } = (await stored(deps, first)).request;
    const ids = [first];
    for (let n = 2; n <= 6; n += 1) {
      const id = await referred({ level: 'headquarters', siteId });
      await put(deps, lineRow, aLine({ requestId: id, siteId }));
      ids.push(id);
    }
    const released = async () => {
      const found = await Promise.all(ids.map((id) => stored(deps, id)));
      return found.flatMap(({ lines }) => lines).reduce((sum, { approved }) => sum + approved, 0);
    };
    await Promise.all(ids.map((id) => escalate(deps, at(id))));
    expect(await released()).toBeGreaterThanOrEqual(100);
    expect(await released()).toBeLessThanOrEqual(300);
    for (let round = 1; round <= 6; round += 1) {
      const later = { ...deps, clock: { now: () => plusMinutes(deps.time, 61 * round) } };
      for (const id of ids) await escalate(later, at(id, { round }));
    }
    expect(await released()).toBe(300);
  });

  it('does it once, wherever it is killed', async () => {
    const kills = await killedAnywhere(
      deps,
      () => referred(),
      (alive, id) => escalate(alive, at(id)),
      async (id) => expect((await stored(deps, id)).events).toEqual(['RequestEscalated']),
    );
    expect(kills).toBeGreaterThan(10);
  });

  it('changes nothing before the deadline', async () => {
    const id = await referred({ dueAt: plusMinutes(deps.time, 1) });
    expect(await escalate(deps, at(id))).toMatchObject({ status: 'submitted', secondsLeft: 60, round: 1 });
    expect((await stored(deps, id)).events).toEqual([]);
  });

  it('takes the other branch once somebody has decided', async () => {
    const id = await referred();
    await decide(deps, approver, anew('approver-1'), id, { outcome: 'refused', note: 'no' });
    expect(await escalate(deps, at(id))).toMatchObject({ status: 'refused' });
    expect((await stored(deps, id)).events).toEqual(['RequestRefused']);
  });

  it('ends an execution that another has taken over from', async () => {
    const id = await referred({ attempt: 2 });
    expect(await escalate(deps, at(id))).toMatchObject({ status: 'superseded' });
    expect((await stored(deps, id)).events).toEqual([]);
  });
});
