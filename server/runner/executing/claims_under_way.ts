import type { ClaimWorld } from './claim_world';

/** One try to write a claim, and what it makes. */
export interface ClaimTry {
  /** The world in which it is planned: every command that is made in it is under way. */
  readonly noting: (worldNow: () => ClaimWorld) => () => ClaimWorld;
  /** It is over once these are, whatever they come to. */
  readonly lastsFor: (executions: ReadonlyArray<Promise<unknown>>) => void;
  /** It is over, unless it lasts for something. */
  readonly end: () => void;
}

/**
 * Commands whose claims this session has begun and not brought to an end. While it is being found out what of a claim
 * was written, a ledger may count a command that its effect does not name yet, or never will: nobody judges that before
 * whoever claims has settled it. INVARIANT (INV-5): what never started is given back, not counted as a start.
 */
export class ClaimsUnderWay {
  private readonly commands = new Set<string>();

  has(commandId: string): boolean {
    return this.commands.has(commandId);
  }

  begin(): ClaimTry {
    const made: string[] = [];
    const forget = (): void => {
      for (const id of made) this.commands.delete(id);
    };
    let lasting: Promise<unknown> | undefined;
    return {
      noting: (worldNow) => () => {
        const world = worldNow();
        const uuid = (): string => {
          const id = world.uuid();
          made.push(id);
          this.commands.add(id);
          return id;
        };
        return { ...world, uuid };
      },
      lastsFor: (executions) => {
        lasting = Promise.allSettled(executions).then(forget);
      },
      end: () => {
        if (lasting === undefined) forget();
      },
    };
  }
}
