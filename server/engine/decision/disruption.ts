import type { AssetFacts } from '../../../common/flow/decision';

/* What an act takes away from its target, by what its connector states of it (decision 061). */

/** What a connector states: the share that a target loses, 0 to 1, and that of targets with a tag of the inventory. */
export interface StatedDisruption {
  readonly usual: number;
  readonly by_tag?: Readonly<Record<string, number>>;
}

/** The share of its work that one target loses. */
export interface Disruption {
  /** 0 to 1. */
  readonly share: number;
  /** The tag of the inventory that it goes by; missing: what is usual. */
  readonly tag?: string;
  /** The inventory does not know the target: it may be any of those that lose most. */
  readonly unlisted?: true;
}

/**
 * What an act takes away from its target. Of several tags the one counts that loses most, as it is all of them.
 *
 * @param facts what the inventory says of the target; of one that is inside and not listed nobody knows what it is
 */
export const disruptionOf = (
  { usual, by_tag: byTag = {} }: StatedDisruption,
  facts: readonly Pick<AssetFacts, 'known' | 'external' | 'tags'>[],
): Disruption => {
  const most = (shares: ReadonlyArray<readonly [string, number]>) =>
    shares.reduce<readonly [string, number] | undefined>(
      (top, each) => (top && top[1] >= each[1] ? top : each),
      undefined,
    );
  const tags = new Set(facts.flatMap((each) => each.tags ?? []));
  const own = most(Object.entries(byTag).filter(([tag]) => tags.has(tag)));
  if (own) return { share: own[1], tag: own[0] };
  const isKnown = facts.some(({ known, external }) => known || external === true);
  const worst = isKnown ? undefined : most(Object.entries(byTag));
  return worst && worst[1] > usual ? { share: worst[1], tag: worst[0], unlisted: true } : { share: usual };
};
