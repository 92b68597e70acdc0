import { setTimeSettings } from './format/time';
import type { HostSettings } from './host';

const FORMAT = 'dateFormat';
const ZONE = 'dateFormat:tz';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Writes moments as the host's settings say, now and whenever somebody changes them.
 *
 * @param changed called after a change: what is on the page is to be drawn again
 * @returns ends it
 */
export const followTimeSettings = (settings: HostSettings | undefined, changed: () => void): (() => void) => {
  const take = (): void =>
    setTimeSettings({ format: textOf(settings?.get(FORMAT)), zone: textOf(settings?.get(ZONE)) });
  take();
  const subscription = settings?.getUpdate$?.().subscribe(({ key }) => {
    if (key !== FORMAT && key !== ZONE) return;
    take();
    changed();
  });
  return () => subscription?.unsubscribe();
};
