import { TOKEN_RIGHTS, type TokenRight } from '../../../common/api/contract';
import { iso } from '../../../common/iso';
import { listTokens, makeToken, mintToken, revokeToken, type TokenView } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const DAY_MS = 86_400_000;

const stateOf = ({ state, expires, revoked }: TokenView): string =>
  revoked === undefined
    ? `${state}${expires === undefined ? '' : `, expires ${expires}`}`
    : `REVOKED ${revoked.at} by ${revoked.by}: ${revoked.reason}`;

const lineOf = (token: TokenView): string => {
  const { name, may, by_default, owners, networks, certificate, last_used } = token;
  const parts = [
    `${name}: may ${may.join(', ')}${by_default === true ? ' (the settings do not say)' : ''}`,
    stateOf(token),
    ...(owners.length === 0 ? [] : [`owned by ${owners.join(', ')}`]),
    ...(networks.length === 0 ? [] : [`from ${networks.join(', ')}`]),
    ...(certificate === undefined ? [] : [`only with the certificate ${certificate}`]),
    ...(token.by_certificate_only === true ? ['short-lived ones only, minted against its certificate'] : []),
    ...(token.minted === undefined ? [] : [`${token.minted} short-lived ones minted here since the start`]),
    ...(token.rate_per_minute === undefined ? [] : [`${token.rate_per_minute} a minute at each host`]),
    ...(token.made === undefined ? [] : [`made ${token.made.at} by ${token.made.by}`]),
    last_used === undefined ? 'not used since this host started' : `last used ${last_used}`,
  ];
  return parts.join('; ');
};

/** The tokens that the settings of the host name, and those that were made. */
export const tokens = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listTokens);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const found = answer.value.tokens;
  return { exit: EXIT.done, lines: found.length === 0 ? ['there is no token'] : found.map(lineOf) };
};

/** What a new token is to be. */
export interface MakeOrder {
  readonly token: string;
  readonly may: string;
  readonly days: number;
  readonly reason: string;
}

/** Makes a token. It alone is printed, for a program to take; bounds besides its end are set on the page. */
export const make = async (address: Address, { token: name, may, days, reason }: MakeOrder): Promise<Outcome> => {
  const rights = may.split(',').map((right) => right.trim());
  const wrong = rights.find((right) => !(TOKEN_RIGHTS as readonly string[]).includes(right));
  if (wrong !== undefined)
    return { exit: EXIT.error, lines: [`\`${wrong}\` is no right of tokens: ${TOKEN_RIGHTS.join(', ')}`] };
  const expires = iso(Date.now() + days * DAY_MS);
  const body = { name, may: rights as TokenRight[], expires, reason };
  const answer = await ask(address, makeToken, {}, body);
  return answer.ok ? { exit: EXIT.done, lines: [answer.value.token] } : { exit: EXIT.error, lines: [answer.error] };
};

/** Ends a token at all hosts. */
export const revoke = async (address: Address, name: string, reason: string): Promise<Outcome> => {
  const answer = await ask(address, revokeToken, { name }, { reason });
  return answer.ok ? { exit: EXIT.done, lines: [lineOf(answer.value)] } : { exit: EXIT.error, lines: [answer.error] };
};

/** What is asked for in place of what the long-lived token may and of the usual time. */
export interface MintOrder {
  readonly may?: string;
  readonly ttlS?: number;
}

/** Gets a short-lived token for the long-lived one in the token file. It alone is printed, for a program to take. */
export const mint = async (address: Address, { may, ttlS }: MintOrder): Promise<Outcome> => {
  const body = {
    ...(may === undefined ? {} : { may: may.split(',').map((right) => right.trim()) }),
    ...(ttlS === undefined ? {} : { ttl_s: ttlS }),
  };
  const answer = await ask({ ...address, scheme: 'Bearer' }, mintToken, {}, body);
  return answer.ok ? { exit: EXIT.done, lines: [answer.value.token] } : { exit: EXIT.error, lines: [answer.error] };
};
