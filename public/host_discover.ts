import { iso } from '../common/iso';
import type { CoreStart } from './host';

/** What logs are looked at for, and when. */
export interface DiscoverLook {
  /** Names and addresses as they are written in the logs; any of them. */
  readonly about: readonly string[];
  /** Instants, or how Dashboards writes times from now on, such as `now-24h`. */
  readonly from: string;
  readonly to: string;
}

/** Half a character, which no address can hold. */
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A text in rison, the language of addresses in Dashboards. */
const risonText = (text: string): string => `'${text.replace(/[!']/g, (mark) => `!${mark}`)}'`;

/** A phrase of DQL, looked for in all fields: which of them hold it is up to the logs. */
const phrase = (text: string): string => `"${text.replace(/["\\]/g, (mark) => `\\${mark}`)}"`;

/**
 * The path of Discover with a search in it, in the form that all versions take: newer ones rewrite it. It names no
 * index pattern, so Discover takes the one that is the user's own.
 */
export const discoverPath = ({ about, from, to }: DiscoverLook): string => {
  const query = about.map((each) => phrase(each.replace(HALF, '\ufffd'))).join(' or ');
  const global = `(filters:!(),time:(from:${risonText(from)},to:${risonText(to)}))`;
  const own = `(columns:!(_source),filters:!(),query:(language:kuery,query:${risonText(query)}))`;
  return `/app/discover#/?_g=${encodeURIComponent(global)}&_a=${encodeURIComponent(own)}`;
};

/** Addresses of searches in Discover; undefined where the host has none, or not for who looks. */
export const discoverOf = ({ application, http }: CoreStart): ((look: DiscoverLook) => string) | undefined =>
  application?.capabilities?.discover?.show === true ? (look) => http.basePath.prepend(discoverPath(look)) : undefined;

/** Logs this long before and after something tell what led to it and what came of it, ms. */
const AROUND_MS = 15 * 60_000;

/** The time around one or more moments. */
export const around = (...moments: readonly string[]): Pick<DiscoverLook, 'from' | 'to'> => {
  const times = moments.map((each) => Date.parse(each));
  return { from: iso(Math.min(...times) - AROUND_MS), to: iso(Math.max(...times) + AROUND_MS) };
};
