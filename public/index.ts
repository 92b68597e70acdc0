import { ReflexPlugin } from './plugin';

/** What OpenSearch Dashboards calls when it loads the plugin's bundle. */
export const plugin = (): ReflexPlugin => new ReflexPlugin();
