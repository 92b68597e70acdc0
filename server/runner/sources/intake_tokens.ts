import type { TokenRight } from '../../../common/api/contract';
import type { TokenView } from '../../../common/api/routes/tokens';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { canonicalAddress, inNetwork } from '../../../common/entity/address';
import { sha256 } from '../../engine/digest/digest';
import type { WritingAgent } from '../agent/views';
import type { Clock } from '../ports';
import { refusal, type Refusal } from '../record/refusal';
import { sameText } from './channel_tokens';
import { isPinned, type CertificatePin, type ClientCertificate } from '../ports/client_certificate';
import { putRevoked, type RevokedList } from './revoked_tokens';

/** A token of the settings; only its digest is kept. */
export interface NamedToken {
  readonly name: string;
  readonly sha256: string;
  readonly may?: readonly TokenRight[];
  readonly owners?: readonly string[];
  readonly networks?: readonly string[];
  readonly expires?: string;
  /** It is taken only with this client certificate. */
  readonly certificate?: { readonly sha256?: string; readonly name?: string };
  /** This host made it for itself: whoever never heard of its end may take it. */
  readonly own?: boolean;
}

/** Whose token it is and what it may, or why it is taken no longer. */
type TokenAnswer =
  { readonly name: string; readonly may: readonly TokenRight[]; readonly owners: readonly string[] } | RefusedToken;

/** A token that is taken no longer, or not like this. */
export interface RefusedToken {
  readonly refused: string;
  /** Default `unauthenticated`. */
  readonly code?: 'certificate_missing';
}

/**
 * What a token may of which the settings say nothing: what every token could before there were rights, without the two
 * that act on the world or read the cluster by themselves.
 */
const BY_DEFAULT: readonly TokenRight[] = ['intake', 'ask', 'metrics'];

export const rightsOf = ({ may = BY_DEFAULT }: Pick<NamedToken, 'may'>): readonly TokenRight[] => may;

/** What names nothing is no certificate that anybody has. */
const pinOf = ({ sha256: digest, name = '' }: NonNullable<NamedToken['certificate']>): CertificatePin =>
  digest === undefined ? { name } : { sha256: digest };

/** Fails closed where the host cannot tell the address. */
const isFrom = (from: string | undefined, place: string): boolean => {
  const address = from === undefined ? undefined : canonicalAddress(from);
  if (address === undefined) return false;
  return place.includes('/') ? inNetwork(address, place) : canonicalAddress(place) === address;
};

interface TokenParts {
  readonly known: readonly NamedToken[];
  readonly revoked: RevokedList;
  readonly clock: Pick<Clock, 'utc'>;
}

/** The tokens of the settings. Each request is judged anew: a token ends the moment that it expires or is revoked. */
export class IntakeTokens {
  private readonly parts: TokenParts;
  private readonly lastUsed = new Map<string, number>();

  constructor(parts: TokenParts) {
    this.parts = parts;
  }

  /**
   * Compares digests in constant time, so that guessing learns nothing from the time taken.
   *
   * @param from the address that it came from; undefined where the host does not know
   * @param certificate what the caller's connection was made with
   * @returns undefined for what is no token of the settings
   * @throws StoreUnavailable on an agent that never heard which tokens are revoked
   */
  find(token: string, from: string | undefined, certificate?: ClientCertificate): TokenAnswer | undefined {
    const { known, revoked, clock } = this.parts;
    const digest = sha256(token);
    const found = known.filter((each) => sameText(each.sha256, digest))[0];
    if (found === undefined) return undefined;
    const { name, owners = [], networks, expires } = found;
    const now = clock.utc();
    if (revoked.find(found)) return { refused: `the token \`${name}\` is revoked` };
    if (expires !== undefined && Date.parse(expires) <= now) return { refused: `the token \`${name}\` is expired` };
    if (networks !== undefined && !networks.some((each) => isFrom(from, each)))
      return { refused: `the token \`${name}\` is not taken from ${from ?? 'an address that this host cannot tell'}` };
    const { certificate: bound } = found;
    if (bound !== undefined && !isPinned(pinOf(bound), certificate, now))
      return {
        refused: `the token \`${name}\` is taken only with its client certificate`,
        code: 'certificate_missing',
      };
    this.lastUsed.set(found.sha256, now);
    return { name, owners, may: rightsOf(found) };
  }

  list(): readonly TokenView[] {
    return this.parts.known.map((token) => this.viewOf(token));
  }

  /** From now on nobody takes it: this host at once, every other within seconds. */
  async revoke(
    agent: WritingAgent,
    name: string,
    { by, reason }: { readonly by: string; readonly reason: string },
  ): Promise<Result<TokenView, Refusal>> {
    const token = this.parts.known.find((each) => each.name === name);
    if (token === undefined)
      return err(
        refusal('not_found', `the settings of this host name no token \`${name}\`; ask a host whose settings do`),
      );
    const at = iso(this.parts.clock.utc());
    const put = await putRevoked(agent, { name, sha256: token.sha256, by, at, reason });
    if (!put.ok) return put;
    await this.parts.revoked.note(put.value);
    return ok(this.viewOf(token));
  }

  private viewOf(token: NamedToken): TokenView {
    const { name, may, owners = [], networks = [], expires, certificate } = token;
    const used = this.lastUsed.get(token.sha256);
    const revoked = this.parts.revoked.find(token);
    const isExpired = expires !== undefined && Date.parse(expires) <= this.parts.clock.utc();
    return {
      name,
      may: [...rightsOf(token)],
      state: revoked ? 'revoked' : isExpired ? 'expired' : 'valid',
      owners: [...owners],
      networks: [...networks],
      ...present({
        by_default: may === undefined ? true : undefined,
        expires,
        certificate: certificate && (certificate.name ?? certificate.sha256),
        last_used: used === undefined ? undefined : iso(used),
        revoked: revoked && { by: revoked.by, at: revoked.at, reason: revoked.reason },
      }),
    };
  }
}
