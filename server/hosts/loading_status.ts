import { iso } from '../../common/iso';
import type { StatusView } from '../../common/api/routes';
import { REFLEX_VERSION } from './build_constants';
import type { HostParts, HostProblem } from './host_parts';

interface Loading {
  readonly host: HostParts['kind'];
  readonly steps: NonNullable<StatusView['steps']>;
  readonly problems: readonly HostProblem[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a host says of itself before anything else is up. */
export const loadingStatus = ({ host, steps, problems, now }: Loading): StatusView => ({
  as_of: iso(now),
  version: REFLEX_VERSION,
  loading: true,
  mode: 'observing',
  host,
  stops: [],
  troubles: problems.map((problem) => ({ ...problem })),
  caller: null,
  waiting: 0,
  containments: 0,
  connectors: [],
  agents: [],
  steps: [...steps],
});
