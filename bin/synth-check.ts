import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type GreenChannelOptions, greenChannelApp } from '../lib/app.ts';
import { checked } from '../lib/checks.ts';

// What `npx cdk synth` does for each place the system may be deployed to, without the command line's start-up.
const oidc = { issuer: 'https://id.example.cn', jwksUri: 'https://id.example.cn/keys', audience: 'green-channel' };
const PLACES: Readonly<Record<string, Omit<GreenChannelOptions, 'bundling' | 'outdir'>>> = {
  aws: { target: 'aws' },
  'aws with a webhook': {
    target: 'aws',
    webhook: 'https://hook.example.cn/notices',
    webhookSecret: '/green-channel/webhook',
  },
  'aws with a table that was restored': {
    target: 'aws',
    restoredTable: 'restored',
    restoredStream: 'arn:aws:dynamodb:eu-west-1:111122223333:table/restored/stream/2022-05-12T01:00:00.000',
  },
  'aws-cn': { target: 'aws-cn', ...oidc },
  'aws-cn with an ICP filing and an issuer of its own network': {
    target: 'aws-cn',
    ...oidc,
    icp: true,
    gatewayAuthorizer: false,
  },
};

const report = z.object({
  pluginReports: z.array(z.object({ violations: z.array(z.object({ ruleName: z.string() })) })),
});

/** The rules that the synthesis breaks, warnings included; the library itself prints where and why. */
const findings = (options: (typeof PLACES)[string]): string[] => {
  const outdir = mkdtempSync(join(tmpdir(), 'green-channel-synth-'));
  try {
    const app = checked(greenChannelApp({ ...options, bundling: true, outdir }));
    try {
      app.synth();
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      return ['synthesis failed'];
    }
    const { pluginReports } = report.parse(JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')));
    return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

for (const [place, options] of Object.entries(PLACES)) {
  const found = findings(options);
  console.log(`${place}: ${found.length === 0 ? 'clean' : `${found.length} findings`}`);
  if (found.length > 0) process.exitCode = 1;
}
