import type { HandOverChannelContent } from '../../keeping/kinds/hand_over';
import type { Clock, HandOverKind } from '../../ports';

/* How channels fare: what the state says of each, and what this agent did itself. */

/** A channel as the settings name it. */
export interface ChannelFacts {
  readonly name: string;
  readonly kind: HandOverKind;
  /** Where it leads, for people. */
  readonly place: string;
  /** Whether closing verdicts come back from it, and by which token. */
  readonly verdictsBy: string | undefined;
}

/** What this agent did since it started; `failed` counts tries. */
export type HandOverCounts = Readonly<Record<'told' | 'refused' | 'given_up' | 'failed', number>>;

/** One channel as of now. */
export interface HandOverFacts extends ChannelFacts {
  readonly counts: HandOverCounts;
  /** Undefined while nothing is known of it yet. */
  readonly content: HandOverChannelContent | undefined;
  /** Acts that wait and that it has not heard of; as of the last look of whoever hands over. */
  readonly behind: number;
  /** Of those, how many wait because as many began within the hour as may. */
  readonly heldBack: number;
  /** Why it is not told, or why that cannot be known. */
  readonly error: string | undefined;
}

export type HandOverTrouble = {
  readonly code: 'hand_over_not_told' | 'hand_over_lost' | 'hand_over_held_back';
  readonly text: string;
};

/** It does not arrive for so long before it is a trouble, ms. */
const TROUBLE_AFTER_MS = 5 * 60_000;
/** What was lost is a trouble for so long, ms. */
const LOST_FOR_MS = 24 * 3_600_000;

/** One channel. */
export class HandOverWatch {
  private counts = { told: 0, refused: 0, given_up: 0, failed: 0 };
  private content: HandOverChannelContent | undefined;
  private error: string | undefined;
  private left = { behind: 0, heldBack: 0 };

  constructor(readonly channel: ChannelFacts) {}

  count(what: keyof HandOverCounts): void {
    this.counts[what] += 1;
  }

  /** What the state says of it. */
  note(content: HandOverChannelContent | undefined): void {
    this.content = content;
  }

  noteLeft(left: { readonly behind: number; readonly heldBack: number }): void {
    this.left = left;
  }

  /** Why it cannot be told; undefined takes it back. */
  trouble(why: string | undefined): void {
    this.error = why;
  }

  get facts(): HandOverFacts {
    const { channel, counts, content, error, left } = this;
    return { ...channel, counts: { ...counts }, content, ...left, error: error ?? content?.failing?.why };
  }
}

const named = (facts: readonly HandOverFacts[], say: (each: HandOverFacts) => string): string =>
  facts.slice(0, 3).map(say).join('; ') + (facts.length > 3 ? `; and ${facts.length - 3} more` : '');

/** All channels of one agent. */
export class HandOverBook {
  constructor(
    private readonly watches: readonly HandOverWatch[],
    private readonly clock: Pick<Clock, 'utc'>,
  ) {}

  list(): readonly HandOverFacts[] {
    return this.watches.map(({ facts }) => facts);
  }

  /** Channels that have not been reached for a while, and what they will never hear of; for people. */
  troubles(): readonly HandOverTrouble[] {
    const now = this.clock.utc();
    const facts = this.list();
    const late = facts.filter(({ content, error }) =>
      content?.failing === undefined
        ? error !== undefined
        : now - Date.parse(content.failing.since) >= TROUBLE_AFTER_MS,
    );
    const lost = facts.filter(
      ({ content }) => content?.last_lost !== undefined && now - Date.parse(content.last_lost.at) < LOST_FOR_MS,
    );
    const held = facts.filter(({ heldBack }) => heldBack > 0);
    const tell = (code: HandOverTrouble['code'], of: readonly HandOverFacts[], text: string): HandOverTrouble[] =>
      of.length === 0 ? [] : [{ code, text }];
    return [
      ...tell(
        'hand_over_not_told',
        late,
        `escalations are not handed over: ${named(late, ({ name, error }) => `${name} (${error ?? 'no reason given'})`)}`,
      ),
      ...tell(
        'hand_over_lost',
        lost,
        `messages about escalations did not arrive and will not: ${named(lost, ({ name, content }) => `${name} (${content?.last_lost?.why ?? ''})`)}`,
      ),
      ...tell(
        'hand_over_held_back',
        held,
        `escalations wait to be handed over, as many were within the hour: ${named(held, ({ name, heldBack }) => `${name}, ${heldBack}`)}`,
      ),
    ];
  }
}
