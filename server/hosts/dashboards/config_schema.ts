import { sentence } from '../../../common/codec/decode';
import { err } from '../../../common/result';
import { readSettings, type Settings } from '../settings';
import { asWritten, lostTimes } from './as_written';

/** `unusable`: why the settings cannot be used; the rest is then as if nothing was set, and Reflex stays off. */
export type DashboardsSettings = Settings & { readonly unusable?: string };

/** What Dashboards looks for in a schema of settings; it asks for nothing else of `@osd/config-schema`. */
interface ConfigSchema {
  readonly __isOsdConfigSchemaType: true;
  readonly validate: (value: unknown, context?: unknown, namespace?: string) => DashboardsSettings;
}

const defaults = (): Settings => {
  const settings = readSettings({});
  if (!settings.ok) throw new Error(`the defaults are no valid settings: ${sentence(settings.error)}`);
  return settings.value;
};

/** Dashboards itself looks at `enabled`. */
const isEnabled = (value: unknown): boolean => (value as { readonly enabled?: unknown } | null)?.enabled !== false;

/** Dashboards listens by settings of its own. */
const ofDashboards = (settings: ReturnType<typeof readSettings>): ReturnType<typeof readSettings> => {
  if (!settings.ok) return settings;
  const { listen, egressToOpenSearch, opensearch } = settings.value;
  if (listen !== undefined)
    return err([
      { path: 'listen', message: 'is for the standalone host; Dashboards listens as its own `server.ssl` says' },
    ]);
  return egressToOpenSearch !== undefined && opensearch.hosts.length === 0
    ? err([{ path: 'egress.opensearch', message: 'needs `opensearch.hosts`: those of Dashboards are its own matter' }])
    : settings;
};

/** The settings under `opensearch_reflex`. A throw would end Dashboards for everybody: what is wrong is handed on. */
export const configSchema: ConfigSchema = {
  __isOsdConfigSchemaType: true,
  validate: (value, _context, namespace = 'opensearch_reflex') => {
    const lost = lostTimes(value);
    const settings = lost.length > 0 ? err(lost) : ofDashboards(readSettings(asWritten(value)));
    if (settings.ok) return settings.value;
    return {
      ...defaults(),
      enabled: isEnabled(value),
      unusable: `[${namespace}]: ${sentence(settings.error)}`,
    };
  },
};
