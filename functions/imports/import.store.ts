import { createHash } from 'node:crypto';
import { type Action, insert, Stale } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { plusMinutes } from '../shared/clock.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { notFound, Problem } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get, indexPage, ofType, type Page, partitionPage } from '../shared/table.store.ts';
import { begun } from '../workflow/timeline.ts';
import type { Entry, ImportKind, Judged } from './entry.ts';
import { judgeSheet } from './facts.store.ts';
import { fieldErrorOf, told } from './finding.ts';
import {
  failureRow,
  failureViewOf,
  fileRow,
  type Import,
  type ImportFailure,
  type ImportReport,
  type ImportSummary,
  type ImportView,
  importRow,
  PART_ENTRIES,
  partRow,
  STAGED_DAYS,
  summaryOf,
} from './import.ts';
import { readSheet } from './sheet.ts';
import { columnsOf } from './sheets.ts';

/** A file as it was sent. */
export interface Upload {
  readonly kind: ImportKind;
  readonly bytes: Uint8Array;
  /** Yes, what is odd is meant. */
  readonly confirmed: boolean;
}

interface Read {
  readonly judged: Judged;
  readonly report: ImportReport;
}

const read = async (deps: Deps, actor: Actor, { kind, bytes }: Pick<Upload, 'kind' | 'bytes'>): Promise<Read> => {
  const sheet = readSheet(bytes, columnsOf[kind]);
  const judged = await judgeSheet(deps, actor, kind, sheet);
  const findings = [...sheet.findings, ...judged.findings];
  const count = (level: string) => findings.filter((found) => found.level === level).length;
  return {
    judged,
    report: {
      ...{ kind, rows: sheet.rows.length, known: judged.known },
      ...{ errors: count('error'), warnings: count('warning'), findings: told(findings) },
    },
  };
};

/** Judges a file and says what is wrong with it or odd about it; books nothing. @throws Problem 422 for what is no sheet. */
export const judgeFile = async (
  deps: Deps,
  actor: Actor,
  file: Pick<Upload, 'kind' | 'bytes'>,
): Promise<ImportReport> => (await read(deps, actor, file)).report;

/** Names all there is at once: what is odd too, beside what is wrong, unless it is confirmed already. */
const refuse = ({ kind, rows, errors, warnings, findings }: ImportReport, confirmed: boolean): void => {
  if (errors === 0 && (warnings === 0 || confirmed)) return;
  const named = findings
    .filter(({ level }) => level === 'error' || !confirmed)
    .map((found) => fieldErrorOf(found, columnsOf[kind]));
  throw errors > 0
    ? new Problem(
        422,
        'bad-rows',
        {
          zh: `${rows} 行中有 ${errors} 处错误、${warnings} 处可疑，未导入任何一行；改正后重新导入。`,
          en: `In ${rows} rows ${errors} things are wrong and ${warnings} odd, and none was imported: mend them and send the file again.`,
        },
        named,
      )
    : new Problem(
        422,
        'odd-rows',
        {
          zh: `${rows} 行中有 ${warnings} 处可疑，未导入任何一行；核对无误请加 confirmed=true 重新导入。`,
          en: `In ${rows} rows ${warnings} things are odd, and none was imported: send the file again with confirmed=true if they are meant.`,
        },
        named,
      );
};

/** How long a part may take before its execution is taken for lost: it is moved on with each call. */
export const BOOKING_MINUTES = 5;

/** Parts that are staged in one transaction: far below its 4 MB. */
const PARTS_AT_ONCE = 20;

/** Under an id that nobody else has, so that there is no condition to fail. */
const putPart = (county: string, importId: string, part: number, entries: readonly Entry[], now: string): Action => {
  const expires = Math.floor(Date.parse(now) / 1000) + STAGED_DAYS * 86_400;
  const row = { county, importId, part, entries: [...entries], expires };
  return {
    ...{ kind: 'put', key: partRow.keyOf(row), row: partRow.store(row) },
    refuse: () => new Error('An unconditional write was refused'),
  };
};

/** Stages all rows. Whatever comes of it, nobody sees them before the import itself is there. Returns how many parts. */
const stage = async (deps: Deps, actor: Actor, importId: string, entries: Judged['entries']): Promise<number> => {
  const now = deps.clock.now();
  const all = entries.map((of, n): Entry => ({ ...of, n }));
  const parts = Array.from({ length: Math.ceil(all.length / PART_ENTRIES) }, (_, n) =>
    putPart(actor.county, importId, n, all.slice(n * PART_ENTRIES, (n + 1) * PART_ENTRIES), now),
  );
  for (let at = 0; at < parts.length; at += PARTS_AT_ONCE)
    await commit(deps, { actor, now, actions: parts.slice(at, at + PARTS_AT_ONCE), news: [] });
  return parts.length;
};

