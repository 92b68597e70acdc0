import { iso } from '../../../common/iso';
import { CHANGE_STEP_MS, type ListEntry } from './part';

/*
 * A list as text. Values are addresses, networks and names in their one spelling, so that nothing in them ends a line,
 * a cell or a string; whatever is not is left out before it comes here.
 */

/** `unbound`: local zones; `rpz`: a response policy zone. */
export const FORMATS = ['text', 'csv', 'json', 'unbound', 'rpz'] as const;
export type Format = (typeof FORMATS)[number];

/** Only names can be written so. */
export const NAME_FORMATS: readonly Format[] = ['unbound', 'rpz'];

export interface Rendered {
  readonly contentType: string;
  readonly body: string;
}

interface About {
  readonly list: string;
  readonly type: 'ip' | 'domain';
  /** UTC, ms. */
  readonly changedAt: number;
  /** How often devices ask, s. */
  readonly pollS: number;
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Seven days: a resolver that cannot refresh goes on with what it has. */
const EXPIRE_S = 604_800;
/** What a blocked name gets is not kept for longer, s: it must resolve again soon after its end. */
const ANSWER_S = 30;

const zoneOf = (entries: readonly ListEntry[], { changedAt, pollS }: About): string => {
  // RFC 1982: 32 bits that grow with each change.
  const serial = Math.floor(changedAt / CHANGE_STEP_MS) % 2 ** 32;
  const head = [
    `$TTL ${ANSWER_S}`,
    `@ IN SOA localhost. hostmaster.localhost. ${serial} ${pollS} ${pollS} ${EXPIRE_S} ${ANSWER_S}`,
    '@ IN NS localhost.',
  ];
  return linesOf([...head, ...entries.flatMap(({ value }) => [`${value} IN CNAME .`, `*.${value} IN CNAME .`])]);
};

const untilText = ({ until }: ListEntry): string | null => (until === null ? null : iso(until));

/** Writes a list down. The same entries give the same text at every host. */
export const render = (format: Format, entries: readonly ListEntry[], about: About): Rendered => {
  const { list, type } = about;
  switch (format) {
    case 'text':
      return { contentType: 'text/plain; charset=utf-8', body: linesOf(entries.map(({ value }) => value)) };
    case 'csv': {
      const rows = entries.map((entry) => [entry.value, type, iso(entry.since), untilText(entry) ?? ''].join(','));
      const body = ['value,type,since,until', ...rows].map((row) => `${row}\r\n`).join('');
      return { contentType: 'text/csv; charset=utf-8', body };
    }
    case 'json': {
      const items = entries.map((entry) => ({
        value: entry.value,
        type,
        since: iso(entry.since),
        until: untilText(entry),
      }));
      return { contentType: 'application/json; charset=utf-8', body: `${JSON.stringify({ list, entries: items })}\n` };
    }
    case 'unbound': {
      const zones = entries.map(({ value }) => `local-zone: "${value}." always_nxdomain`);
      return { contentType: 'text/plain; charset=utf-8', body: linesOf(['server:', ...zones]) };
    }
    case 'rpz':
      return { contentType: 'text/plain; charset=utf-8', body: zoneOf(entries, about) };
  }
};
