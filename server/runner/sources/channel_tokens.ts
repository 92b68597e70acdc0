import { sha256 } from '../../engine/digest/digest';
import type { ChannelContent, ChannelToken } from '../keeping/kinds/sources';
import { CHANNEL_ID } from './source_documents';
import { contentOf } from '../keeping/state_docs';
import { StoreUnavailable, type Chance, type Clock, type StateStore } from '../ports';

/*
 * The token with which Alerting's channel authenticates. Channels show their headers to everybody who may read
 * channels, so it is worth nothing anywhere else, short-lived, and renewed by Reflex; only its digest is kept.
 */

/** A channel's token is renewed after so long, ms. */
export const ROTATE_AFTER_MS = 12 * 3_600_000;
/** No token is valid for longer, even where it could not be renewed, ms. */
export const TOKEN_LIFE_MS = 24 * 3_600_000;
/** How long the old token stays valid once the channel came with the new one: a call may hang for 50 s, ms. */
export const GRACE_MS = 5 * 60_000;
/** How old what is remembered of the tokens may be: a revoked one is refused everywhere after that, ms. */
const REMEMBERED_MS = 1_000;

const PREFIX = 'rfx_';

/** 244 random bits. */
export const makeToken = ({ uuid }: Pick<Chance, 'uuid'>): string =>
  `${PREFIX}${`${uuid()}${uuid()}`.replace(/-/g, '')}`;

export const headersWith = (token: string): Readonly<Record<string, string>> => ({
  Authorization: `Bearer ${token}`,
  'Content-Type': 'application/json',
});

export const isValid = ({ ends_at }: ChannelToken, now: number): boolean => Date.parse(ends_at) > now;

/** Whose token it is, and what the channel's document does not know yet of what comes with it. */
export interface TokenOwner {
  readonly channelId: string;
  readonly sha256: string;
  /** Nobody has noted that the channel came with this one. */
  readonly pending: boolean;
  /** A test message was sent and has not arrived. */
  readonly awaited: boolean;
}

/** Takes as long wherever they differ, so that guessing learns nothing from the time taken. */
export const sameText = (a: string, b: string): boolean => {
  let different = a.length ^ b.length;
  for (let at = 0; at < a.length; at += 1) different |= a.charCodeAt(at) ^ b.charCodeAt(at % b.length);
  return different === 0;
};

/** Finds whose token it is among those that are stored. While OpenSearch is away the last that was read counts. */
export class ChannelTokens {
  private readonly ports: { readonly store: Pick<StateStore, 'get'>; readonly clock: Clock };
  private known: ChannelContent | undefined;
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(ports: { readonly store: Pick<StateStore, 'get'>; readonly clock: Clock }) {
    this.ports = ports;
  }

  async owner(token: string): Promise<TokenOwner | undefined> {
    if (!token.startsWith(PREFIX)) return undefined;
    await this.refresh();
    const digest = sha256(token);
    const now = this.ports.clock.utc();
    const found = this.known?.tokens.filter((each) => sameText(each.sha256, digest) && isValid(each, now))[0];
    if (!found || !this.known) return undefined;
    const { test, channel_id: channelId } = this.known;
    const awaited = test !== undefined && test.arrived_at === undefined;
    return { channelId, sha256: digest, pending: found.state === 'pending', awaited };
  }

  /** What is remembered is read again before it counts. */
  forget(): void {
    this.readAt = -Infinity;
  }

  private async refresh(): Promise<void> {
    const { clock } = this.ports;
    if (clock.monotonic() - this.readAt < REMEMBERED_MS) return;
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    await this.reading;
  }

  private async read(): Promise<void> {
    const { clock, store } = this.ports;
    const at = clock.monotonic();
    try {
      this.known = contentOf('channel', await store.get(CHANNEL_ID));
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    this.readAt = at;
  }
}