/**
 * The import that this file is already. One that ended with rows it could not book may be sent again: what is booked is
 * then unchanged, and the rest is tried once more.
 */
const before = async (deps: Deps, county: string, kind: ImportKind, hash: string): Promise<Import | undefined> => {
  const file = await get(deps, fileRow, keysOf(county).importedFile(kind, hash));
  return file && get(deps, importRow, keysOf(county).import(file.importId));
};
const standsFor = (row: Import): boolean => row.status === 'booking' || row.failed === 0;

/**
 * Imports a file: judges all rows, stages them, and makes them visible with one commit; its machine then books them.
 * The same file is the same import. Returns the import's id.
 *
 * @throws Problem 422 with every bad row, or every odd one that is not confirmed; nothing has been booked.
 */
export const importFile = (deps: Deps, actor: Actor, once: Once, file: Upload): Promise<string> =>
  // Two who send the same file at the same moment send one: the other looks again, and finds it.
  retrying(() => importAtOnce(deps, actor, once, file));

const importAtOnce = async (deps: Deps, actor: Actor, once: Once, file: Upload): Promise<string> => {
  const { kind, bytes, confirmed } = file;
  const { county } = actor;
  const hash = createHash('sha256').update(bytes).digest('base64url');
  const earlier = await before(deps, county, kind, hash);
  if (earlier !== undefined && standsFor(earlier)) {
    // Sent again under a new key: that key, too, stands for this file and for nothing else from now on.
    const again = { by: once, result: earlier.id };
    await commit(deps, { actor, now: deps.clock.now(), actions: [], news: [], once: again });
    return earlier.id;
  }
  const { judged, report } = await read(deps, actor, file);
  refuse(report, confirmed);
  const id = deps.ids.next('imp');
  const parts = await stage(deps, actor, id, judged.entries);
  const now = deps.clock.now();
  const { start, ...timeline } = begun(now, plusMinutes(now, BOOKING_MINUTES));
  const row: Import = {
    ...{ county, id, version: 1, reminders: 0, ...timeline },
    // Where all is in the books already, there is nothing for a machine to do.
    ...(parts > 0 ? { status: 'booking', start } : { status: 'booked', endedAt: now }),
    ...{ kind, hash, rows: report.rows, parts, next: 0, booked: 0, unchanged: report.known, failed: 0 },
    ...{ confirmed, actor, at: now },
  };
  const same = fileRow.store({ county, kind, hash, importId: id });
  await commit(deps, {
    actor,
    now,
    actions: [
      insert(importRow, row),
      earlier === undefined
        ? insert(fileRow, { county, kind, hash, importId: id })
        : {
            ...{ kind: 'put', key: { PK: same.PK, SK: same.SK }, row: same },
            ...{ condition: 'importId = :earlier', values: { ':earlier': earlier.id } },
            refuse: () => new Stale(),
          },
    ],
    news: [
      {
        of: importRow.keyOf(row),
        version: 1,
        name: 'ImportStaged',
        data: { kind, rows: row.rows, hash, confirmed, warnings: report.warnings },
      },
    ],
    once: { by: once, result: id },
  });
  return id;
};

/** Failures that the page of an import shows; very many are a list of their own. */
const SHOWN_FAILURES = 100;

const importOf = async (deps: Deps, county: string, id: string): Promise<Import> => {
  const row = await get(deps, importRow, keysOf(county).import(id));
  if (row === undefined) throw notFound('import', id);
  return row;
};

interface PageOf {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const failuresOf = async (deps: Deps, county: string, id: string, page: PageOf): Promise<Page<ImportFailure>> => {
  const { rows, cursor } = await partitionPage(deps, keysOf(county).import(id).PK, 'FAILED#', page);
  return { rows: ofType(failureRow, rows), cursor };
};

/** How far an import has come, and what could not be booked. @throws Problem 404 `unknown-import`. */
export const viewImport = async (deps: Deps, county: string, id: string): Promise<ImportView> => {
  const row = await importOf(deps, county, id);
  const { rows } = await failuresOf(deps, county, id, { limit: SHOWN_FAILURES });
  return { ...summaryOf(row), failures: rows.map(failureViewOf) };
};

/** What could not be booked of an import, in the order of the sheet. @throws Problem 404 `unknown-import`. */
export const listFailures = async (deps: Deps, county: string, id: string, page: PageOf) => {
  await importOf(deps, county, id);
  const { rows, cursor } = await failuresOf(deps, county, id, page);
  return { rows: rows.map(failureViewOf), cursor };
};

/** Imports, the newest first. */
export const listImports = async (deps: Deps, county: string, page: PageOf): Promise<Page<ImportSummary>> => {
  const at = keysOf(county).queue('imports');
  const { rows, cursor } = await indexPage(deps, { index: 'GSI2', at, ...page, newestFirst: true });
  return { rows: ofType(importRow, rows).map(summaryOf), cursor };
};
