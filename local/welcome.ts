import { readFileSync, writeFileSync } from 'node:fs';
import type { Actor } from '../functions/shared/actor.ts';
import { plusMinutes } from '../functions/shared/clock.ts';
import { onDutyAt, staffMember } from '../scenario/people.ts';
import type { TokenOf } from './http/issuer.ts';

/** One person a role, so that whoever asks, decides and accepts are three; and two who act for their own site. */
const PEOPLE: Readonly<Record<string, Actor>> = {
  CLERK: staffMember('clerk'),
  APPROVER: staffMember('approver'),
  HEADQUARTERS: staffMember('headquarters'),
  STOREKEEPER: staffMember('storekeeper'),
  BUYER: staffMember('buyer'),
  FINANCE: staffMember('finance'),
  AUDITOR: staffMember('auditor'),
  CHECKPOINT: onDutyAt('checkpoint-1'),
  VILLAGE: onDutyAt('village-01'),
};

/** Signs the sample people in; `source <file>` makes a shell variable of each. */
export const writeTokens = async (file: string, tokenOf: TokenOf): Promise<void> => {
  const lines = await Promise.all(
    Object.entries(PEOPLE).map(async ([name, actor]) => `export ${name}=${await tokenOf(actor)}`),
  );
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
};

const ask = (needBy: string): string =>
  JSON.stringify({
    recipients: 'post',
    needBy,
    reason: 'On duty day and night',
    lines: [{ itemId: 'gloves', quantity: 1, unit: '盒' }],
  });

/** What is printed once the system is up: where it is, who one may be, and what to try first. */
export const welcome = (url: string, dataDir: string, tokens: string, now: string): string => `
Green Channel runs on ${url} and keeps its data in ${dataDir}.

Sign-in tokens of sample people, one a role:

${readFileSync(tokens, 'utf8')}
First things to try in another terminal:

source ${tokens}
curl -s ${url}/health
curl -s -H "Authorization: Bearer $STOREKEEPER" ${url}/staff/stock
curl -s -H "Authorization: Bearer $CHECKPOINT" -H "Idempotency-Key: first-$RANDOM-$RANDOM" -H "Content-Type: application/json" \\
  -d '${ask(plusMinutes(now, 24 * 60))}' ${url}/point/requests
curl -s -H "Authorization: Bearer $CLERK" ${url}/staff/requests

Ctrl-C stops it; npm start goes on where it stopped.
`;
