/** Chance that comes from a seed: the same seed, the same faults. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = (seed ^ 0x9e3779b9) >>> 0;
  }

  /** A number from 0 up to, not including, 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[Math.floor(this.next() * values.length)];
    if (value === undefined) throw new Error('there is nothing to pick from');
    return value;
  }

  shuffled<Value>(values: readonly Value[]): Value[] {
    const rest = [...values];
    return values.map(() => rest.splice(Math.floor(this.next() * rest.length), 1)[0] as Value);
  }
}

/** Deals cards; shuffled anew when the deck is used up, so that every card comes up once a deck. */
export const deckOf = <Card>(dice: Dice, cards: readonly Card[]): (() => Card) => {
  let deck: Card[] = [];
  return () => {
    if (deck.length === 0) deck = dice.shuffled(cards);
    return deck.pop() as Card;
  };
};
