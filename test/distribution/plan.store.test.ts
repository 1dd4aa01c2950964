import { describe, expect, it } from 'vitest';
import { itemRow } from '../../functions/catalogue/item.ts';
import { siteRow } from '../../functions/catalogue/site.ts';
import { escalatePlan } from '../../functions/distribution/escalate.store.ts';
import { openNeeds } from '../../functions/distribution/opening.store.ts';
import { cancelPlan, decidePlan, planDistribution, planOf, sitesOf } from '../../functions/distribution/plan.store.ts';
import { type PlanBody, planBody } from '../../functions/distribution/plan.ts';
import { viewPlan } from '../../functions/distribution/view.store.ts';
import { noticeRow } from '../../functions/notices/notice.ts';
import { lineRow, openRow } from '../../functions/request/line.ts';
import { recentNeedOf } from '../../functions/request/recent.store.ts';
import { requestRow } from '../../functions/request/request.ts';
import type { Actor, Role } from '../../functions/shared/actor.ts';
import type { Deps } from '../../functions/shared/deps.ts';
import { eventRow } from '../../functions/shared/event.ts';
import { keysOf } from '../../functions/shared/keys.ts';
import { everyIndexed, getAll, ofType, partition } from '../../functions/shared/table.store.ts';
import { progressOf } from '../../functions/workflow/progress.ts';
import { killedAnywhere } from '../support/crash.ts';
import { anew, mask, put, village } from '../support/need.ts';
import { useTable } from '../support/table.ts';

const deps = useTable();
let counties = 650_000;
/** More than one transaction holds, of one line each. */
const VILLAGES = 18;

const who = (county: string, sub: string, ...roles: Role[]): Actor => ({ sub, county, roles });
const clerk = (county: string) => who(county, 'clerk-1', 'clerk');
const approver = (county: string) => who(county, 'approver-1', 'approver');

/** A county of its own, with so many villages and masks. */
const freshCounty = async (villages = VILLAGES): Promise<string> => {
  counties += 1;
  const county = String(counties);
  deps.time = '2022-05-12T01:00:00.000Z';
  await put(deps, itemRow, mask({ county, norms: {} }));
  await Promise.all(
    Array.from({ length: villages }, (_, n) => put(deps, siteRow, village({ county, id: `village-${n}` }))),
  );
  return county;
};

const bodyOf = (changes: Partial<PlanBody> = {}): PlanBody =>
  planBody.parse({
    ...{ reason: '样例发放', needBy: '2022-05-13T01:00:00Z', recipients: 'residents' },
    target: { to: 'kinds', kinds: ['village'] },
    lines: [{ itemId: 'mask', norm: { quantity: 1, unit: '个', per: 'person' } }],
    ...changes,
  });

const plan = (county: string, body = bodyOf(), recent = recentNeedOf) =>
  planDistribution({ ...deps, recentNeedOf: recent }, clerk(county), anew(), body);
const approve = (county: string, id: string) =>
  decidePlan(deps, approver(county), anew('approver-1'), id, { outcome: 'approved' });
const approvedPlan = async (county?: string, recent = recentNeedOf) => {
  const at = county ?? (await freshCounty());
  return approvedIn(at, await plan(at, bodyOf(), recent));
};
const approvedIn = async (county: string, id: string) => {
  await approve(county, id);
  return { county, id };
};

/** Nobody has anything from before: for tests that read nothing else over and over. */
const nothingBefore: typeof recentNeedOf = async () => ({ quantities: new Map(), incomplete: false });

const step = async (on: Deps, county: string, id: string, recent = recentNeedOf) => {
  const row = await planOf(deps, county, id);
  const { attempt } = row;
  const progress = progressOf({ kind: 'distribution-plan', attempt, round: 0 }, row, deps.time);
  return openNeeds({ ...on, recentNeedOf: recent, clock: deps.clock }, progress);
};
/** The machine's loop, with whatever client it has. */
const openAll = async (
  on: Deps,
  { county, id }: { county: string; id: string },
  recent = recentNeedOf,
): Promise<void> => {
  for (;;) {
    if ((await step(on, county, id, recent)).status !== 'approved') return;
  }
};

/** Everything of the needs of a plan, whoever opened them. */
const needsOf = async (county: string, id: string) => {
  const keys = keysOf(county);
  const planned = await sitesOf(deps, { county, id });
  const [requests, lines, opens, events] = await Promise.all([
    getAll(
      deps,
      requestRow,
      planned.map(({ requestId }) => keys.request(requestId)),
    ),
    getAll(
      deps,
      lineRow,
      planned.map(({ requestId }) => keys.requestLine(requestId, 1)),
    ),
    partition(deps, keys.item('mask').PK, 'OPEN#'),
    getAll(
      deps,
      eventRow,
      planned.map(({ requestId }) => keys.event(keys.request(requestId), 1)),
    ),
  ]);
  const mine = new Set(planned.map(({ requestId }) => requestId));
  const pointers = ofType(openRow, opens).filter(({ requestId }) => mine.has(requestId));
  return { planned, requests, lines, opens: pointers, events };
};

