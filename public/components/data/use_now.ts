import { useSyncExternalStore } from 'react';
import { useServices } from './services';

const told = new Set<() => void>();
let timer: number | undefined;
let current = 0;

const TICK_MS = 1_000;

const tick = (): void => {
  current = Date.now();
  told.forEach((tell) => tell());
};

/** One clock for all countdowns of the page; it stands still while nobody looks at it. */
const subscribe = (tell: () => void): (() => void) => {
  told.add(tell);
  if (timer === undefined) timer = window.setInterval(tick, TICK_MS);
  return () => {
    told.delete(tell);
    if (told.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
};

/** Before anybody subscribes the clock stands; it is set anew only when it is off by a tick, so that it is stable. */
const snapshot = (): number => {
  const now = Date.now();
  if (timer === undefined && now - current >= TICK_MS) current = now;
  return current;
};

/** Milliseconds since 1970 by the host's clock, new every second. */
export const useNow = (): number => {
  const { live } = useServices();
  return useSyncExternalStore(subscribe, snapshot) + live.current().offsetMs;
};
