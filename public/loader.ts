import { ReflexPlugin } from './plugin';

/*
 * `reflex.plugin.js`, which Dashboards runs on every one of its pages and browsers may keep for a year: it registers
 * the application, and loads nothing before somebody opens it.
 */

interface Bundles {
  readonly define: (key: string, make: () => unknown) => void;
}

const contract = { plugin: (): ReflexPlugin => new ReflexPlugin() };

(window as unknown as { readonly __osdBundles__: Bundles }).__osdBundles__.define(
  'plugin/reflex/public',
  () => contract,
);
