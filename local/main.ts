import { join, resolve } from 'node:path';
import { keyFrom } from '../functions/notices/webhook.ts';
import { clockFrom } from '../functions/shared/clock.ts';
import { logFor } from '../functions/shared/log.ts';
import { loadSampleCounty } from '../scenario/load.ts';
import { staffMember } from '../scenario/people.ts';
import { CannotStart } from './cannot-start.ts';
import type { FaultSettings } from './faults/faults.ts';
import { type Host, startHost } from './host.ts';
import type { HostOptions } from './options.ts';
import { loadOnce } from './sample.ts';
import { welcome, writeTokens } from './welcome.ts';

const { DATA_DIR, HOST, PORT, AWS_ENDPOINT_URL_DYNAMODB, REHEARSAL_CLOCK, SAMPLE_COUNTY, COUNT_USAGE, GC_FAULT } =
  process.env;
const { WEBHOOK_URL, WEBHOOK_SECRET } = process.env;

const portFrom = (text: string): number => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new CannotStart(`PORT is "${text}", which is no port.`);
  return port;
};

const webhookFrom = (url: string | undefined, secret: string | undefined): HostOptions['webhook'] => {
  if (!url && !secret) return undefined;
  if (!url || !secret) throw new CannotStart('A webhook comes with its secret: set WEBHOOK_URL and WEBHOOK_SECRET.');
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    throw new CannotStart(`WEBHOOK_URL is "${url}", which is no address that anything could be sent to.`);
  try {
    keyFrom(secret);
  } catch (error) {
    throw new CannotStart(String(error instanceof Error ? error.message : error));
  }
  return { url, secret };
};

const run = async (): Promise<void> => {
  const dataDir = resolve(DATA_DIR || 'data');
  const file = join(dataDir, 'tokens.env');
  const host = await startHost({
    dataDir,
    host: HOST || '127.0.0.1',
    port: portFrom(PORT || '8080'),
    log: logFor('host'),
    endpoint: AWS_ENDPOINT_URL_DYNAMODB || undefined,
    rehearsal: REHEARSAL_CLOCK || undefined,
    webhook: webhookFrom(WEBHOOK_URL, WEBHOOK_SECRET),
    counting: COUNT_USAGE === 'yes',
    faults: GC_FAULT ? (JSON.parse(GC_FAULT) as FaultSettings) : undefined,
    prepare: async ({ url, tokenOf }) => {
      await writeTokens(file, tokenOf);
      if (SAMPLE_COUNTY === 'no') return;
      await loadOnce(dataDir, () => loadSampleCounty(url, (role) => tokenOf(staffMember(role))));
    },
  });
  stopOnSignal(host);
  console.log(welcome(host.url, dataDir, file, clockFrom({ REHEARSAL_CLOCK }).now()));
};

/** The first signal lets what is under way end; a second one does not wait for it, and nothing is lost by that. */
const stopOnSignal = (host: Host): void => {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (isStopping) process.exit(130);
      isStopping = true;
      host.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
};

try {
  await run();
} catch (error) {
  console.error(error instanceof CannotStart ? error.message : error);
  process.exit(1);
}
