import { App } from 'aws-cdk-lib';
import { greenChannelApp } from '../lib/app.ts';

// The command line's context reaches an app through the environment; an app that never synthesises can read it.
const context = new App({ autoSynth: false }).node;
const text = (name: string): string | undefined => {
  const value: unknown = context.tryGetContext(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};
const target = text('target') ?? 'aws';
if (target !== 'aws' && target !== 'aws-cn') throw new Error(`target is aws or aws-cn, not ${target}`);

greenChannelApp({
  target,
  issuer: text('issuer'),
  jwksUri: text('jwksUri'),
  audience: text('audience'),
  bundling: true,
});
