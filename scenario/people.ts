import type { Actor, Role } from '../functions/shared/actor.ts';
import type { TokenOf } from '../local/http/issuer.ts';
import { type Client, clientFor } from './client.ts';
import { ZEKU } from './zeku/sites.ts';

/** One person a role, and one a site: whoever asks never decides, and a site sees only its own. */
export interface People {
  readonly clerk: Client;
  readonly approver: Client;
  readonly headquarters: Client;
  readonly storekeeper: Client;
  readonly buyer: Client;
  readonly finance: Client;
  readonly auditor: Client;
  /** Whoever gives, or only looks: without a sign-in. */
  readonly donor: Client;
  /** Whoever is on duty at this site. */
  point(siteId: string): Client;
}

export const staffMember = (role: Role, county = ZEKU): Actor => ({ sub: `sample-${role}`, county, roles: [role] });
export const onDutyAt = (siteId: string, county = ZEKU): Actor => ({
  sub: `sample-point-${siteId}`,
  county,
  roles: ['point'],
  siteId,
});

/** What is made once is kept: a client a person, a token a client. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

export const peopleOf = (
  baseUrl: string,
  tokenOf: TokenOf,
  {
    county,
    signal,
    patienceMs,
  }: { readonly county?: string; readonly signal?: AbortSignal; readonly patienceMs?: number | undefined } = {},
): People => {
  const as = (actor: Actor): Client => clientFor({ baseUrl, token: once(() => tokenOf(actor)), signal, patienceMs });
  const staff = (role: Role): Client => as(staffMember(role, county));
  const points = new Map<string, Client>();
  return {
    clerk: staff('clerk'),
    approver: staff('approver'),
    headquarters: staff('headquarters'),
    storekeeper: staff('storekeeper'),
    buyer: staff('buyer'),
    finance: staff('finance'),
    auditor: staff('auditor'),
    donor: clientFor({ baseUrl, signal, patienceMs }),
    point: (siteId) => {
      const known = points.get(siteId) ?? as(onDutyAt(siteId, county));
      points.set(siteId, known);
      return known;
    },
  };
};
