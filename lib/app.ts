import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import type { Issuer } from './constructs/sign-in.ts';
import type { Restored } from './constructs/supply-table.ts';
import { GreenChannelStack } from './green-channel-stack.ts';
import type { Webhook } from './notices.ts';
import { StatefulStack } from './stateful-stack.ts';

export interface GreenChannelOptions {
  /** Partition it is deployed to. */
  readonly target: 'aws' | 'aws-cn';
  /** An OIDC issuer, where its keys are and for whom its tokens are. In `aws`, none given: a user pool of our own. */
  readonly issuer?: string | undefined;
  readonly jwksUri?: string | undefined;
  readonly audience?: string | undefined;
  /** False where the gateway cannot reach the issuer: then only the app verifies tokens. */
  readonly gatewayAuthorizer?: boolean | undefined;
  /** In `aws-cn`: there is an ICP filing, without which no route may be open to strangers. */
  readonly icp?: boolean | undefined;
  /** Where notices are also sent, and the name of the parameter that holds the secret they are signed with. */
  readonly webhook?: string | undefined;
  readonly webhookSecret?: string | undefined;
  /** A table that was restored from a point in time, and the ARN of its stream: used in place of the present one. */
  readonly restoredTable?: string | undefined;
  readonly restoredStream?: string | undefined;
  /** False: no function is bundled, all else is the same. */
  readonly bundling: boolean;
  readonly outdir?: string | undefined;
}

/** What was asked for cannot be deployed; the message is one sentence for whoever asked. */
export class CannotDeploy extends Error {
  override readonly name = 'CannotDeploy';
}

/**
 * The whole system as a CDK app: what deploys, and what the embedded host boots from.
 *
 * @throws CannotDeploy when the options do not fit together.
 */
export const greenChannelApp = (options: GreenChannelOptions): App => {
  const issuer = issuerOf(options);
  const webhook = webhookOf(options);
  const gatewayAuthorizer = options.gatewayAuthorizer ?? true;
  const openRoutes = options.target === 'aws' || options.icp === true;
  if (!gatewayAuthorizer && !openRoutes)
    throw new CannotDeploy(
      'Without an ICP filing every route in aws-cn needs an authorizer: give -c icp=true or leave it on.',
    );
  const restored = restoredOf(options);
  const app = new App({
    context: cdkJson.context,
    analyticsReporting: false,
    // What is not to be deployed need not be checked for deployment: it is most of the time a synthesis takes.
    builtinCloudFormationValidation: options.bundling,
    ...(options.outdir !== undefined && { outdir: options.outdir }),
  });
  const stateful = new StatefulStack(app, 'green-channel-stateful', {});
  new GreenChannelStack(app, 'green-channel', {
    stateful,
    issuer,
    gatewayAuthorizer,
    openRoutes,
    webhook,
    bundling: options.bundling,
    restored,
  });
  return app;
};

const restoredOf = ({ restoredTable, restoredStream }: GreenChannelOptions): Restored | undefined => {
  if (restoredTable === undefined && restoredStream === undefined) return undefined;
  if (restoredTable === undefined || restoredStream?.includes(`:table/${restoredTable}/stream/`) !== true)
    throw new CannotDeploy('A restored table comes with its stream: give -c restoredTable=… and -c restoredStream=….');
  return { table: restoredTable, stream: restoredStream };
};

const issuerOf = ({ target, issuer, jwksUri, audience }: GreenChannelOptions): Issuer | undefined => {
  if (issuer === undefined && target === 'aws') return undefined;
  if (issuer === undefined)
    throw new CannotDeploy('There are no user pools in aws-cn: give -c issuer=… with -c jwksUri=… and -c audience=….');
  if (jwksUri === undefined || audience === undefined)
    throw new CannotDeploy('An issuer comes with its keys and its audience: give -c jwksUri=… and -c audience=… too.');
  return { url: issuer, jwksUri, audience };
};

/** Names of parameters, as the service allows them: a path or a word. */
const PARAMETER = /^\/?[\w.-]+(\/[\w.-]+)*$/;

const webhookOf = ({ webhook, webhookSecret }: GreenChannelOptions): Webhook | undefined => {
  if (webhook === undefined && webhookSecret === undefined) return undefined;
  if (webhook === undefined || webhookSecret === undefined)
    throw new CannotDeploy('A webhook comes with its secret: give -c webhook=… and -c webhookSecret=… together.');
  if (!URL.canParse(webhook) || new URL(webhook).protocol !== 'https:')
    throw new CannotDeploy(`webhook is an address that begins with https://, not ${webhook}.`);
  if (!PARAMETER.test(webhookSecret))
    throw new CannotDeploy('webhookSecret is the name of a parameter that holds the secret, never the secret itself.');
  return { url: webhook, secretParameter: webhookSecret };
};
