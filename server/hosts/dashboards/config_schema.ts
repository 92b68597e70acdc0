import { sentence } from '../../../common/codec/decode';
import { err } from '../../../common/result';
import { readSettings, type Settings } from '../settings';
import { asWritten, lostTimes } from './as_written';

/** What Dashboards looks for in a schema of settings; it asks for nothing else of `@osd/config-schema`. */
interface ConfigSchema {
  readonly __isOsdConfigSchemaType: true;
  readonly validate: (value: unknown, context?: unknown, namespace?: string) => Settings;
}

/** The settings under `opensearch_reflex`. A throw ends Dashboards with the sentence, which is what it is meant for. */
export const configSchema: ConfigSchema = {
  __isOsdConfigSchemaType: true,
  validate: (value, _context, namespace = 'opensearch_reflex') => {
    const lost = lostTimes(value);
    const settings = lost.length > 0 ? err(lost) : readSettings(asWritten(value));
    if (settings.ok) return settings.value;
    throw new Error(`[${namespace}]: ${sentence(settings.error)}`);
  },
};
