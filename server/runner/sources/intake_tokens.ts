import type { TokenRight } from '../../../common/api/contract';
import type { TokenView } from '../../../common/api/routes/tokens';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { canonicalAddress, inNetwork } from '../../../common/entity/address';
import { sha256 } from '../../engine/digest/digest';
import type { AgentWith, WritingAgent } from '../agent/views';
import type { Clock, Sealing } from '../ports';
import { refusal, type Refusal } from '../record/refusal';
import { sameText } from './channel_tokens';
import { isPinned, type CertificatePin, type ClientCertificate } from '../ports/client_certificate';
import { audit } from '../record/audit';
import { mayBeSamePerson } from '../record/person';
import { isReservedName } from '../record/reserved';
import { isMadeToken, makeToken, type MadeList, type TokenWish } from './made_tokens';
import { putRevoked, type RevokedList } from './revoked_tokens';
import {
  DEFAULT_TTL_S,
  isShortToken,
  LONGEST_TTL_S,
  readShortToken,
  SHORTEST_TTL_S,
  shortToken,
  type ShortToken,
} from './short_tokens';
import { TokenRates } from './token_rates';

/** A token of the settings; only its digest is kept. */
export interface NamedToken {
  readonly name: string;
  /** Missing: it is no token itself; short-lived ones are minted against its certificate. */
  readonly sha256?: string;
  readonly may?: readonly TokenRight[];
  readonly owners?: readonly string[];
  readonly networks?: readonly string[];
  readonly expires?: string;
  /** It is taken only with this client certificate. */
  readonly certificate?: { readonly sha256?: string; readonly name?: string };
  /** Requests a minute at each host; missing: any number. */
  readonly rate_per_minute?: number;
  /** Who made it on the page, and when; missing: the settings name it. */
  readonly made?: { readonly by: string; readonly at: string };
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
  readonly code?: 'certificate_missing' | 'overloaded';
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
  /** Those of the settings, and the host's own. */
  readonly known: readonly NamedToken[];
  /** Those that people made on the page; missing: nobody can make any here. */
  readonly made?: Pick<MadeList, 'all' | 'sure' | 'note'>;
  readonly revoked: RevokedList;
  readonly clock: Pick<Clock, 'utc'>;
  /** Marks short-lived tokens; without it there are none. */
  readonly sealing?: Sealing;
  /** False while this host does not know what time it is: then no short-lived token is taken. */
  readonly clockTrusted?: () => boolean;
}

/** By what its end is remembered, and by what its short-lived ones know it. */
const digestOf = ({ name, sha256: digest }: Pick<NamedToken, 'name' | 'sha256'>): string =>
  digest ?? sha256(`by certificate only: ${name}`);

/** Who asks for a short-lived token, and with what. */
export interface MintWish {
  /** The bearer of the request. */
  readonly token?: string | undefined;
  readonly from: string | undefined;
  readonly certificate?: ClientCertificate | undefined;
  /** Which token of the settings, where the certificate alone says that it is theirs. */
  readonly name?: string | undefined;
  /** Less than the parent may. */
  readonly may?: readonly TokenRight[] | undefined;
  readonly ttlS?: number | undefined;
}

/** A short-lived token, told once. */
export interface Minted {
  readonly token: string;
  readonly name: string;
  readonly may: readonly TokenRight[];
  /** UTC. */
  readonly expires: string;
}

const NO_KEY = refusal(
  'no_secret_key',
  'no key of this host can mark a short-lived token: name one in `secret_keys`, the same at every host',
);
/** Each leaves an entry in the audit. */
const MOST_A_MINUTE = 120;
const MINUTE_MS = 60_000;
/** A made token lasts no longer. */
const LONGEST_MADE_MS = 400 * 86_400_000;

/** A token that was just made. */
export interface NewToken {
  readonly token: string;
  readonly view: TokenView;
}

/** What a short-lived one may: what it says, as far as its parent may it now. */
const narrowed = (parent: NamedToken, may: readonly TokenRight[]): readonly TokenRight[] =>
  rightsOf(parent).filter((right) => may.includes(right));

