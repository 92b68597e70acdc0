import type { JsonObject } from '@bufbuild/protobuf';
import type { ActionPromise, EffectHandle } from '../connector';
import type { GrpcTarget } from './grpc_target';

/** Everything that one connector over gRPC works with. */
export interface GrpcParts {
  readonly name: string;
  readonly target: GrpcTarget;
  readonly actions: Readonly<Record<string, ActionPromise>>;
  /** How much longer an effect lasts than its ttl, s, so that no agent ends it first. Undefined: it ends none. */
  readonly graceS: number | undefined;
  readonly settleMs: number;
  readonly timeoutMs: number;
}

/** An effect as a message names it. */
export const effectMessage = ({ effect_id, command_ids, action, target }: EffectHandle): JsonObject => ({
  effect_id,
  command_ids: [...command_ids],
  action,
  target: targetMessage(target),
});

export const targetMessage = ({ type, value, host }: EffectHandle['target']): JsonObject => ({
  type,
  value,
  ...(host !== undefined && { host }),
});

/** How long it is to last at the agent; missing: until it is undone. */
export const lastsMessage = ({ graceS }: Pick<GrpcParts, 'graceS'>, lastsMs: number | null): JsonObject =>
  lastsMs === null ? {} : { ttl_ms: `${Math.ceil(lastsMs) + (graceS ?? 0) * 1_000}` };
