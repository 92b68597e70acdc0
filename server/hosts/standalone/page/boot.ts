/*
 * Runs in the head, before anything is drawn: picks the theme and sets what Dashboards' own boot script sets
 * (`__osdThemeTag__`, `__osdPublicPath__`, `__osdBundles__`).
 */

interface Bundles {
  readonly has: (key: string) => boolean;
  readonly define: (key: string, make: () => unknown) => void;
  readonly get: (key: string) => unknown;
}

declare global {
  interface Window {
    __osdThemeTag__: string;
    __osdPublicPath__: Record<string, string>;
    __osdBundles__: Bundles;
  }
}

const STORED = 'reflex.theme';

type Theme = 'light' | 'dark';

const isTheme = (value: string | null): value is Theme => value === 'light' || value === 'dark';

const storedTheme = (): string | null => {
  try {
    return window.localStorage.getItem(STORED);
  } catch {
    // A browser may forbid it.
    return null;
  }
};

const themeOf = (): Theme => {
  const asked = new URLSearchParams(window.location.search).get('theme');
  if (isTheme(asked)) return asked;
  const stored = storedTheme();
  if (isTheme(stored)) return stored;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
};

const makeBundles = (): Bundles => {
  const makers = new Map<string, () => unknown>();
  return {
    has: (key) => makers.has(key),
    define: (key, make) => {
      if (makers.has(key)) throw new Error(`\`${key}\` is defined twice`);
      makers.set(key, make);
    },
    // Made anew each time, as Dashboards does it.
    get: (key) => {
      const make = makers.get(key);
      if (make === undefined) throw new Error(`\`${key}\` is not defined`);
      return make();
    },
  };
};

const theme = themeOf();
const script = document.currentScript as HTMLScriptElement;
const style = document.createElement('link');
style.rel = 'stylesheet';
style.href = script.dataset[theme] ?? '';
document.head.append(style);
document.documentElement.style.colorScheme = theme;

window.__osdThemeTag__ = `v8${theme}`;
window.__osdPublicPath__ = { reflex: '/bundles/plugin/reflex/' };
window.__osdBundles__ = makeBundles();

export {};
