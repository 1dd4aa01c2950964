import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Env, required } from '../shared/deps.ts';
import { keyFrom } from './webhook.ts';

/** Where every notice is also sent. */
export interface Webhook {
  readonly url: string;
  /** Reads the key that messages are signed with: asked for once a run, so that a new secret needs no deploy. */
  readonly key: () => Promise<Buffer>;
}

/**
 * The webhook of this deployment, as its environment says; none: there is none. The secret is in a parameter of the
 * account, or on one machine in the environment itself.
 *
 * @throws Error when there is a webhook without a secret, or with one that is none.
 */
export const webhookFrom = (env: Env): Webhook | undefined => {
  const url = env['WEBHOOK_URL'];
  if (url === undefined || url === '') return undefined;
  const secret = env['WEBHOOK_SECRET'];
  if (secret !== undefined && secret !== '') {
    const key = keyFrom(secret);
    return { url, key: async () => key };
  }
  const Name = required(env, 'WEBHOOK_SECRET_PARAMETER');
  // Only this one function knows this service: its client is nobody else's to load.
  const parameters = new SSMClient({ maxAttempts: 5 });
  return {
    url,
    key: async () => {
      const { Parameter } = await parameters.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return keyFrom(Parameter?.Value ?? '');
    },
  };
};
