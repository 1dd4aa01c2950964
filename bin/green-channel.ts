import { App } from 'aws-cdk-lib';
import { CannotDeploy, greenChannelApp } from '../lib/app.ts';
import { checked } from '../lib/checks.ts';

// What the command line was given reaches an app through the environment; one that never synthesises can read it.
const { node: given } = new App({ autoSynth: false });

const text = (name: string): string | undefined => {
  const value: unknown = given.tryGetContext(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const yesOrNo = (name: string): boolean | undefined => {
  const value: unknown = given.tryGetContext(name);
  if (value === undefined || typeof value === 'boolean') return value;
  if (value !== 'true' && value !== 'false') throw new CannotDeploy(`${name} is true or false, not ${String(value)}.`);
  return value === 'true';
};

try {
  const target = text('target') ?? 'aws';
  if (target !== 'aws' && target !== 'aws-cn') throw new CannotDeploy(`target is aws or aws-cn, not ${target}.`);
  checked(
    greenChannelApp({
      target,
      issuer: text('issuer'),
      jwksUri: text('jwksUri'),
      audience: text('audience'),
      gatewayAuthorizer: yesOrNo('gatewayAuthorizer'),
      icp: yesOrNo('icp'),
      webhook: text('webhook'),
      webhookSecret: text('webhookSecret'),
      restoredTable: text('restoredTable'),
      restoredStream: text('restoredStream'),
      bundling: true,
    }),
  );
} catch (error) {
  if (!(error instanceof CannotDeploy)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
