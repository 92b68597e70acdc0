import type { Change } from '../routes/route_parts';

/** Passes on what changed to everybody who has a page open. */
export class ChangeHub {
  private readonly listeners = new Set<(change: Change) => void>();

  tell(topic: string, id: string): void {
    for (const told of this.listeners) told({ topic, id });
  }

  /** @returns a function that ends the listening */
  listen(told: (change: Change) => void): () => void {
    this.listeners.add(told);
    return () => this.listeners.delete(told);
  }
}
