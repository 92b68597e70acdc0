import type { DetectionEvent } from '../../../common/flow/event';
import type { Intake } from '../../../common/flow/intake';
import type { Order } from '../../../common/flow/order';
import type { Target } from '../../../common/flow/target';
import type { Voice } from '../../../common/flow/voice';

/*
 * The event that a person's order comes as. It names the target where policies look for a thing of its kind, and the
 * action as `recommended_action`, so that a policy can say which orders it is for.
 */

type Naming = Pick<DetectionEvent, 'src_host' | 'source' | 'destination' | 'user' | 'process' | 'file'>;

/** The field in which an order names its target, as conditions write it. */
export const ORDERED_FIELDS: Readonly<Record<Target['type'], string>> = {
  ip: 'event.source.ip',
  host: 'event.src_host',
  user: 'event.user.name',
  domain: 'event.destination.domain',
  file: 'event.file.path',
  process: 'event.process.name',
};

const onHost = ({ host }: Target): Naming => (host === undefined ? {} : { src_host: host });

const namingOf = (target: Target): Naming => {
  const { type, value } = target;
  switch (type) {
    case 'ip':
      return { source: { ip: value } };
    case 'host':
      return { src_host: value };
    case 'user':
      return { user: { name: value } };
    case 'domain':
      return { destination: { domain: value } };
    case 'file':
      return { file: { path: value }, ...onHost(target) };
    case 'process':
      return { process: { name: value }, ...onHost(target) };
  }
};

/**
 * @param id the identity of the order: given twice, it is one order
 * @param at UTC at which it was given
 */
export const orderedEvent = (
  { action, target }: Pick<Order, 'action' | 'target'>,
  { id, at }: { readonly id: string; readonly at: string },
): DetectionEvent => ({
  event_id: id,
  timestamp: at,
  // What the person thinks of it. Nobody vouches for it, so it counts as any claim does.
  confidence: 1,
  severity: 'high',
  recommended_action: action,
  ...namingOf(target),
});

/** Whose word an order is: nothing of it counts by itself, and earlier versions ask somebody else about all of it. */
export const orderedBy = (intake: Intake): NonNullable<Voice['handed']> => ({
  by: intake.id,
  from: intake,
  changed: [],
});
