import type { Target } from '../../../common/flow/decision';
import { sha256 } from '../digest/digest';

/** Whether a target is among the first `percent` of targets of a policy: stable, and nested as the percentage grows. */
export const inRollout = (policy: string, target: Target, percent: number): boolean =>
  parseInt(sha256(`${policy}\n${target.type}\n${target.value}\n${target.host ?? ''}`).slice(0, 8), 16) % 10_000 <
  percent * 100;
