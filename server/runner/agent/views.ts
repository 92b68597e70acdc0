import type { AgentParts, ShiftParts } from './parts';

/*
 * Narrow views of an agent: what a function may touch shows in its signature. An `Agent` fits all of them; only the
 * rooms that put agents together name the whole.
 */

/** An agent, as far as these of its parts. */
export interface AgentWith<Part extends keyof AgentParts> {
  readonly parts: Pick<AgentParts, Part>;
}

/** The session that is up, as far as these of its parts. */
export interface ShiftWith<Part extends keyof ShiftParts> {
  readonly parts: Pick<ShiftParts, Part>;
}

/** An agent, as far as its session is up and these of its parts. */
export interface JoinedWith<Part extends keyof ShiftParts> {
  /** Undefined while no session is up. */
  readonly shift: ShiftWith<Part> | undefined;
}

/** An agent, as far as it writes documents with their entries in the audit. */
export type WritingAgent = AgentWith<'chance' | 'clock'> & JoinedWith<'commits'>;
