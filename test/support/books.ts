import type { Key } from '../../functions/shared/keys.ts';
import type { RowType } from '../../functions/shared/row.ts';
import { type Commit, type Raw, typeOf } from './log.ts';

/** Every row of a table as it stood after some commit of its log. */
export class Books {
  readonly #byType = new Map<string, Map<string, Raw>>();
  /** Rows are read again and again, and parsed once. */
  readonly #parsed = new WeakMap<Raw, unknown>();

  take(commit: Commit): void {
    for (const written of commit) {
      const rows = this.#rows(typeOf(written));
      if (written.is === undefined) rows.delete(written.key);
      else rows.set(written.key, written.is);
    }
  }

  stood(type: string, key: string): Raw | undefined {
    return this.#rows(type).get(key);
  }

  all<T>(type: RowType<T>): T[] {
    return [...this.#rows(type.type).values()].map((row) => this.read(type, row));
  }

  at<T>(type: RowType<T>, { PK, SK }: Key): T | undefined {
    const row = this.stood(type.type, `${PK} ${SK}`);
    return row && this.read(type, row);
  }

  /** A row of the log as its type reads it. */
  read<T>(type: RowType<T>, row: Raw): T {
    const known = this.#parsed.get(row);
    if (known !== undefined) return known as T;
    const parsed = type.parse(row);
    this.#parsed.set(row, parsed);
    return parsed;
  }

  #rows(type: string): Map<string, Raw> {
    const rows = this.#byType.get(type) ?? new Map<string, Raw>();
    this.#byType.set(type, rows);
    return rows;
  }
}
