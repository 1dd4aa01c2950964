import { randomUUID } from 'node:crypto';
import { getItems, putItem, putSite, type StillAt } from '../catalogue/catalogue.store.ts';
import type { GiftBody } from '../donation/gift.ts';
import { contentOf as giftContentOf, giftNumberRow } from '../donation/numbered.ts';
import type { Origin } from '../donation/registering.ts';
import { contentOf, externalRow } from '../request/external.ts';
import type { Draft } from '../request/intake.ts';
import { insert, remove, replace, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { mapEach } from '../shared/each.ts';
import { eventRow } from '../shared/event.ts';
import { keysOf } from '../shared/keys.ts';
import { doOnce } from '../shared/once.store.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { receiveStock } from '../stock/goods-received.store.ts';
import { goodsReceivedRow, paperRow } from '../stock/goods-received.ts';
import { type Progress, progressOf } from '../workflow/progress.ts';
import type { Entry, Job } from './entry.ts';
import { BOOKING_MINUTES } from './import.store.ts';
import { failureRow, type Import, type ImportFailure, importRow, partRow } from './import.ts';
import { paperOf, unbooked } from './stock-sheet.ts';

/** What an import books with: requests and gifts are other rooms', and what is still at a site several know. */
export type BookDeps = Deps & {
  readonly stillAt: StillAt;
  readonly registerGift: (deps: Deps, actor: Actor, once: Once, body: GiftBody, origin: Origin) => Promise<string>;
  readonly submitRequest: (deps: Deps, actor: Actor, once: Once, draft: Draft, number: string) => Promise<string>;
};

type Outcome = 'booked' | 'unchanged' | Problem;

/** Parts a call books: some 200 commands, a few seconds of them. */
const PARTS_A_CALL = 10;

/** The same entry is the same command, however often it is done. */
const onceFor = ({ id, actor }: Import, { n }: Entry): Once => ({
  ...{ subject: actor.sub, route: `IMPORT ${id}`, key: String(n), bodyHash: id },
});

const reasonOf = (importId: string): string => `批量导入 import ${importId}`;

/** Whether the change of a row that would follow the version it was held against is this import's own. */
const isOwnChange = async (deps: Deps, { county, id }: Import, of: Extract<Job, { kind: 'sites' | 'items' }>) => {
  const keys = keysOf(county);
  const key = of.kind === 'sites' ? keys.site(of.id) : keys.item(of.id);
  const event = await get(deps, eventRow, keys.event(key, (of.madeOn ?? 0) + 1));
  return event?.reason === reasonOf(id);
};

/** Whether what was refused is in the books already, just so: from another file, or by this import before a crash. */
const isBooked = async (deps: Deps, row: Import, of: Job): Promise<boolean> => {
  const { county } = row;
  const keys = keysOf(county);
  if (of.kind === 'sites' || of.kind === 'items') return isOwnChange(deps, row, of);
  if (of.kind === 'requests') {
    const external = await get(deps, externalRow, keys.external(of.number));
    return external?.content === contentOf(of.draft);
  }
  if (of.kind === 'gifts') {
    const gift = await get(deps, giftNumberRow, keys.giftNumber(of.number));
    return gift?.content === giftContentOf(of.body);
  }
  const { placeId, source, number } = paperOf(of.body);
  const paper = await get(deps, paperRow, keys.paper(placeId, source, number));
  const note = paper && (await get(deps, goodsReceivedRow, keys.goodsReceived(paper.noteId)));
  const ids = of.body.lines.map(({ itemId }) => itemId);
  return note !== undefined && unbooked(of.body, note, await getItems(deps, county, ids)).length === 0;
};

const putRow = async (deps: BookDeps, { actor, id }: Import, of: Extract<Job, { kind: 'sites' | 'items' }>) => {
  const change = { madeOn: of.madeOn, reason: reasonOf(id) };
  const put = await (of.kind === 'sites'
    ? putSite(deps, actor, of.id, of.body, change)
    : putItem(deps, actor, of.id, of.body, change));
  // A repeat finds the row as it left it, one version on.
  return put.row.version === of.madeOn ? 'unchanged' : 'booked';
};

const doJob = async (deps: BookDeps, row: Import, entry: Entry): Promise<Outcome> => {
  const { actor, confirmed } = row;
  const { job } = entry;
  const once = onceFor(row, entry);
  switch (job.kind) {
    case 'stock':
      await doOnce(deps, actor, once, () => receiveStock(deps, actor, once, job.body));
      return 'booked';
    case 'requests': {
      const draft = { ...job.draft, ...(confirmed && { confirmed }) };
      await doOnce(deps, actor, once, () => deps.submitRequest(deps, actor, once, draft, job.number));
      return 'booked';
    }
    case 'gifts': {
      // Nobody has this key: a donor who asks for the code is given one of its own.
      const origin = { channel: 'import', key: randomUUID(), number: job.number } as const;
      await doOnce(deps, actor, once, () => deps.registerGift(deps, actor, once, job.body, origin));
      return 'booked';
    }
    case 'sites':
    case 'items':
      return putRow(deps, row, job);
    default:
      throw new Error(`Unknown job ${JSON.stringify(job satisfies never)}`);
  }
};

/** Does one entry. What a rule refuses is its outcome; rivals and faults of the platform are for the machine to repeat. */
const outcomeOf = async (deps: BookDeps, row: Import, entry: Entry): Promise<Outcome> => {
  try {
    return await doJob(deps, row, entry);
  } catch (error) {
    if (!(error instanceof Problem) || error instanceof Stale || error.status === 503) throw error;
    return (await isBooked(deps, row, entry.job)) ? 'unchanged' : error;
  }
};

const nameOf = (job: Job): string => (job.kind === 'stock' ? job.body.document : 'number' in job ? job.number : job.id);

/** What may have changed between the judging of a sheet and its booking, by the code of the refusal. */
const REFUSALS: Readonly<Record<string, string>> = {
  'changed-meanwhile': '期间已被别人修改，请重新导出再改',
  'headquarters-only': '须由指挥部办理',
  'inactive-item': '物资已停用',
  'inactive-site': '点位已关闭',
  'need-by-past': '需求时限已过',
  'need-open': '该物资仍有未满足的需求，发放单位不能改',
  'number-taken': '编号已被另一份申请占用',
  'odd-quantity': '数量异常，核对后请确认',
  'paper-booked': '该单据已入账，内容与此不同',
  'still-in-use': '点位仍有库存或需求，不能关闭',
};

const failureOf = ({ county, id }: Import, { n, lines, job }: Entry, problem: Problem): ImportFailure => ({
  ...{ county, importId: id, n, lines, name: nameOf(job), code: problem.code },
  zh: `“${nameOf(job)}”入账时被拒：${REFUSALS[problem.code] ?? '校验之后情况有变'}。`,
  en: [problem.message, ...problem.errors.map(({ path, message }) => `${path}: ${message}`)].join(' ').slice(0, 1_000),
});

/** The import after one more part: counts of rows, and at the end its end. */
const advanced = (
  row: Import,
  done: readonly { readonly entry: Entry; readonly outcome: Outcome }[],
  now: string,
): Import => {
  const rows = (of: (outcome: Outcome) => boolean) =>
    done.filter(({ outcome }) => of(outcome)).reduce((sum, { entry }) => sum + entry.lines.length, 0);
  const next = row.next + 1;
  return {
    ...row,
    next,
    booked: row.booked + rows((outcome) => outcome === 'booked'),
    unchanged: row.unchanged + rows((outcome) => outcome === 'unchanged'),
    failed: row.failed + rows((outcome) => outcome instanceof Problem),
    ...(next < row.parts
      ? { dueAt: plusMinutes(now, BOOKING_MINUTES) }
      : { status: 'booked', dueAt: now, endedAt: now }),
  };
};

const countsOf = ({ kind, rows, booked, unchanged, failed }: Import) => ({ kind, rows, booked, unchanged, failed });

/**
 * Books the next part. Its entries are done first, each once; then the import moves on past them. A crash in between
 * finds them done. Of two that book the same part one moves on and takes it away, and the other reads again.
 */
const bookPart = async (deps: BookDeps, row: Import): Promise<Import> => {
  const { county, id, actor } = row;
  const staged = keysOf(county).importPart(id, row.next);
  const part = await get(deps, partRow, staged);
  if (part === undefined) {
    const now = await get(deps, importRow, keysOf(county).import(id));
    throw now?.next === row.next ? notFound('part', `${row.next} of ${id}`) : new Stale();
  }
  const done = await mapEach(part.entries, async (entry) => ({ entry, outcome: await outcomeOf(deps, row, entry) }));
  const now = deps.clock.now();
  const next = advanced(row, done, now);
  await commit(deps, {
    actor,
    now,
    actions: [
      replace(importRow, next),
      // It may say who somebody is, and is needed no more.
      remove(staged),
      ...done.flatMap(({ entry, outcome }) =>
        outcome instanceof Problem ? [insert(failureRow, failureOf(row, entry, outcome))] : [],
      ),
    ],
    // On the way the row says how far it is; what is said for good is how it ended.
    news:
      next.status === 'booked'
        ? [{ of: importRow.keyOf(row), version: row.version + 1, name: 'ImportBooked', data: countsOf(next) }]
        : [],
  });
  return { ...next, version: row.version + 1 };
};

/** Task: books the next parts of an import, and says where it stands. Repeatable. @throws Problem 404 `unknown-import`. */
export const book = (deps: BookDeps, progress: Progress): Promise<Progress> =>
  retrying(async () => {
    const { county, id, attempt } = progress;
    let row = await get(deps, importRow, keysOf(county).import(id));
    if (row === undefined) throw notFound('import', id);
    for (let parts = 0; parts < PARTS_A_CALL && row.status === 'booking' && row.attempt === attempt; parts += 1)
      row = await bookPart(deps, row);
    return progressOf(progress, row, deps.clock.now());
  });
