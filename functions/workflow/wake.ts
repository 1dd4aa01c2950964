import { type Line, lineRow, promised } from '../request/line.ts';
import type { Key } from '../shared/keys.ts';
import { KINDS, type Of } from './kinds.ts';

/** What a changed row asks for. Which row is all that is carried: the duty is read from it again when it is done. */
export type Duty =
  | { readonly do: 'start' | 'resume' | 'settle'; readonly of: Of }
  | { readonly do: 'open'; readonly county: string; readonly siteId: string; readonly line: Key };

/** Front-line goods are carried as soon as they are promised. */
const isUrgent = (line: Line): boolean => line.tier === 1 && line.status === 'open' && promised(line).length > 0;

/** The duties in a row as it was written. */
export const dutiesIn = (row: Readonly<Record<string, unknown>>): Duty[] => {
  if (row['type'] === 'line') {
    const line = lineRow.parse(row);
    return isUrgent(line) ? [{ do: 'open', county: line.county, siteId: line.siteId, line: lineRow.keyOf(line) }] : [];
  }
  const kind = KINDS.find((candidate) => candidate === row['type']);
  if (kind === undefined) return [];
  const of = { kind, county: String(row['county']), id: String(row['id']) };
  return [
    ...(row['start'] === undefined ? [] : [{ do: 'start', of } as const]),
    ...(row['resume'] === undefined ? [] : [{ do: 'resume', of } as const]),
    ...(row['over'] === undefined ? [] : [{ do: 'settle', of } as const]),
  ];
};
