/** How the rest of a template names a resource: by reference, and by its attributes. */
type Identity = Readonly<Record<string, string>>;

const arn = (service: string, rest: string): string => `arn:aws:${service}:local:000000000000:${rest}`;

export const tableArn = (name: string): string => arn('dynamodb', `table/${name}`);

interface Naming {
  /** The property that sets the physical name; without one it is the logical id. */
  readonly property?: string;
  readonly identity: (name: string) => Identity;
}

const byName: Naming = { identity: (name) => ({ Ref: name }) };

const NAMING: Readonly<Record<string, Naming>> = {
  'AWS::ApiGatewayV2::Api': byName,
  'AWS::ApiGatewayV2::Authorizer': byName,
  'AWS::ApiGatewayV2::Integration': byName,
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    identity: (name) => ({ Ref: name, Arn: tableArn(name), StreamArn: `${tableArn(name)}/stream/latest` }),
  },
  'AWS::Events::Rule': { property: 'Name', identity: (name) => ({ Ref: name, Arn: arn('events', `rule/${name}`) }) },
  'AWS::IAM::Role': {
    property: 'RoleName',
    identity: (name) => ({ Ref: name, Arn: `arn:aws:iam::000000000000:role/${name}` }),
  },
  'AWS::Lambda::Function': {
    property: 'FunctionName',
    identity: (name) => ({ Ref: name, Arn: arn('lambda', `function:${name}`) }),
  },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    identity: (name) => ({ Ref: name, Arn: arn('logs', `log-group:${name}:*`) }),
  },
  'AWS::S3::Bucket': { property: 'BucketName', identity: (name) => ({ Ref: name, Arn: `arn:aws:s3:::${name}` }) },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    identity: (name) => ({
      Ref: arn('states', `stateMachine:${name}`),
      Arn: arn('states', `stateMachine:${name}`),
      Name: name,
    }),
  },
};

/** Names a resource of a type; nothing when other resources have no way to refer to that type here. */
export const identityOf = (type: string, id: string, property: (name: string) => unknown): Identity => {
  const naming = NAMING[type];
  if (naming === undefined) return {};
  const given = naming.property === undefined ? undefined : property(naming.property);
  return naming.identity(typeof given === 'string' ? given : id);
};
