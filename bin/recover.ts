import { parseArgs } from 'node:util';
import { recoverWhole } from '../local/recovery.ts';
import { invoked, lambdaAt } from './lambda.ts';

const USAGE = `npm run recover -- [--host <address>] [--function <name>] [--recovery <time>]

After a table was restored: every row whose workflow has not ended gets a new execution, and every item is divided.
--host is the address of an embedded host, such as http://127.0.0.1:8080; without it the function is called in the
cloud, by the name green-channel-recover unless --function says otherwise. --recovery goes on with one that was cut off.`;

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    function: { type: 'string', default: 'green-channel-recover' },
    recovery: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const run = async (): Promise<void> => {
  const lambda = lambdaAt(values.host);
  let name = '';
  const { raised, divided, failed } = await recoverWhole((event) => invoked(lambda, values.function, event), {
    recovery: values.recovery,
    told: ({ recovery }) => {
      if (recovery !== name) console.log(`Recovery ${recovery}. Cut off, it goes on with --recovery ${recovery}`);
      name = recovery;
    },
  });
  for (const { what, error } of failed) console.log(`${what}: ${error}`);
  console.log(`${raised} rows were given a new execution, ${divided} items were divided, ${failed.length} failed.`);
  if (failed.length > 0) process.exitCode = 1;
};

if (values.help === true) console.log(USAGE);
else
  await run().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
