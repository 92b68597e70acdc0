import type { ClearedCommand, Command } from './command';

/**
 * Marks a command as cleared. INVARIANT (INV-1, INV-11): called only by the brakes, for a permitted act that is not
 * in shadow; the import rules refuse this module everywhere but in `server/engine/brakes/`.
 */
export const markCleared = (command: Command): ClearedCommand => Object.freeze({ ...command }) as ClearedCommand;