describe('planning', () => {
  it('is kept as it is to be decided on, and is one plan wherever its process is killed', async () => {
    await killedAnywhere(
      deps,
      async () => ({ county: await freshCounty(2), once: anew(), id: '' }),
      async (on, given) => {
        given.id = await planDistribution({ ...on, recentNeedOf }, clerk(given.county), given.once, bodyOf()).catch(
          (error: Error) => {
            if (error.name === 'AlreadyDone') return 'done';
            throw error;
          },
        );
      },
      async ({ county }) => {
        const at = keysOf(county).queue('distribution-plan.start');
        expect(await everyIndexed(deps, { index: 'GSI1', at })).toHaveLength(1);
      },
    );
  });

  it('counts what a site has for the same days, and asks for nothing twice', async () => {
    const { county, id } = await approvedPlan(await freshCounty(2));
    await openAll(deps, { county, id });
    await expect(plan(county)).rejects.toMatchObject({ code: 'nobody-to-serve' });
    const more = bodyOf({ lines: [{ itemId: 'mask', norm: { quantity: 2, unit: '个', per: 'person' } }] });
    const { sites, lines } = await viewPlan(deps, county, await plan(county, more));
    expect(sites[0]?.lines).toMatchObject([{ norm: 1_200, earlier: 600, quantity: 600 }]);
    expect(lines).toMatchObject([{ total: 1_200, free: 0, beyond: 1_200 }]);
  });
});

