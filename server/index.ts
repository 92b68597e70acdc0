import { configSchema } from './hosts/dashboards/config_schema';
import type { InitializerContext } from './hosts/dashboards/host_services';
import { ReflexPlugin } from './plugin';

/** Settings under `opensearch_reflex`; none of them reaches a browser. */
export const config = { schema: configSchema, exposeToBrowser: {} };

/** What OpenSearch Dashboards calls when it loads the plugin. */
export const plugin = (context: InitializerContext): ReflexPlugin => new ReflexPlugin(context);
