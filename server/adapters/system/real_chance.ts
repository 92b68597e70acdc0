import { randomUUID } from 'crypto';
import type { Chance } from '../../runner/ports';

/** Ids nobody can guess; the other chance is only for jitter. */
export const realChance: Chance = {
  uuid: () => randomUUID(),
  random: () => Math.random(),
};
