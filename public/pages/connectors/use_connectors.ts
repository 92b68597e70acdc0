import { useCallback } from 'react';
import { getConnectorHealth, listConnectors, type ConnectorView } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource, type Resource } from '../../components/data/use_resource';
import type { Span } from './health_words';

const TOPICS = ['connector', 'effect'];

/** All connectors of this host, anew whenever one of them changed. */
export const useConnectors = (): Resource<{ readonly as_of: string; readonly connectors: ConnectorView[] }> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(listConnectors), [api]),
    TOPICS,
  );
};

/** How a connector was in the last day; undefined until that is known. */
export const useHealth = (): ((name: string) => readonly Span[] | undefined) => {
  const { api } = useServices();
  const { value } = useResource(
    useCallback(() => api.call(getConnectorHealth), [api]),
    TOPICS,
  );
  return (name) => value?.connectors.find((each) => each.name === name)?.spans;
};
