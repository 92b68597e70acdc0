/** How often each weather took effect, in one world or in many. */
export class Tally {
  readonly counts = new Map<string, number>();
  /** In how many worlds each weather was. */
  readonly worlds = new Map<string, number>();

  note(what: string, times = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  }

  add({ counts, worlds }: Tally): void {
    for (const [what, times] of counts) this.note(what, times);
    for (const [what, times] of worlds) this.worlds.set(what, (this.worlds.get(what) ?? 0) + times);
  }
}

/** What happens in every foul world, as it is counted. */
export const USUAL_COUNTS = {
  crash: 'processes that crashed',
  freeze: 'processes that froze',
  cut: 'agents that were cut off',
  store_down: 'outages of the store',
  store_died: 'deaths of the store',
  clock_jump: 'clocks that jumped',
  store_late: 'requests to the store that arrived after their sender gave up',
  answer_lost: 'answers of the store that were lost',
  store_stall: 'writes that could be read long before they were on the disk',
  item_failed: 'single writes of a bulk that failed',
  target_lost: 'orders that never reached the target',
  target_failed: 'orders that the target refused',
  target_slow: 'orders that took effect late',
  folded: 'writes of effects with reasons that stood for several',
  switch_thrown: 'orders to stop that were acknowledged',
} as const;

export type UsualCount = keyof typeof USUAL_COUNTS;
