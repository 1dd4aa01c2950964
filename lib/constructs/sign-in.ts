import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  ManagedLoginVersion,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/** Who vouches for callers: any OIDC issuer. */
export interface Issuer {
  readonly url: string;
  readonly jwksUri: string;
  readonly audience: string;
}

/**
 * A user pool as issuer, for a county that has none of its own. Accounts are made by staff, never by asking; what a
 * caller may do is on the account, and only staff with rights to the pool can change it.
 */
export class SignIn extends Construct {
  readonly issuer: Issuer;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      // Text messages do not reach every village and cost by the piece.
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      accountRecovery: AccountRecovery.NONE,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      customAttributes: {
        county: new StringAttribute({ minLen: 6, maxLen: 6, mutable: true }),
        roles: new StringAttribute({ maxLen: 200, mutable: true }),
        site: new StringAttribute({ maxLen: 64, mutable: true }),
      },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const { account, region, stackName, urlSuffix } = Stack.of(this);
    pool.addDomain('Domain', {
      cognitoDomain: { domainPrefix: `${stackName}-${account}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    const client = appsOf(pool);
    const url = `https://cognito-idp.${region}.${urlSuffix}/${pool.userPoolId}`;
    this.issuer = { url, jwksUri: `${url}/.well-known/jwks.json`, audience: client.userPoolClientId };
  }
}

/** Public clients: authorization code with PKCE, no secret to lose. */
const appsOf = (pool: UserPool): UserPoolClient =>
  pool.addClient('Apps', {
    generateSecret: false,
    preventUserExistenceErrors: true,
    authFlows: {},
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.PROFILE],
      // Tools on the operator's own machine; pages add their address when there are pages.
      callbackUrls: ['http://localhost:8080/'],
    },
    // A shift.
    idTokenValidity: Duration.hours(12),
    accessTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(7),
    // Left out, a signed-in user may write every attribute: anybody could give himself a role.
    writeAttributes: new ClientAttributes().withStandardAttributes({ locale: true }),
  });
