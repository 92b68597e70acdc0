import type { Egress } from '../../../common/entity/egress';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { readSecret, type Secrets } from './credentials';
import { makeHttpTarget, type HttpParameters } from './http_parameters';
import type { Bearer } from './http_target';
import type { OauthParameters } from './oauth_parameters';
import type { ParameterFault } from './parameter_fault';
import { renewed } from './renewed';
import type { Lookup } from './resolve_host';
import { TokenKeeper } from './token_keeper';

interface Surroundings {
  readonly lookup: Lookup;
  readonly egress?: Egress;
  readonly utc: () => number;
}

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).hostname : undefined);

/** Everything but the host is as for the connector's own requests: certificates, addresses, time limits. */
const tokenParameters = (http: HttpParameters, url: string): HttpParameters => {
  const { server_name: serverName, ...tls } = http.tls ?? {};
  const isSameHost = hostOf(url) === hostOf(http.base_url);
  return { ...http, base_url: url, tls: { ...tls, ...present({ server_name: isSameHost ? serverName : undefined }) } };
};

/**
 * Makes what gets access tokens for a connector, over the same address guard, TLS and egress as its own requests, or
 * tells everything that is wrong with the parameters. `path` of a fault is within them.
 */
export const makeBearer = (
  parameters: OauthParameters,
  http: HttpParameters,
  secrets: Secrets,
  { lookup, egress, utc }: Surroundings,
): Result<Bearer, readonly ParameterFault[]> => {
  const faults: ParameterFault[] = [];
  const { client_secret: ref, token_url: url, auth } = parameters;
  const secret = ref === undefined ? undefined : readSecret(ref, secrets);
  if (secret?.ok === false) faults.push({ path: 'client_secret', message: secret.error });
  if (auth === 'tls' && http.tls?.cert === undefined)
    faults.push({ path: 'auth', message: '`tls` needs `tls.cert` and `tls.key` of the connector' });
  const more = secret?.ok === true ? [secret.value] : [];
  const target = makeHttpTarget(tokenParameters(http, url), secrets, { more, lookup, ...present({ egress }) });
  if (!target.ok)
    // The rest is said by the connector's own host.
    for (const { path, message } of target.error) if (path === 'base_url') faults.push({ path: 'token_url', message });
  if (!target.ok || faults.length > 0) return err(faults);
  const current = ref && secret?.ok === true ? renewed(secret.value, () => readSecret(ref, secrets)) : undefined;
  const clientSecret = (): string | undefined => {
    const now = current?.();
    if (now !== undefined) target.value.hide(now);
    return now;
  };
  return ok(new TokenKeeper({ parameters, target: target.value, clientSecret, utc }));
};
