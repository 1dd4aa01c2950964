import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Fills an engine's file with requests of long ago. Some requests were lived through on the host; every row that they
 * left is written again and again with older ids and days, so that history is what the system itself leaves, to the
 * byte. Straight into the file of an engine that is not running: no stream tells of it, as the stream of a real table
 * has forgotten it.
 */
export interface Lived {
  /** Requests in the pattern that is repeated. */
  readonly requests: number;
  readonly items: readonly string[];
}

interface Row {
  readonly pk: string;
  readonly sk: string;
  readonly item_json: string;
  readonly item_size: number;
  readonly hash_prefix: string;
}

interface IndexRow {
  readonly gsi_pk: string;
  readonly gsi_sk: string;
  readonly table_pk: string;
  readonly table_sk: string;
  readonly item_json: string;
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const base32 = (value: number, length: number): string => {
  let [rest, text] = [value, ''];
  while (text.length < length) {
    text = CROCKFORD.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

const BEGAN = Date.now() - 200 * 86_400_000;
/** Between two repetitions of the pattern. */
const STEP_MS = 60_000;
const FIRST_DIVISION = 100_000_000;
const DIVISIONS_A_PATTERN = 10_000;

/** One of the times before, and what ids and days were then. The first letters of an id are its time. */
interface Then {
  readonly n: number;
  readonly id: string;
  readonly lot: string;
  readonly uuid: string;
  readonly day: string;
  readonly code: string;
}

const thenOf = (n: number, lot: number): Then => ({
  n,
  id: base32(BEGAN + n * STEP_MS, 10),
  lot: base32(BEGAN + lot * STEP_MS, 10),
  uuid: n.toString(16).padStart(8, '0'),
  day: new Date(BEGAN + n * STEP_MS).toISOString().slice(0, 10),
  code: base32(n, 4),
});

const TOKEN = new RegExp(
  [
    '(?<id>(?<=(?:req|con|mov|cmt|grn)_)[0-9A-Z]{10})',
    '(?<lot>(?<=lot_)[0-9A-Z]{10})',
    '(?<uuid>[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-))',
    '(?<day>20\\d\\d-\\d\\d-\\d\\d)',
    '(?<division>(?<=DIVISION#|"division":\\{"N":")\\d+)',
    '(?<code>\\b[0-9A-HJKMNP-TV-Z]{8}\\b)',
  ].join('|'),
  'g',
);

type Piece = (then: Then) => string;

/** A text, cut up once where it says when it was written, so that it is quickly written as of another time. */
const cut = (text: string, codes: ReadonlySet<string>): Piece => {
  const pieces: (string | Piece)[] = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [kind, word] = Object.entries(found.groups ?? {}).find(([, value]) => value !== undefined) ?? [];
    if (kind === undefined || word === undefined || (kind === 'code' && !codes.has(word))) continue;
    pieces.push(text.slice(end, found.index), pieceOf(kind, word));
    end = found.index + word.length;
  }
  pieces.push(text.slice(end));
  return (then) => pieces.map((piece) => (typeof piece === 'string' ? piece : piece(then))).join('');
};

const pieceOf = (kind: string, word: string): Piece => {
  if (kind === 'division')
    return ({ n }) => String(FIRST_DIVISION + n * DIVISIONS_A_PATTERN + Number(word)).padStart(9, '0');
  if (kind === 'code') return ({ code }) => code + word.slice(code.length);
  return (then) => then[kind as 'id' | 'lot' | 'uuid' | 'day'];
};

/** Requests that one lot lasted for, of the lots that have been used up since. */
const REQUESTS_PER_LOT = 100;

const whole = ({ pk, sk }: Pick<Row, 'pk' | 'sk'>) => `${pk}|${sk}`;
/** What a request leaves behind, with what it brought about. */
const isLeft = (row: Row) => /#(REQ|CON|CODE|ONCE|WHY)#|#LOT#[^|]*\|S:MOVE#/.test(whole(row));
/** Lots, and the shelves on which nothing is left of them, where such are kept. */
const isLot = (row: Row) =>
  /#LOT#[^|]*\|S:(META|EVENT)/.test(whole(row)) ||
  (/#ITEM#[^|]*\|S:LOT#/.test(whole(row)) && /"onHand":\{"N":"0"\}/.test(row.item_json));

/** Writes the pattern until so many requests are stored in all. Returns how many rows that took. */
export const fillHistory = (dataDir: string, { requests, items }: Lived, until: number): number => {
  const db = new DatabaseSync(join(dataDir, 'table.db'));
  try {
    db.exec('PRAGMA synchronous = OFF; BEGIN');
    const table = String(db.prepare('SELECT table_name FROM _tables').get()?.['table_name']);
    const rows = db.prepare(`SELECT * FROM "${table}"`).all() as unknown as Row[];
    const codes = new Set(rows.flatMap(({ pk }) => /#CODE#(\w{8})/.exec(pk)?.[1] ?? []));
    const left = writerOf(db, table, rows.filter(isLeft), codes);
    const lots = writerOf(db, table, rows.filter(isLot), codes);
    const repeats = Math.max(0, Math.round(until / requests) - 1);
    const lotsEvery = Math.max(1, Math.round((REQUESTS_PER_LOT * items.length) / requests));
    let written = 0;
    for (let n = 1; n <= repeats; n += 1) {
      const lot = n - (n % lotsEvery);
      written += left(thenOf(n, lot));
      if (n === lot || n === 1) written += lots(thenOf(n, lot));
    }
    // Divisions go on above all that history tells of.
    const head = db.prepare(`UPDATE "${table}" SET item_json = ? WHERE pk = ? AND sk = ?`);
    for (const { pk, sk, item_json } of rows.filter((row) => row.sk === 'S:HEAD'))
      head.run(cut(item_json, codes)(thenOf(repeats + 1, 0)), pk, sk);
    db.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
    return written;
  } finally {
    db.close();
  }
};

/** Writes these rows, in the table and in its indexes, as of another time. Answers how many. */
const writerOf = (
  db: DatabaseSync,
  table: string,
  rows: readonly Row[],
  codes: ReadonlySet<string>,
): ((then: Then) => number) => {
  const keys = new Set(rows.map(whole));
  const put = db.prepare(`INSERT INTO "${table}" (pk, sk, item_json, item_size, hash_prefix) VALUES (?, ?, ?, ?, ?)`);
  const texts = rows.map(({ pk, sk, item_json, item_size, hash_prefix }) => ({
    cuts: [pk, sk, item_json].map((text) => cut(text, codes)),
    same: [item_size, hash_prefix],
  }));
  const indexes = ['GSI1', 'GSI2'].map((name) => {
    const index = `"${table}::gsi::${name}"`;
    const found = db.prepare(`SELECT * FROM ${index}`).all() as unknown as IndexRow[];
    return {
      put: db.prepare(`INSERT INTO ${index} (gsi_pk, gsi_sk, table_pk, table_sk, item_json) VALUES (?, ?, ?, ?, ?)`),
      texts: found
        .filter(({ table_pk, table_sk }) => keys.has(`${table_pk}|${table_sk}`))
        .map(({ gsi_pk, gsi_sk, table_pk, table_sk, item_json }) =>
          [gsi_pk, gsi_sk, table_pk, table_sk, item_json].map((text) => cut(text, codes)),
        ),
    };
  });
  return (then) => {
    for (const { cuts, same } of texts) put.run(...cuts.map((text) => text(then)), ...same);
    for (const index of indexes) for (const cuts of index.texts) index.put.run(...cuts.map((text) => text(then)));
    return rows.length;
  };
};
