import type { HostName, OrderFate, RunLog } from '../observer';

/** One command as the target saw it. */
export interface Effect {
  readonly connector: string;
  readonly command: string;
  readonly value: string;
  /** Who sent it first. */
  readonly host: HostName;
  readonly firstAt: number;
  readonly ttlMs: number;
  readonly fate: OrderFate;
  /** Each arrival of the order, with who sent it. */
  readonly arrivals: ReadonlyArray<{ readonly at: number; readonly host: HostName; readonly afterItsEnd: boolean }>;
  readonly appliedAt: readonly number[];
  readonly undoneBy: ReadonlyArray<{ readonly at: number; readonly host: HostName }>;
  readonly goneAt: readonly number[];
}

type Growing = { -readonly [Key in keyof Effect]: Effect[Key] extends readonly (infer Item)[] ? Item[] : Effect[Key] };

/** Puts the target's log together by command, in order of arrival. */
export const effectsOf = ({ target }: Pick<RunLog, 'target'>): readonly Effect[] => {
  const effects = new Map<string, Growing>();
  for (const entry of target) {
    const key = `${entry.connector} ${entry.command}`;
    const known = effects.get(key);
    switch (entry.kind) {
      case 'order': {
        const { at, host, afterItsEnd, connector, command, value, ttlMs, fate } = entry;
        if (known !== undefined) known.arrivals.push({ at, host, afterItsEnd });
        else
          effects.set(key, {
            connector,
            command,
            value,
            host,
            firstAt: at,
            ttlMs,
            fate,
            arrivals: [{ at, host, afterItsEnd }],
            appliedAt: [],
            undoneBy: [],
            goneAt: [],
          });
        break;
      }
      case 'applied':
        known?.appliedAt.push(entry.at);
        break;
      case 'undo':
        known?.undoneBy.push({ at: entry.at, host: entry.host });
        break;
      case 'gone':
        known?.goneAt.push(entry.at);
        break;
    }
  }
  return [...effects.values()];
};

/** When an effect was in place, at the target; an end is missing while it lasts. */
export const placesOf = ({ appliedAt, goneAt }: Pick<Effect, 'appliedAt' | 'goneAt'>) =>
  appliedAt.map((from, index) => ({ from, to: goneAt[index] }));

/** What the target does behind an answer that says nothing is a promise of its own; see `late.ts`. */
export const isBehindGateway = ({ fate }: Pick<Effect, 'fate'>): boolean => fate === 'answers_524_applies_late';

/** Name of an effect for a line of the report. */
export const nameOf = ({ connector, value, command }: Pick<Effect, 'connector' | 'value' | 'command'>): string =>
  `${value} at ${connector} (command ${command.slice(0, 8)})`;