describe('a plan is decided', () => {
  it('once, by somebody else, at the level that its cost calls for', async () => {
    const county = await freshCounty(2);
    const id = await plan(county);
    const decide = (by: Actor, outcome: 'approved' | 'refused' = 'approved') =>
      decidePlan(deps, by, anew(by.sub), id, { outcome });
    await expect(decide(who(county, 'clerk-1', 'approver'))).rejects.toMatchObject({ code: 'own-request' });
    await expect(decide(approver(county), 'refused')).rejects.toMatchObject({ code: 'note-missing' });
    const both = await Promise.allSettled([decide(approver(county)), decide(who(county, 'chief', 'headquarters'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'wrong-status' } });
    await expect(cancelPlan(deps, clerk(county), anew(), id, { reason: '不再需要' })).rejects.toMatchObject({
      code: 'wrong-status',
    });
    expect((await planOf(deps, county, id)).status).toBe('approved');

    // 18 villages of 600 at one yuan a mask, and ten days: more than the supply group may decide.
    const dear = await plan(
      await freshCounty(),
      bodyOf({ lines: [{ itemId: 'mask', norm: { quantity: 1, unit: '个', per: 'person', days: 10 } }] }),
    );
    expect(await planOf(deps, String(counties), dear)).toMatchObject({ level: 'headquarters', coverDays: 10 });
    await expect(approve(String(counties), dear)).rejects.toMatchObject({ code: 'wrong-level' });
  });

  it('by the next level when nobody does, and then stays overdue: nothing goes by silence', async () => {
    const county = await freshCounty(2);
    const id = await plan(county);
    const late = async () => {
      const row = await planOf(deps, county, id);
      deps.time = row.dueAt;
      return escalatePlan(deps, progressOf({ kind: 'distribution-plan', attempt: 1, round: 0 }, row, deps.time));
    };
    expect((await planOf(deps, county, id)).level).toBe('supply-group');
    await late();
    expect(await planOf(deps, county, id)).toMatchObject({ level: 'headquarters', reminders: 1 });
    await late();
    expect(await planOf(deps, county, id)).toMatchObject({ status: 'submitted', reminders: 2 });
    const inbox = { index: 'GSI2', at: keysOf(county).party('staff.headquarters') } as const;
    const told = ofType(noticeRow, await everyIndexed(deps, inbox)).map(({ code }) => code);
    expect(told.sort()).toEqual(['plan-escalated', 'plan-undecided']);
  });
});

describe('an approved plan', () => {
  it('opens one ordinary, approved need for each site, and says so to the site', async () => {
    const { county, id } = await approvedPlan();
    await openAll(deps, { county, id });
    const { requests, lines, opens, events } = await needsOf(county, id);
    expect([requests.length, lines.length, opens.length, events.length]).toEqual(Array(4).fill(VILLAGES));
    expect(requests[0]).toMatchObject({
      ...{ status: 'approved', planId: id, siteId: 'village-0', tier: 3, askedBy: 'clerk-1', lines: 1 },
      decision: { outcome: 'approved', by: 'approver-1', level: 'supply-group', at: '2022-05-12T01:00:00.000Z' },
    });
    expect(lines[0]).toMatchObject({
      ...{ status: 'open', quantity: 600, approved: 600, asked: { quantity: 12, unit: '盒' } },
    });
    expect(await planOf(deps, county, id)).toMatchObject({ status: 'opened', next: VILLAGES, skipped: [] });
    const inbox = { index: 'GSI2', at: keysOf(county).party('village-0'), beginsWith: 'NOTICE#' } as const;
    expect(ofType(noticeRow, await everyIndexed(deps, inbox))).toMatchObject([{ code: 'planned-for-site' }]);
  });

  it('that is killed at any call, or opened by several at once, has opened each need once in the end', async () => {
    const once = await freshCounty();
    const kills = await killedAnywhere(
      deps,
      () => approvedPlan(once, nothingBefore),
      (on, given) => openAll(on, given, nothingBefore),
      async ({ county, id }) => {
        const { requests, lines, opens, events } = await needsOf(county, id);
        expect([requests.length, lines.length, opens.length, events.length]).toEqual(Array(4).fill(VILLAGES));
        expect((await planOf(deps, county, id)).status).toBe('opened');
      },
    );
    // Two transactions, each with the reads before it, on the way there and back.
    expect(kills).toBeGreaterThan(8);
    const given = await approvedPlan(once, nothingBefore);
    const opening = () => openAll(deps, given, nothingBefore);
    await Promise.all([opening(), opening(), opening()]);
    expect((await needsOf(given.county, given.id)).opens).toHaveLength(VILLAGES);
    const before = await planOf(deps, given.county, given.id);
    await step(deps, given.county, given.id);
    expect(await planOf(deps, given.county, given.id)).toEqual(before);
  });

  it('passes by what was closed or withdrawn since, and says what', async () => {
    const county = await freshCounty(3);
    await put(deps, itemRow, mask({ county, id: 'suit' }));
    const norm = { quantity: 1, unit: '个', per: 'person' } as const;
    const id = await plan(
      county,
      bodyOf({
        lines: [
          { itemId: 'mask', norm },
          { itemId: 'suit', norm },
        ],
      }),
    );
    await approve(county, id);
    await put(deps, siteRow, village({ county, id: 'village-1', active: false, version: 2 }));
    await put(deps, itemRow, mask({ county, id: 'suit', active: false, version: 2 }));
    await openAll(deps, { county, id });
    const view = await viewPlan(deps, county, id);
    expect(view).toMatchObject({ status: 'opened', siteCount: 3 });
    expect(view.skipped).toMatchObject([
      { itemId: 'suit', code: 'inactive-item' },
      { siteId: 'village-1', code: 'inactive-site' },
    ]);
    expect(
      view.sites.map(({ requestId, lines }) => [requestId === undefined, lines.map(({ need }) => need?.short)]),
    ).toEqual([
      [false, [600, undefined]],
      [true, [undefined, undefined]],
      [false, [600, undefined]],
    ]);
  });

  it('gives what another, decided since for the same days, has left: two that are alike open each need once', async () => {
    const county = await freshCounty(2);
    const twice = bodyOf({ lines: [{ itemId: 'mask', norm: { quantity: 2, unit: '个', per: 'person' } }] });
    const ids = [await plan(county), await plan(county), await plan(county, twice)];
    for (const id of ids) {
      await approve(county, id);
      await openAll(deps, { county, id });
    }
    const views = await Promise.all(ids.map((id) => viewPlan(deps, county, id)));
    const approved = views.map(({ sites }) => sites.map(({ lines }) => lines[0]?.need?.approved));
    expect(approved).toEqual([
      [600, 600],
      [undefined, undefined],
      [600, 600],
    ]);
    expect(views[1]?.skipped.map(({ siteId, code }) => [siteId, code])).toEqual([
      ['village-0', 'has-enough'],
      ['village-1', 'has-enough'],
    ]);
  });

  it('of 20 lines a site opens them two sites at a time, within one transaction’s bound', async () => {
    const county = await freshCounty(5);
    const items = Array.from({ length: 20 }, (_, i) => `item-${i}`);
    await Promise.all(items.map((itemId) => put(deps, itemRow, mask({ county, id: itemId, reference: undefined }))));
    const norm = { quantity: 1, unit: '个', per: 'person' } as const;
    const id = await plan(county, bodyOf({ lines: items.map((itemId) => ({ itemId, norm })) }));
    await approve(county, id);
    await openAll(deps, { county, id });
    const { sites, skipped } = await viewPlan(deps, county, id);
    expect(skipped).toEqual([]);
    expect(sites.flatMap(({ lines }) => lines.flatMap(({ need }) => need?.approved))).toEqual(Array(100).fill(600));
    // Planned, decided, and three transactions.
    expect((await planOf(deps, county, id)).version).toBe(5);
  });
});
