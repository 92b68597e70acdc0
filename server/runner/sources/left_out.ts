import { isSecretName, maskedOriginal } from '../../../common/codec/mask';
import type { LeftOutRow, LeftOutWhy } from '../../../common/api/routes';
import { LEFT_OUT_WHY } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import type { Clock } from '../ports';

/*
 * What of the documents of a source does not become part of an event, and why: counts and a few examples, since this
 * agent started. Kept in memory, as the rest of a source's health.
 */

/** Something that was left out of a document, or a whole document. */
export interface LeftOut {
  readonly why: LeftOutWhy;
  /** Where: a place in the document, or a field of the event; empty for the whole. */
  readonly path: string;
  readonly how?: LeftOutRow['how'];
  /** The beginning of what came, or the words for what is wrong with it. */
  readonly text?: string | undefined;
  /** The decision about the event that came of the rest. */
  readonly decision_id?: string | undefined;
  /** How many; default 1. */
  readonly count?: number;
}

/** How many of each kind. */
export type LeftOutCounts = Readonly<Record<LeftOutWhy, number>>;

/** Places that are told apart for each source; a document may name any number of fields that nobody knows. */
const MOST_ROWS = 64;
const MOST_EXAMPLES = 3;
const MOST_SOURCES = 1_000;
const MOST_TEXT = 256;
/** A busy source must not spend its time on masking examples, ms. */
const EXAMPLE_EVERY_MS = 1_000;
/** Stands for all places beyond those that are told apart. */
const ELSEWHERE = '…';

interface Row extends Pick<LeftOut, 'why' | 'path' | 'how'> {
  count: number;
  /** UTC ms. */
  last: number;
  readonly examples: Array<LeftOutRow['examples'][number] & { readonly at: string }>;
}

interface Kept {
  readonly counts: Record<LeftOutWhy, number>;
  readonly rows: Map<string, Row>;
}

const noCounts = (): Record<LeftOutWhy, number> =>
  Object.fromEntries(LEFT_OUT_WHY.map((why) => [why, 0])) as Record<LeftOutWhy, number>;

const keyOf = ({ type, id }: Intake): string => `${type}:${id}`;

const head = (text: string): string => text.slice(0, MOST_TEXT).replace(/[\ud800-\udbff]$/, '');

/** INVARIANT (INV-12): what a document says under a name of secrets is nowhere on the page. */
const shownText = (path: string, text: string): string =>
  isSecretName(path.split('.').pop() ?? '') ? '***' : head(maskedOriginal(text));

/** The registry of one agent. */
export class LeftOutBook {
  /** In the order of their last sign of life. */
  private readonly sources = new Map<string, Kept>();

  /** @param clock only read, never slept on */
  constructor(private readonly clock: Pick<Clock, 'utc'>) {}

  note(source: Intake, left: LeftOut): void {
    const kept = this.of(source);
    const { count = 1 } = left;
    kept.counts[left.why] += count;
    const row = this.rowOf(kept, left);
    const now = this.clock.utc();
    const isQuiet = row.examples.length > 0 && now - row.last < EXAMPLE_EVERY_MS;
    row.count += count;
    if (isQuiet) return;
    row.last = now;
    const { text, decision_id } = left;
    row.examples.unshift({
      at: iso(now),
      ...present({ text: text === undefined ? undefined : shownText(left.path, text), decision_id }),
    });
    row.examples.splice(MOST_EXAMPLES);
  }

  /** How many of each kind; zeros for a source that nobody heard of. */
  counts(source: Intake): LeftOutCounts {
    return this.sources.get(keyOf(source))?.counts ?? noCounts();
  }

  /** By place, the most frequent first. */
  rows(source: Intake): readonly LeftOutRow[] {
    const rows = [...(this.sources.get(keyOf(source))?.rows.values() ?? [])];
    return rows
      .sort((one, other) => other.count - one.count)
      .map(({ why, path, how, count, examples }) => ({
        why,
        path,
        count,
        examples: examples.map((each) => ({ ...each })),
        ...present({ how }),
      }));
  }

  private rowOf({ rows }: Kept, { why, path, how }: LeftOut): Row {
    const cut = head(path);
    const key = JSON.stringify([why, how, cut]);
    const known = rows.get(key);
    if (known !== undefined) return known;
    if (rows.size >= MOST_ROWS && cut !== ELSEWHERE)
      return this.rowOf({ counts: noCounts(), rows }, { why, path: ELSEWHERE });
    const row: Row = { why, path: cut, ...present({ how }), count: 0, last: 0, examples: [] };
    rows.set(key, row);
    return row;
  }

  private of(source: Intake): Kept {
    const key = keyOf(source);
    const kept = this.sources.get(key) ?? { counts: noCounts(), rows: new Map<string, Row>() };
    this.sources.delete(key);
    this.sources.set(key, kept);
    if (this.sources.size > MOST_SOURCES) {
      const [silent] = this.sources.keys();
      if (silent !== undefined) this.sources.delete(silent);
    }
    return kept;
  }
}
