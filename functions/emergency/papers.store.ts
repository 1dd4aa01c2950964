import { replace } from '../shared/actions.ts';
import type { Actor } from '../shared/actor.ts';
import { commit } from '../shared/commit.store.ts';
import type { Deps } from '../shared/deps.ts';
import { keysOf } from '../shared/keys.ts';
import type { Once } from '../shared/once.ts';
import { peopleNamed } from '../shared/party.store.ts';
import { invalid, notFound, Problem, wrongStatus } from '../shared/problem.ts';
import { retrying } from '../shared/retrying.ts';
import { get } from '../shared/table.store.ts';
import { type EmergencyIssue, emergencyIssueRow, filed, issueViewOf, type PapersBody } from './issue.ts';

/** @throws Problem 404 `unknown-emergency-issue`. */
const emergencyIssueOf = async (deps: Deps, county: string, id: string): Promise<EmergencyIssue> => {
  const row = await get(deps, emergencyIssueRow, keysOf(county).emergencyIssue(id));
  if (row === undefined) throw notFound('emergency-issue', id);
  return row;
};

/** Issues as staff read them. */
export const viewed = async (
  deps: Deps,
  county: string,
  rows: readonly EmergencyIssue[],
): Promise<ReturnType<typeof issueViewOf>[]> => {
  const people = await peopleNamed(
    deps,
    county,
    rows.flatMap(({ authorisedById, takenById }) => [authorisedById, takenById]),
  );
  return rows.map((row) => issueViewOf(row, people, deps.clock.now()));
};

/** @throws Problem 404 `unknown-emergency-issue`. */
export const viewIssue = async (deps: Deps, county: string, id: string): Promise<ReturnType<typeof issueViewOf>> => {
  const [view] = await viewed(deps, county, [await emergencyIssueOf(deps, county, id)]);
  if (view === undefined) throw notFound('emergency-issue', id);
  return view;
};

/**
 * The signed papers of an emergency issue are on the file, and somebody else has looked at them.
 *
 * @throws Problem 404; 409 `wrong-status`; 403 `own-issue`; 422 `note-missing`.
 */
export const filePapers = (
  deps: Deps,
  actor: Actor,
  once: Once,
  id: string,
  { reference, finding, note }: PapersBody,
): Promise<string> =>
  retrying(async () => {
    const now = deps.clock.now();
    const row = await emergencyIssueOf(deps, actor.county, id);
    if (row.status !== 'papers-due')
      throw wrongStatus(emergencyIssueRow.keyOf(row), `The papers of ${id} are filed already.`);
    if (row.issuedBy === actor.sub)
      throw new Problem(403, 'own-issue', 'Whoever issued the goods does not file their papers.');
    if (finding === 'disputed' && note === undefined) throw invalid('note-missing', 'note', 'Say what is disputed.');
    const papers = { by: actor.sub, at: now, reference, finding, ...(note !== undefined && { note }) };
    await commit(deps, {
      actor,
      now,
      once: { by: once, result: id },
      actions: [replace(emergencyIssueRow, filed(row, papers, now))],
      news: [
        {
          of: emergencyIssueRow.keyOf(row),
          version: row.version + 1,
          name: 'PapersFiled',
          reason: note,
          data: { reference, finding },
        },
      ],
    });
    return id;
  });
