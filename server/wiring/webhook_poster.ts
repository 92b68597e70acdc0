import { egressOf } from '../../common/entity/egress';
import { realClock } from '../adapters/system/real_clock';
import { parseBaseUrl } from '../connectors/http/base_url';
import { readHeaderSecret } from '../connectors/http/credentials';
import { messagePoster } from '../connectors/http/post_message';
import { lookupBySystem } from '../connectors/http/resolve_host';
import { standardKey } from '../connectors/http/standard_webhooks';
import type { HostParts } from '../hosts/host_parts';
import type { WaysToHandOver } from '../hosts/settings/hand_over';
import { live, liveTls, type Secret } from './reach';

/** How a webhook of the settings is reached, whatever it is told. */
type Webhook = Pick<
  WaysToHandOver['webhook'],
  'url' | 'auth' | 'sign' | 'tls' | 'allow_addresses' | 'allow_plain_http'
>;

/** @throws Error that names the secret, if no header can carry it */
const headerSecret = (name: string, secret: Secret): string => {
  const value = readHeaderSecret({ secret: name }, secret);
  if (!value.ok) throw new Error(value.error);
  return value.value;
};

/**
 * Makes what posts to a webhook of the settings, with secrets and certificates as they are at each post.
 *
 * @throws Error that names what is missing or wrong
 */
export const webhookPoster = (
  to: Webhook,
  { settings }: Pick<HostParts, 'settings'>,
  secret: Secret,
): ReturnType<typeof messagePoster> => {
  const { url, auth, sign, tls: given = {} } = to;
  const { allow_addresses: allowAddresses = [], allow_plain_http: plainHttp = false } = to;
  const base = parseBaseUrl(url, { allowed: allowAddresses, plainHttp });
  if (!base.ok) throw new Error(base.error);
  const tls = liveTls(given, secret);
  const token = auth && live(() => headerSecret(auth.secret, secret));
  const signing = sign && live(() => secret(sign.secret));
  const standard = sign?.as === 'standard_webhooks';
  if (standard && signing) standardKey(signing());
  return messagePoster({
    base: base.value,
    allowAddresses,
    get tls() {
      return tls();
    },
    lookup: lookupBySystem,
    egress: egressOf(settings.egress),
    utc: realClock.utc,
    auth: auth &&
      token && {
        header: (auth.header ?? 'authorization').toLowerCase(),
        prefix: auth.prefix ?? (auth.header === undefined ? 'Bearer ' : ''),
        get secret() {
          return token();
        },
      },
    get signing() {
      return standard ? undefined : signing?.();
    },
    get standardSigning() {
      return standard ? signing?.() : undefined;
    },
  });
};
