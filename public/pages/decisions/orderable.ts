import type { DecisionDetail } from '../../../common/api/views';
import type { Target } from '../../../common/flow/decision';
import { present } from '../../../common/present';

/** What a decision is about and can be acted on: what its acts are aimed at first, then what its event names. */
export const orderableIn = ({ decision, event: { event } }: DecisionDetail): readonly Target[] => {
  const host = event.src_host ?? event.dst_host;
  const named: ReadonlyArray<Target | undefined> = [
    ...[...decision.acts, ...(decision.held ?? [])].map(({ target }) => target),
    ...[event.src_host, event.dst_host].map((value) =>
      value === undefined ? undefined : { type: 'host' as const, value },
    ),
    ...[event.source?.ip, event.destination?.ip].map((value) =>
      value === undefined ? undefined : { type: 'ip' as const, value },
    ),
    event.user?.name === undefined ? undefined : { type: 'user', value: event.user.name },
    event.destination?.domain === undefined ? undefined : { type: 'domain', value: event.destination.domain },
    event.file?.path === undefined || host === undefined
      ? undefined
      : { type: 'file', value: event.file.path, ...present({ host }) },
    event.process?.name === undefined || host === undefined
      ? undefined
      : { type: 'process', value: event.process.name, ...present({ host }) },
  ];
  const known = named.filter((each): each is Target => each !== undefined && each.value !== '');
  return [...new Map(known.map((each) => [JSON.stringify([each.type, each.value, each.host]), each])).values()];
};
