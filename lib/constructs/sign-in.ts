import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/** Who says who the caller is: any OIDC issuer. */
export interface Issuer {
  readonly url: string;
  readonly jwksUri: string;
  readonly audience: string;
}

/** A user pool as issuer, for a county without one of its own. Accounts are made by staff, never by asking. */
export class SignIn extends Construct {
  readonly issuer: Issuer;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.NONE,
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      customAttributes: {
        county: new StringAttribute({ minLen: 6, maxLen: 6, mutable: true }),
        roles: new StringAttribute({ maxLen: 200, mutable: true }),
        site: new StringAttribute({ maxLen: 64, mutable: true }),
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const client = pool.addClient('Apps', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      authFlows: { userSrp: true },
      disableOAuth: true,
      idTokenValidity: Duration.hours(12),
      accessTokenValidity: Duration.hours(1),
      // Left out, every attribute is writable with one's own token: anybody could give himself a role.
      writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
    });
    const { region, urlSuffix } = Stack.of(this);
    const url = `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`;
    this.issuer = { url, jwksUri: `${url}/.well-known/jwks.json`, audience: client.userPoolClientId };
  }
}