/** A token that is taken: in whose name, and for what. */
type Found = { readonly parent: NamedToken; readonly may: readonly TokenRight[] } | RefusedToken;

/** The tokens that programs call with. Each request is judged anew: a token ends as it expires or is revoked. */
export class IntakeTokens {
  private readonly parts: TokenParts;
  private readonly lastUsed = new Map<string, number>();
  /** When short-lived ones were minted within the last minute, by the parent's name, ms. */
  private readonly lately = new Map<string, readonly number[]>();
  private readonly mints = new Map<string, number>();
  private readonly uses = new TokenRates();
  private refusedShort = 0;

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
    const found = isShortToken(token)
      ? this.findShort(token, from, certificate)
      : this.findLong(token, from, certificate);
    if (found === undefined || 'refused' in found) return found;
    const { parent, may } = found;
    const over = this.uses.note(parent, this.parts.clock.utc());
    if (over !== undefined) return over;
    this.lastUsed.set(digestOf(parent), this.parts.clock.utc());
    return { name: parent.name, owners: parent.owners ?? [], may };
  }

  /**
   * Makes a short-lived token for whoever shows a token of the settings, or the certificate that one is bound to. It is
   * on record before it is told.
   *
   * @returns `unauthenticated` or `certificate_missing` for who may not, `forbidden` for more than the parent may
   * @throws StoreUnavailable if it cannot be put on record
   */
  async mint(agent: AgentWith<'evidence' | 'chance' | 'clock'>, wish: MintWish): Promise<Result<Minted, Refusal>> {
    const { sealing, clock } = this.parts;
    const parent = this.parentOf(wish);
    if (!parent.ok) return parent;
    const { name } = parent.value;
    const may = wish.may ?? rightsOf(parent.value);
    const fault = this.mintFault(parent.value, may, wish.ttlS);
    if (fault !== undefined) return err(fault);
    const now = clock.utc();
    const issued = Math.floor(now / 1_000);
    const longest =
      parent.value.expires === undefined ? Infinity : Math.floor(Date.parse(parent.value.expires) / 1_000);
    const ends = Math.min(issued + (wish.ttlS ?? DEFAULT_TTL_S), longest);
    const said: ShortToken = {
      ...{ parent: name, parentDigest: digestOf(parent.value), may, issued, ends, id: agent.parts.chance.uuid() },
      ...present({ certificate: parent.value.certificate && wish.certificate?.sha256 }),
    };
    const token = sealing && shortToken(sealing, said);
    if (token === undefined) return err(NO_KEY);
    const text = `short-lived \`${said.id}\`: may ${may.join(', ')}, ends ${iso(ends * 1_000)}`;
    await audit(agent, { verb: 'mint_token', by: name, object: { type: 'token', id: name }, text });
    this.lately.set(name, [...this.mintedLately(name, now), now]);
    this.mints.set(name, (this.mints.get(name) ?? 0) + 1);
    return ok({ token, name, may: rightsOf({ may }), expires: iso(ends * 1_000) });
  }

  /** How many short-lived ones this host minted, by their parents, and how many it refused. */
  get shortCounts(): { readonly minted: ReadonlyMap<string, number>; readonly refused: number } {
    return { minted: this.mints, refused: this.refusedShort };
  }

  private get all(): readonly NamedToken[] {
    const made = (this.parts.made?.all ?? []).map(({ by, at, networks, ...token }) => ({
      ...token,
      ...present({ networks: networks.length === 0 ? undefined : networks }),
      made: { by, at },
    }));
    return [...this.parts.known, ...made];
  }

  /** How many requests were refused because their token was used too often, by its name. */
  get overused(): ReadonlyMap<string, number> {
    return this.uses.refused;
  }

  private mintedLately(name: string, now: number): readonly number[] {
    return (this.lately.get(name) ?? []).filter((at) => at > now - MINUTE_MS && at <= now);
  }

  private mintFault(parent: NamedToken, may: readonly TokenRight[], ttlS = DEFAULT_TTL_S): Refusal | undefined {
    const more = may.filter((right) => !rightsOf(parent).includes(right));
    if (more.length > 0)
      return refusal(
        'forbidden',
        `the token \`${parent.name}\` may not ${more.join(', ')} itself, so no other one may`,
      );
    if (may.length === 0) return refusal('invalid', '`may` names at least one right');
    // As in the settings: whoever asks for an act asks.
    if (may.includes('act') && !may.includes('ask')) return refusal('invalid', '`act` needs `ask` beside it');
    if (ttlS < SHORTEST_TTL_S || ttlS > LONGEST_TTL_S)
      return refusal('invalid', `\`ttl_s\` is from ${SHORTEST_TTL_S} to ${LONGEST_TTL_S}`);
    return this.mintedLately(parent.name, this.parts.clock.utc()).length >= MOST_A_MINUTE
      ? refusal('overloaded', `at most ${MOST_A_MINUTE} a minute are minted for one token; use one until it ends`)
      : undefined;
  }

  /** The token of the settings in whose name somebody asks. */
  private parentOf({ token, from, certificate, name }: MintWish): Result<NamedToken, Refusal> {
    if (token !== undefined && isShortToken(token))
      return err(refusal('forbidden', 'a short-lived token mints no other one; show its parent'));
    const found =
      token !== undefined
        ? this.findLong(token, from, certificate)
        : this.judged(this.boundOnly(name), from, certificate);
    // Nobody learns from it which names there are.
    if (found === undefined)
      return err(
        refusal('unauthenticated', 'show a token of the settings, or the client certificate that one is bound to'),
      );
    return 'refused' in found ? err(refusal(found.code ?? 'unauthenticated', found.refused)) : ok(found.parent);
  }

  /** What has a token of its own needs that token: its certificate alone is only half of it. */
  private boundOnly(name: string | undefined): NamedToken | undefined {
    return this.all.find((each) => each.name === name && each.sha256 === undefined && each.certificate);
  }

  private findLong(token: string, from: string | undefined, certificate?: ClientCertificate): Found | undefined {
    const digest = sha256(token);
    if (isMadeToken(token)) this.parts.made?.sure();
    const [found] = this.all.filter((each) => each.sha256 !== undefined && sameText(each.sha256, digest));
    return this.judged(found, from, certificate);
  }

  /** INVARIANT: a short-lived one is never more than its parent is at this moment. */
  private findShort(token: string, from: string | undefined, certificate?: ClientCertificate): Found {
    const { sealing, clock, clockTrusted } = this.parts;
    const refused = (why: string, code?: 'certificate_missing'): Found => {
      this.refusedShort += 1;
      return { refused: why, ...present({ code }) };
    };
    if (sealing === undefined) return refused('this host takes no short-lived tokens');
    if (clockTrusted?.() === false)
      return refused('this host does not know what time it is; no short-lived token is taken');
    const said = readShortToken(sealing, token, clock.utc());
    if (!said.ok) return refused(said.error);
    const { parent: name, parentDigest, may, certificate: bound } = said.value;
    const parent = this.all.find((each) => each.name === name && sameText(digestOf(each), parentDigest));
    if (parent === undefined) return refused(`the settings of this host name no token \`${name}\` that it comes of`);
    const judged = this.judged(parent, from, certificate);
    if (judged === undefined || 'refused' in judged)
      return refused(
        judged?.refused ?? 'its parent is gone',
        judged?.code === 'certificate_missing' ? judged.code : undefined,
      );
    if (bound !== undefined && !isPinned({ sha256: bound }, certificate, clock.utc()))
      return refused('this short-lived token is taken only with its client certificate', 'certificate_missing');
    return { parent, may: narrowed(parent, may) };
  }

  private judged(
    found: NamedToken | undefined,
    from: string | undefined,
    certificate: ClientCertificate | undefined,
  ): Found | undefined {
    if (found === undefined) return undefined;
    const { revoked, clock } = this.parts;
    const { name, networks, expires, certificate: bound, own } = found;
    const now = clock.utc();
    if (revoked.find({ sha256: digestOf(found), ...present({ own }) }))
      return { refused: `the token \`${name}\` is revoked` };
    if (expires !== undefined && Date.parse(expires) <= now) return { refused: `the token \`${name}\` is expired` };
    if (networks !== undefined && !networks.some((each) => isFrom(from, each)))
      return { refused: `the token \`${name}\` is not taken from ${from ?? 'an address that this host cannot tell'}` };
    if (bound !== undefined && !isPinned(pinOf(bound), certificate, now))
      return {
        refused: `the token \`${name}\` is taken only with its client certificate`,
        code: 'certificate_missing',
      };
    return { parent: found, may: rightsOf(found) };
  }

  list(): readonly TokenView[] {
    return this.all.map((token) => this.viewOf(token));
  }

  /** Makes a token; it is told this once, and taken here at once, by every other host within seconds. */
  async make(agent: WritingAgent, wish: TokenWish): Promise<Result<NewToken, Refusal>> {
    const fault = this.makeFault(wish);
    if (fault !== undefined) return err(fault);
    const made = await makeToken(agent, wish);
    if (!made.ok) return made;
    await this.parts.made?.note(made.value.all);
    const entry = this.all.find(({ name }) => name === wish.name);
    return entry === undefined
      ? err(refusal('changed', 'the token was made and is gone already'))
      : ok({ token: made.value.token, view: this.viewOf(entry) });
  }

  private makeFault({ name, may, expires }: TokenWish): Refusal | undefined {
    if (isReservedName(name)) return refusal('invalid', `\`${name}\` is a name that Reflex uses itself`);
    const same = this.parts.known.find((each) => mayBeSamePerson(each.name, name));
    if (same !== undefined)
      return refusal('in_use', `the settings name a token \`${same.name}\`; on record the two would be one`);
    if (may.length === 0) return refusal('invalid', '`may` names at least one right');
    if (may.includes('act') && !may.includes('ask')) return refusal('invalid', '`act` needs `ask` beside it');
    const left = Date.parse(expires) - this.parts.clock.utc();
    return left <= 0 || left > LONGEST_MADE_MS
      ? refusal('invalid', '`expires` is in the future, and at most 400 days away')
      : undefined;
  }

  /** From now on nobody takes it: this host at once, every other within seconds. */
  async revoke(
    agent: WritingAgent,
    name: string,
    { by, reason }: { readonly by: string; readonly reason: string },
  ): Promise<Result<TokenView, Refusal>> {
    const token = this.all.find((each) => each.name === name);
    if (token === undefined)
      return err(
        refusal(
          'not_found',
          `nobody made a token \`${name}\`, and the settings of this host name none; ask a host whose settings do`,
        ),
      );
    const at = iso(this.parts.clock.utc());
    const put = await putRevoked(agent, { name, sha256: digestOf(token), by, at, reason });
    if (!put.ok) return put;
    await this.parts.revoked.note(put.value);
    return ok(this.viewOf(token));
  }

  private viewOf(token: NamedToken): TokenView {
    const { name, may, owners = [], networks = [], expires, certificate, rate_per_minute, made } = token;
    const used = this.lastUsed.get(digestOf(token));
    const revoked = this.parts.revoked.find({ sha256: digestOf(token), ...present({ own: token.own }) });
    const isExpired = expires !== undefined && Date.parse(expires) <= this.parts.clock.utc();
    return {
      name,
      may: [...rightsOf(token)],
      state: revoked ? 'revoked' : isExpired ? 'expired' : 'valid',
      owners: [...owners],
      networks: [...networks],
      ...present({
        by_default: may === undefined ? true : undefined,
        by_certificate_only: token.sha256 === undefined ? true : undefined,
        minted: this.mints.get(name),
        rate_per_minute,
        made,
        expires,
        certificate: certificate && (certificate.name ?? certificate.sha256),
        last_used: used === undefined ? undefined : iso(used),
        revoked: revoked && { by: revoked.by, at: revoked.at, reason: revoked.reason },
      }),
    };
  }
}
