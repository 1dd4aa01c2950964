import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Lambda, or at an address an embedded host: it answers on the same path, and asks for no signature. */
export const lambdaAt = (host: string | undefined): LambdaClient =>
  new LambdaClient(
    host === undefined
      ? {}
      : { endpoint: host, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } },
  );

/** What a function answers. @throws Error with its words when it failed. */
export const invoked = async (lambda: LambdaClient, name: string, event: unknown): Promise<unknown> => {
  const reply = await lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
  const answer = Buffer.from(reply.Payload ?? []).toString();
  if (reply.FunctionError !== undefined) throw new Error(`${name} failed: ${answer}`);
  return JSON.parse(answer);
};
