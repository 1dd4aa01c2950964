import type { z } from 'zod';

type Content = Readonly<Record<string, unknown>>;

/** The fields of a paper's head, and of each of its lines, that a schema refuses. */
export interface Refused {
  readonly head: ReadonlySet<string>;
  readonly lines: ReadonlyMap<number, ReadonlySet<string>>;
}

export const refusedIn = ({ issues }: z.ZodError): Refused => {
  const head = new Set<string>();
  const lines = new Map<number, Set<string>>();
  for (const { path } of issues) {
    const [name, i, field] = path;
    if (name === 'lines' && typeof i === 'number')
      lines.set(i, (lines.get(i) ?? new Set<string>()).add(String(field ?? '')));
    else head.add(String(name ?? ''));
  }
  return { head, lines };
};

const without = (content: Content, names: ReadonlySet<string>, standIns: Content): Content => ({
  ...Object.fromEntries(Object.entries(content).filter(([name]) => !names.has(name))),
  ...Object.fromEntries(Object.entries(standIns).filter(([name]) => names.has(name))),
});

/**
 * A paper without what its schema refuses: stand-ins where there must be something, nothing elsewhere. It is never booked;
 * it lets the rules judge the rest in the same round, so that nobody hears of the next mistake only when the first is
 * mended. What the rules say of a field that stands in is not to be told.
 */
export const mended = (
  paper: Content & { readonly lines: readonly Content[] },
  { head, lines }: Refused,
  standIns: { readonly head: Content; readonly line: Content },
): Content => ({
  ...without(paper, head, standIns.head),
  lines: paper.lines.map((line, i) => without(line, lines.get(i) ?? new Set(), standIns.line)),
});
