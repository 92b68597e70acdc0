import { useSyncExternalStore } from 'react';
import { useServices } from './services';

const told = new Set<() => void>();
let timer: number | undefined;
let current = 0;

const tick = (): void => {
  current = Date.now();
  told.forEach((tell) => tell());
};

/** One clock for all countdowns of the page; it stands still while nobody looks at it. */
const subscribe = (tell: () => void): (() => void) => {
  told.add(tell);
  if (timer === undefined) timer = window.setInterval(tick, 1_000);
  return () => {
    told.delete(tell);
    if (told.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
};

const snapshot = (): number => {
  if (timer === undefined || current === 0) current = Date.now();
  return current;
};

/** Milliseconds since 1970 by the host's clock, new every second. */
export const useNow = (): number => {
  const { live } = useServices();
  return useSyncExternalStore(subscribe, snapshot) + live.current().offsetMs;
};
