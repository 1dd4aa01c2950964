import { Validations } from 'aws-cdk-lib';
import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

export interface WideRight {
  readonly actions: readonly string[];
  readonly resource: string;
  /** The resource as a finding names it: an imported value by the name of its export. */
  readonly finding: string;
  readonly reason: string;
}

/**
 * A right whose resource cannot be named exactly, with the reason why. It has a policy of its own, so that the reason
 * excuses this right and no other.
 */
export const permitWidely = (scope: Construct, id: string, role: IRole, right: WideRight): void => {
  const policy = new Policy(scope, id, {
    roles: [role],
    statements: [new PolicyStatement({ actions: [...right.actions], resources: [right.resource] })],
  });
  Validations.of(policy).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::${right.finding}]`,
    reason: right.reason,
  });
};
