import { useCallback, useEffect, useRef, useSyncExternalStore } from 'react';
import type { CallerView } from '../../../common/api/views';
import type { StatusView } from '../../../common/api/routes';
import type { LiveState } from '../../live';
import { useServices } from './services';

/** One part of what is known of the host; drawn again only when that part changes. */
export const useLive = <Part>(part: (state: LiveState) => Part): Part => {
  const { live } = useServices();
  const subscribe = useCallback(
    (told: () => void) => {
      const subscription = live.state$.subscribe(told);
      return () => subscription.unsubscribe();
    },
    [live],
  );
  return useSyncExternalStore(subscribe, () => part(live.current()));
};

export const useCaller = (): CallerView | null | undefined => useLive((state) => state.status?.caller);

/** True if the caller may do this. False while nobody knows. */
export const useMay = (what: CallerView['may'][number]): boolean =>
  useLive((state) => state.status?.caller?.may.includes(what) ?? false);

export const useStatusPart = <Key extends keyof StatusView>(key: Key): StatusView[Key] | undefined =>
  useLive((state) => state.status?.[key]);

/** Runs when something of these kinds changed, or anything may have. */
export const useChanged = (kinds: readonly string[], run: () => void): void => {
  const { live } = useServices();
  const latest = useRef({ kinds, run });
  latest.current = { kinds, run };
  useEffect(() => {
    const subscription = live.changed$.subscribe((changed) => {
      if (changed.length === 0 || changed.some((kind) => latest.current.kinds.includes(kind))) latest.current.run();
    });
    return () => subscription.unsubscribe();
  }, [live]);
};
