import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import type { Issuer } from './constructs/sign-in.ts';
import { GreenChannelStack } from './green-channel-stack.ts';
import { StatefulStack } from './stateful-stack.ts';

export interface GreenChannelOptions {
  /** Partition it is deployed to. */
  readonly target: 'aws' | 'aws-cn';
  readonly issuer?: string | undefined;
  readonly jwksUri?: string | undefined;
  readonly audience?: string | undefined;
  readonly bundling: boolean;
  readonly outdir?: string;
}

/**
 * The whole system as a CDK app: what deploys, and what the embedded host boots from.
 *
 * @throws Error with one clear sentence when the options cannot be deployed.
 */
export const greenChannelApp = (options: GreenChannelOptions): App => {
  const issuer = issuerOf(options);
  const app = new App({
    context: cdkJson.context,
    analyticsReporting: false,
    ...(options.outdir !== undefined && { outdir: options.outdir }),
  });
  const stateful = new StatefulStack(app, 'green-channel-stateful', {});
  new GreenChannelStack(app, 'green-channel', {
    stateful,
    issuer,
    gatewayAuthorizer: true,
    openRoutes: true,
    bundling: options.bundling,
  });
  return app;
};

const issuerOf = ({ target, issuer, jwksUri, audience }: GreenChannelOptions): Issuer | undefined => {
  if (issuer === undefined) {
    if (target === 'aws-cn')
      throw new Error('There are no user pools in aws-cn: give -c issuer=…, -c jwksUri=… and -c audience=….');
    return undefined;
  }
  if (jwksUri === undefined || audience === undefined)
    throw new Error('An issuer needs its keys and the audience of its tokens: give -c jwksUri=… and -c audience=….');
  return { url: issuer, jwksUri, audience };
};
