import { createHash, timingSafeEqual } from 'crypto';
import { StoreUnavailable, type AskedList, type ListFetch, type OfferedList, type ServedList } from '../connector';
import { isServable } from './entry';
import type { Device, FeedParts } from './feed_parts';
import type { Snapshot } from './feed_store';
import { FetchNotes } from './fetch_notes';
import { entriesAt, lastChangeOf } from './part';
import { render } from './render';

/** While OpenSearch is away for too long, devices are told to ask again after so long, s. */
const AWAY_S = 30;
/** So often may one device ask one host within a minute; firewalls ask once in that time at most. */
const MOST_A_MINUTE = 60;
const MINUTE_MS = 60_000;

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The token in `Authorization`: as a bearer, or as the password of Basic, whoever the user is. */
const tokenInHeader = (authorization: string): string | undefined => {
  const [, scheme = '', given = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization.trim()) ?? [];
  if (scheme === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return given;
  const pair = Buffer.from(given, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
};

/**
 * Which device asks. Every token is compared, in constant time. INVARIANT: in the address a token is worth nothing
 * where the settings do not allow it, though it be right.
 */
export const deviceOf = (
  devices: readonly Device[],
  { pathToken, authorization = '' }: AskedList,
): Device | undefined => {
  const token = pathToken ?? tokenInHeader(authorization);
  if (token === undefined) return undefined;
  const given = sha256(token);
  const found = devices.filter((device) => timingSafeEqual(given, sha256(device.token())));
  return found.find(({ inPath }) => pathToken === undefined || inPath);
};

/** Counts requests of each device within a minute. */
class Pace {
  private readonly counts = new Map<string, { readonly from: number; count: number }>();

  /** For how long, ms, a device has to wait; 0 if it need not. */
  wait(device: string, now: number): number {
    const known = this.counts.get(device);
    const isOld = known === undefined || now < known.from || now - known.from >= MINUTE_MS;
    const current = isOld ? { from: now, count: 0 } : known;
    this.counts.set(device, current);
    current.count += 1;
    return current.count > MOST_A_MINUTE ? current.from + MINUTE_MS - now : 0;
  }
}

/** What is to be served, or why there is nothing. */
const readList = async ({ store, utc, staleMs }: FeedParts): Promise<Snapshot | { readonly why: string }> => {
  try {
    return await store.snapshot();
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    const { known } = store;
    if (known === undefined) return { why: 'this host has not read the list yet' };
    return utc() - known.readAt <= staleMs ? known : { why: 'the list could not be read for too long' };
  }
};

/** Serves a list to its devices, and notes which version each of them has. */
export class FeedServer implements OfferedList {
  private readonly pace = new Pace();
  private readonly notes: FetchNotes;

  constructor(private readonly parts: FeedParts) {
    this.notes = new FetchNotes(parts.store);
  }

  async serve(asked: AskedList): Promise<ServedList> {
    const { parts } = this;
    const device = deviceOf(parts.devices, asked);
    if (device === undefined) return { kind: 'refused' };
    const wait = this.pace.wait(device.name, parts.utc());
    if (wait > 0) return { kind: 'busy', retryAfterS: Math.ceil(wait / 1000) };
    const read = await readList(parts);
    // INVARIANT: no list is better than an empty one, which would open everything.
    if ('why' in read) return { kind: 'away', why: read.why, retryAfterS: AWAY_S };
    return this.write(device, read);
  }

  /** Notes that could not be written before. */
  flush(): Promise<void> {
    return this.notes.flush();
  }

  private write(device: Device, { parts: lists }: Snapshot): ServedList {
    const { parts } = this;
    const cut = parts.utc();
    const entries = entriesAt(lists, cut).filter(({ value }) => isServable(parts.entries, value));
    const { contentType, body } = render(device.format, entries, {
      list: parts.name,
      type: parts.entries === 'addresses' ? 'ip' : 'domain',
      changedAt: lastChangeOf(lists, cut),
      pollS: Math.ceil(parts.pollMs / 1000),
    });
    const etag = `"${sha256(body).toString('hex').slice(0, 32)}"`;
    const version = { revisions: lists.map(({ revision }) => revision), cut, entries: entries.length };
    const fetched = (): void => {
      const fetch: ListFetch = { ...version, at: parts.utc() };
      this.notes.note(device.name, fetch, etag);
    };
    return { kind: 'list', etag, contentType, body, fetched };
  }
}
