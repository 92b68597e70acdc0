import { useCallback, useEffect } from 'react';
import type * as t from 'io-ts';
import { getCandidateBacktest } from '../../../../common/api/routes';
import { useServices } from '../../../components/data/services';
import { useResource, type Resource } from '../../../components/data/use_resource';

type CandidateBacktest = t.TypeOf<typeof getCandidateBacktest.answer>;

const PROGRESS_MS = 1_000;

/** A candidate's backtest and what the release makes of it; followed closely while it runs. */
export const useCandidateBacktest = (candidateId: string): Resource<CandidateBacktest> => {
  const { api } = useServices();
  const resource = useResource(
    useCallback(() => api.call(getCandidateBacktest, { params: { candidate_id: candidateId } }), [api, candidateId]),
    ['draft'],
  );
  const { value, again, heardAt } = resource;
  const running = value?.backtest?.state === 'running';
  useEffect(() => {
    if (!running) return undefined;
    const timer = window.setTimeout(again, PROGRESS_MS);
    return () => window.clearTimeout(timer);
  }, [running, again, heardAt]);
  return resource;
};
