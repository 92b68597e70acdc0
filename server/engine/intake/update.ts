import { isOneThing } from '../../../common/entity/one_thing';
import type { EntityKind } from '../../../common/entity/entity';
import { SEVERITIES, type DetectionEvent, type ReceivedEvent } from '../../../common/flow/event';

/* A detection that its source reports again with newer data: what of it is new. Pure. */

/** Fields that say what a detection is about. */
const ABOUT = [
  ['src_host', 'host', ({ src_host }) => src_host],
  ['dst_host', 'host', ({ dst_host }) => dst_host],
  ['source.ip', 'ip', ({ source }) => source?.ip],
  ['destination.ip', 'ip', ({ destination }) => destination?.ip],
  ['destination.domain', 'domain', ({ destination }) => destination?.domain],
  ['user.name', 'user', ({ user }) => user?.name],
] as const satisfies ReadonlyArray<
  readonly [field: string, type: EntityKind, read: (event: DetectionEvent) => string | undefined]
>;

/**
 * The first field in which a report names something else than an earlier one under the same id; undefined if it is
 * about the same things. What only one of them names is no difference: sources learn more as they look.
 */
export const otherThingIn = (before: DetectionEvent, after: DetectionEvent): string | undefined =>
  ABOUT.find(([, type, read]) => {
    const [one, other] = [read(before), read(after)];
    if (one === undefined || other === undefined) return false;
    return !isOneThing({ type, value: one }, { type, value: other });
  })?.[0];

/** True if a report is graver than another one. */
export const isGraver = ({ event: { severity } }: ReceivedEvent, than: ReceivedEvent): boolean =>
  SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(than.event.severity);

/** True if a report is of a time before the other one: it came late, and says nothing new. */
export const isEarlier = (report: ReceivedEvent, than: ReceivedEvent): boolean =>
  Date.parse(report.event.timestamp) < Date.parse(than.event.timestamp);
