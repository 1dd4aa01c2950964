import { z } from 'zod';
import { actorSchema } from '../shared/actor.ts';
import { keysOf } from '../shared/keys.ts';
import { reason } from '../shared/reason.ts';
import { defineRow } from '../shared/row.ts';
import { timeline, worklistKeys } from '../workflow/timeline.ts';
import { entry, importKind } from './entry.ts';
import { finding } from './finding.ts';

export const importStatus = z.enum(['booking', 'booked']);
export type ImportStatus = z.infer<typeof importStatus>;

/**
 * An import (批量导入): a sheet whose rows were all found good. Its rows are staged before there is this row, so that its
 * coming is what makes them visible; they are then booked one after the other, each once.
 */
export const importRow = defineRow({
  type: 'import',
  v: 1,
  traced: true,
  schema: z.object({
    ...timeline,
    status: importStatus,
    kind: importKind,
    /** Of the file's bytes. */
    hash: z.string(),
    rows: z.int(),
    parts: z.int(),
    /** The part to be booked next. */
    next: z.int(),
    /** Rows that were booked, that were in the books already just so, and that could not be. */
    booked: z.int(),
    unchanged: z.int(),
    failed: z.int(),
    /** Odd quantities and the like were confirmed. */
    confirmed: z.boolean(),
    /** Books in the name of whoever sent it, with the roles held then: who imports counts as who asks. */
    actor: actorSchema,
    at: z.string(),
    endedAt: z.string().optional(),
  }),
  keys: (row) => {
    const keys = keysOf(row.county);
    return {
      ...keys.import(row.id),
      ...worklistKeys('import', row),
      GSI2PK: keys.queue('imports'),
      GSI2SK: row.id,
    };
  },
});
export type Import = ReturnType<typeof importRow.parse>;

/** Entries of a part: few enough for a row of the table, whatever is in them. */
export const PART_ENTRIES = 20;
/** Staged rows go as they are booked, within minutes; those of an import that never came to be go by themselves. */
export const STAGED_DAYS = 30;

export const partRow = defineRow({
  type: 'import-part',
  v: 1,
  schema: z.object({
    county: z.string(),
    importId: z.string(),
    part: z.int(),
    entries: z.array(entry).min(1).max(PART_ENTRIES),
    expires: z.int(),
  }),
  keys: (row) => ({ ...keysOf(row.county).importPart(row.importId, row.part), ttl: row.expires }),
});

/** What could not be booked of a sheet, because the world had changed since it was judged. */
export const failureRow = defineRow({
  type: 'import-failure',
  v: 1,
  schema: z.object({
    county: z.string(),
    importId: z.string(),
    n: z.int(),
    lines: z.array(z.int()),
    /** What is called so: a paper, a request's number, an id. */
    name: z.string(),
    ...reason.shape,
  }),
  keys: (row) => keysOf(row.county).importFailure(row.importId, row.n),
});
export type ImportFailure = ReturnType<typeof failureRow.parse>;

/** Says that a file has been imported: the same bytes add nothing. */
export const fileRow = defineRow({
  type: 'imported-file',
  v: 1,
  schema: z.object({ county: z.string(), kind: importKind, hash: z.string(), importId: z.string() }),
  keys: (row) => keysOf(row.county).importedFile(row.kind, row.hash),
});

/** What is said of a sheet before anything is booked. */
export const importReport = z
  .object({
    kind: importKind,
    rows: z.int(),
    /** Rows that are in the books already, just so. */
    known: z.int(),
    errors: z.int(),
    warnings: z.int(),
    /** By line; of very many, the first of each line. */
    findings: z.array(finding),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof importReport>;

export const failureView = z.object({ lines: z.array(z.int()), name: z.string(), ...reason.shape });

export const importSummary = z.object({
  id: z.string(),
  kind: importKind,
  status: importStatus,
  rows: z.int(),
  /** Rows by what became of them; `staged` are yet to be booked. */
  staged: z.int(),
  booked: z.int(),
  unchanged: z.int(),
  failed: z.int(),
  confirmed: z.boolean(),
  by: z.string(),
  at: z.string(),
  endedAt: z.string().optional(),
  /** Booking gave up: what failed, until somebody retries. */
  failure: timeline.failure,
});
export const importView = importSummary.extend({
  /** The first of those that could not be booked; `GET …/failures` has them all. */
  failures: z.array(failureView),
});
export type ImportSummary = z.infer<typeof importSummary>;
export type ImportView = z.infer<typeof importView>;

export const summaryOf = (row: Import): ImportSummary => {
  const { id, kind, status, rows, booked, unchanged, failed, confirmed, actor, at, endedAt, failure } = row;
  return {
    ...{ id, kind, status, rows, staged: rows - booked - unchanged - failed, booked, unchanged, failed },
    ...{ confirmed, by: actor.sub, at, endedAt, failure },
  };
};

export const failureViewOf = ({ lines, name, code, zh, en }: ImportFailure): z.infer<typeof failureView> => ({
  ...{ lines, name, code, zh, en },
});
