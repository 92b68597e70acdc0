import type { Transition } from '../../../../common/api/outcome_document';
import type { Intake } from '../../../../common/flow/intake';
import type { TellingContent } from '../../keeping/kinds/telling';
import type { ChannelKind, Clock } from '../../ports';

/* How telling fares: what the state says of each receiver, and what this agent did itself. */

/** A receiver of outcomes as the settings name it. */
export interface Receiver {
  readonly name: string;
  readonly source: Intake;
  readonly channel: ChannelKind;
  /** Where it is told, for people. */
  readonly place: string;
  readonly tell: readonly Transition[];
}

/** What this agent did since it started; `failed` counts tries. */
export type TellCounts = Readonly<Record<'told' | 'refused' | 'given_up' | 'failed', number>>;

/** One receiver as of now. */
export interface TellingFacts extends Receiver {
  readonly counts: TellCounts;
  /** Undefined while nothing is known of it yet. */
  readonly content: TellingContent | undefined;
  /** Why it is not told, or why that cannot be known. */
  readonly error: string | undefined;
}

/** It does not arrive for so long before it is a trouble, ms. */
const TROUBLE_AFTER_MS = 5 * 60_000;
/** What was lost is a trouble for so long, ms. */
const LOST_FOR_MS = 24 * 3_600_000;

/** One receiver. */
export class TellingWatch {
  private counts = { told: 0, refused: 0, given_up: 0, failed: 0 };
  private content: TellingContent | undefined;
  private error: string | undefined;

  constructor(readonly receiver: Receiver) {}

  count(what: keyof TellCounts): void {
    this.counts[what] += 1;
  }

  /** What the state says of it. */
  note(content: TellingContent | undefined): void {
    this.content = content;
  }

  /** Why it cannot be told; undefined takes it back. */
  trouble(why: string | undefined): void {
    this.error = why;
  }

  get facts(): TellingFacts {
    const { receiver, counts, content, error } = this;
    return { ...receiver, counts: { ...counts }, content, error: error ?? content?.failing?.why };
  }
}

/** Seconds for which the oldest outcome waits that could not be told; 0 if none does. */
export const lagOf = ({ content }: Pick<TellingFacts, 'content'>, utc: number): number =>
  content?.failing === undefined ? 0 : Math.max(0, Math.round((utc - Date.parse(content.failing.waits_since)) / 1_000));

/** All receivers of one agent. */
export class TellingBook {
  constructor(
    private readonly watches: readonly TellingWatch[],
    private readonly clock: Pick<Clock, 'utc'>,
  ) {}

  list(): readonly TellingFacts[] {
    return this.watches.map(({ facts }) => facts);
  }

  /** Receivers that have not been reached for a while, and those that will never hear of something; for people. */
  troubles(): ReadonlyArray<{ readonly code: 'outcomes_not_told' | 'outcomes_lost'; readonly text: string }> {
    const now = this.clock.utc();
    const isOld = (at: string): boolean => now - Date.parse(at) >= TROUBLE_AFTER_MS;
    const isLate = ({ content, error }: TellingFacts): boolean =>
      content === undefined ? error !== undefined : content.failing !== undefined && isOld(content.failing.since);
    const late = this.list().filter(isLate);
    const lost = this.list().filter(
      ({ content }) =>
        content?.last_lost?.result === 'given_up' && now - Date.parse(content.last_lost.at) < LOST_FOR_MS,
    );
    const named = (facts: readonly TellingFacts[], say: (each: TellingFacts) => string): string =>
      facts.slice(0, 3).map(say).join('; ') + (facts.length > 3 ? `; and ${facts.length - 3} more` : '');
    return [
      ...(late.length === 0
        ? []
        : [
            {
              code: 'outcomes_not_told' as const,
              text: `outcomes do not arrive: ${named(late, ({ name, error }) => `${name} (${error ?? 'no reason given'})`)}`,
            },
          ]),
      ...(lost.length === 0
        ? []
        : [
            {
              code: 'outcomes_lost' as const,
              text: `outcomes were given up: ${named(lost, ({ name, content }) => `${name}, ${content?.given_up ?? 0} in all`)}`,
            },
          ]),
    ];
  }
}
