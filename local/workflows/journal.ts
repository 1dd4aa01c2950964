import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { openGrouped } from './sqlite.ts';

/** Times are virtual: a rehearsal that is stopped and started goes on with the same clock. */
const SCHEMA = `
  CREATE TABLE executions (
    arn TEXT PRIMARY KEY, machine TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL, status TEXT NOT NULL,
    state TEXT, stateInput TEXT, entry INTEGER NOT NULL DEFAULT 0,
    startedAt TEXT NOT NULL, endedAt TEXT, output TEXT, error TEXT, cause TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX runningExecutions ON executions (startedAt) WHERE status = 'RUNNING';
  CREATE INDEX endedExecutions ON executions (endedAt) WHERE endedAt IS NOT NULL;
  CREATE TABLE waits (
    token TEXT PRIMARY KEY, execution TEXT NOT NULL REFERENCES executions (arn) ON DELETE CASCADE,
    entry INTEGER NOT NULL, deadline TEXT NOT NULL, status TEXT NOT NULL, output TEXT,
    UNIQUE (execution, entry)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE checkpoints (
    consumer TEXT PRIMARY KEY, stream TEXT NOT NULL, shard TEXT NOT NULL, sequence TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

const text = z.string().nullable();

const executionSchema = z.object({
  arn: z.string(),
  machine: z.string(),
  name: z.string(),
  input: z.string(),
  status: z.enum(['RUNNING', 'SUCCEEDED', 'FAILED']),
  /** The task it stands in, with what it was given, and the how-manieth of this execution that is. */
  state: text,
  stateInput: text,
  entry: z.int(),
  startedAt: z.string(),
  endedAt: text,
  output: text,
  error: text,
  cause: text,
});
export type Execution = z.infer<typeof executionSchema>;

const waitSchema = z.object({
  token: z.string(),
  execution: z.string(),
  entry: z.int(),
  deadline: z.string(),
  /** `CLOSED`: the task it belonged to ended without it. */
  status: z.enum(['OPEN', 'SUCCEEDED', 'TIMED_OUT', 'CLOSED']),
  output: text,
});

const checkpointSchema = z.object({ stream: z.string(), shard: z.string(), sequence: z.string() });
export type Checkpoint = z.infer<typeof checkpointSchema>;

export type Settlement = { readonly status: 'SUCCEEDED'; readonly output: string } | { readonly status: 'TIMED_OUT' };

export type Ending =
  | { readonly status: 'SUCCEEDED'; readonly output: string }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

/** The task an execution enters. */
export interface Entry {
  readonly execution: string;
  readonly entry: number;
  readonly state: string;
  readonly stateInput: string;
}

const PRUNED_AT_ONCE = 500;

type Values = Record<string, SQLInputValue>;
const statements = (db: DatabaseSync) => {
  const one =
    <S extends z.ZodType>(schema: S, sql: string, statement = db.prepare(sql)) =>
    (values: Values): z.infer<S> | undefined => {
      const row = statement.get(values);
      return row === undefined ? undefined : schema.parse(row);
    };
  const changed =
    (sql: string, statement = db.prepare(sql)) =>
    (values: Values): number =>
      Number(statement.run(values).changes);
  return {
    one,
    changed,
    running: db.prepare(`SELECT * FROM executions WHERE status = 'RUNNING' ORDER BY startedAt`),
    execution: one(executionSchema, 'SELECT * FROM executions WHERE arn = :arn'),
    wait: one(waitSchema, 'SELECT * FROM waits WHERE token = :token'),
    waitAt: one(waitSchema, 'SELECT * FROM waits WHERE execution = :execution AND entry = :entry'),
    checkpoint: one(checkpointSchema, 'SELECT * FROM checkpoints WHERE consumer = :consumer'),
    begin: changed(
      `INSERT INTO executions (arn, machine, name, input, status, startedAt)
       VALUES (:arn, :machine, :name, :input, 'RUNNING', :startedAt) ON CONFLICT DO NOTHING`,
    ),
    enter: changed(
      'UPDATE executions SET entry = :entry, state = :state, stateInput = :stateInput WHERE arn = :execution',
    ),
    close: changed(`UPDATE waits SET status = 'CLOSED' WHERE execution = :execution AND status = 'OPEN'`),
    open: changed(
      `INSERT INTO waits (token, execution, entry, deadline, status)
       VALUES (:token, :execution, :entry, :deadline, 'OPEN')`,
    ),
    settle: changed(`UPDATE waits SET status = :status, output = :output WHERE token = :token AND status = 'OPEN'`),
    end: changed(
      `UPDATE executions SET status = :status, endedAt = :endedAt, output = :output, error = :error, cause = :cause
       WHERE arn = :execution`,
    ),
    prune: changed(
      `DELETE FROM executions WHERE arn IN
         (SELECT arn FROM executions WHERE endedAt < :before ORDER BY endedAt LIMIT ${PRUNED_AT_ONCE})`,
    ),
    pass: changed(
      `INSERT INTO checkpoints (consumer, stream, shard, sequence) VALUES (:consumer, :stream, :shard, :sequence)
       ON CONFLICT DO UPDATE SET stream = :stream, shard = :shard, sequence = :sequence`,
    ),
    forget: changed('DELETE FROM checkpoints WHERE consumer = :consumer'),
  };
};

const nothing = { output: null, error: null, cause: null };

/**
 * What the embedded host must remember through a kill: executions and where they stand, the tokens of waits and how
 * they were settled, and how far each consumer of the stream has come. Whatever is answered to a caller, or lets a
 * checkpoint move, is on disk first.
 */
export const openJournal = (file: string) => {
  const { db, durably, lazily, close } = openGrouped(file, 1, SCHEMA);
  const sql = statements(db);
  const enter = (entry: Entry): void => {
    sql.enter({ ...entry });
    sql.close({ execution: entry.execution });
  };
  return {
    execution: (arn: string) => sql.execution({ arn }),
    running: (): Execution[] => sql.running.all().map((row) => executionSchema.parse(row)),
    wait: (token: string) => sql.wait({ token }),
    waitAt: (execution: string, entry: number) => sql.waitAt({ execution, entry }),
    checkpoint: (consumer: string) => sql.checkpoint({ consumer }),

    /** Begins an execution; false when there is one of this ARN already. */
    begin: (execution: Pick<Execution, 'arn' | 'machine' | 'name' | 'input' | 'startedAt'>): Promise<boolean> =>
      durably(() => sql.begin({ ...execution }) === 1),

    /**
     * Notes the task entered; the token of the one before, if still open, is closed. May lag: the task before would be
     * repeated, and every task is repeatable.
     */
    enter: (entry: Entry): void => lazily(() => enter(entry)),

    /** Enters a task that waits. */
    openWait: (entry: Entry, token: string, deadline: string): Promise<void> =>
      durably(() => {
        enter(entry);
        sql.open({ token, execution: entry.execution, entry: entry.entry, deadline });
      }),

    /** Settles a wait once; false when it was no longer open. */
    settle: (token: string, settlement: Settlement): Promise<boolean> =>
      durably(() => sql.settle({ token, output: null, ...settlement }) === 1),

    end: (execution: string, endedAt: string, ending: Ending): Promise<void> =>
      durably(() => {
        sql.close({ execution });
        sql.end({ execution, endedAt, ...nothing, ...ending });
      }),

    /** Forgets executions that ended before, in short turns; returns how many. */
    prune: async (before: string): Promise<number> => {
      let pruned = 0;
      let now: number;
      do {
        now = await durably(() => sql.prune({ before }));
        pruned += now;
      } while (now === PRUNED_AT_ONCE);
      return pruned;
    },

    /** Everything up to and with this record is done. */
    pass: (consumer: string, checkpoint: Checkpoint): Promise<void> =>
      durably(() => {
        sql.pass({ consumer, ...checkpoint });
      }),
    /** The same for records that the consumer does not want: lost, they are read again. */
    skip: (consumer: string, checkpoint: Checkpoint): void => lazily(() => sql.pass({ consumer, ...checkpoint })),
    forget: (consumer: string): Promise<void> =>
      durably(() => {
        sql.forget({ consumer });
      }),

    close,
  };
};
export type Journal = ReturnType<typeof openJournal>;
