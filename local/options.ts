import type { Log } from '../functions/shared/log.ts';
import type { FaultSettings } from './faults/faults.ts';
import type { TokenOf } from './http/issuer.ts';

/** How a host is to run. */
export interface HostOptions {
  /** Everything the host keeps: table, journal, keys. */
  readonly dataDir: string;
  /** Address and port to listen on; port 0 takes any that is free. */
  readonly host: string;
  readonly port: number;
  readonly log: Log;
  /** A DynamoDB endpoint to use instead of the embedded engine. */
  readonly endpoint?: string | undefined;
  /** A rehearsal's clock: `"<ISO start> <speed>"`. */
  readonly rehearsal?: string | undefined;
  /** Where notices are also sent, and the secret they are signed with. */
  readonly webhook?: { readonly url: string; readonly secret: string } | undefined;
  readonly faults?: FaultSettings | undefined;
  /** Counts what the cloud would bill; `GET /usage` says it. */
  readonly counting?: boolean | undefined;
  /** The folder of a synthesised assembly; without one, that of this repository. */
  readonly assembly?: string | undefined;
  /** What must be there before anybody else is let in; it calls the API by a door of its own. */
  readonly prepare?: ((door: { readonly url: string; readonly tokenOf: TokenOf }) => Promise<void>) | undefined;
}
