import { useCallback } from 'react';
import type * as t from 'io-ts';
import { compareReleases, getTrust, listReleases } from '../../../../common/api/routes';
import { useServices } from '../../../components/data/services';
import { useResource, type Resource } from '../../../components/data/use_resource';

export type Releases = t.TypeOf<typeof listReleases.answer>;
export type Compared = t.TypeOf<typeof compareReleases.answer>;
export type Trust = t.TypeOf<typeof getTrust.answer>;

/** The released versions, newest first. */
export const useReleases = (): Resource<Releases> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(listReleases), [api]),
    ['bundle'],
  );
};

/** What one version changed since another. */
export const useCompared = (version: string, from: number | undefined): Resource<Compared> => {
  const { api } = useServices();
  return useResource(
    useCallback(
      () => api.call(compareReleases, { params: { version }, query: from === undefined ? {} : { from } }),
      [api, version, from],
    ),
    [],
  );
};

/** Whose signatures are believed, and whether the version in force is known to be the newest. */
export const useTrust = (): Resource<Trust> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(getTrust), [api]),
    ['bundle'],
  );
};
