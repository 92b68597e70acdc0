import { present } from '../../../../common/present';
import { useCallback, useState } from 'react';
import { listReleases } from '../../../../common/api/routes';
import type { Problem } from '../../../../common/api/contract';
import { useServices } from '../../../components/data/services';
import type { Releases } from './use_releases';

interface Older {
  readonly releases: Releases['releases'];
  readonly more: boolean;
}

export interface OlderReleases {
  /** The newest page, and what was asked for after it. */
  readonly all: Releases['releases'];
  readonly more: boolean;
  readonly pending: boolean;
  readonly problem?: Problem;
  readonly load: () => void;
}

/** What stands after the newest page, one page more each time. A released version never changes, so pages stay right. */
export const useOlderReleases = (newest: Pick<Releases, 'releases' | 'more'>): OlderReleases => {
  const { api } = useServices();
  const [older, setOlder] = useState<Older>();
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const first = newest.releases[newest.releases.length - 1]?.version ?? 1;
  const kept = older?.releases.filter(({ version }) => version < first) ?? [];
  const all = [...newest.releases, ...kept];
  const before = all[all.length - 1]?.version ?? 1;
  const load = useCallback((): void => {
    setPending(true);
    setProblem(undefined);
    void api.call(listReleases, { query: { before } }).then((answer) => {
      setPending(false);
      if (!answer.ok) return setProblem(answer.error);
      const { releases, more } = answer.value;
      setOlder((known) => ({ releases: [...(known?.releases ?? []), ...releases], more }));
    });
  }, [api, before]);
  return { all, more: older?.more ?? newest.more, pending, ...present({ problem }), load };
};
