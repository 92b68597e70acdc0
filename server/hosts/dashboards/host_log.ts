import { masked } from '../../../common/codec/mask';
import type { Log } from '../../runner/ports';
import type { HostLogger } from './host_services';

const line = (message: string, details: Record<string, unknown> = {}): string =>
  Object.keys(details).length === 0
    ? String(masked(message))
    : `${String(masked(message))} ${JSON.stringify(masked(details))}`;

/** Reflex' log as lines of Dashboards'. */
export const hostLog = (logger: HostLogger): Log => ({
  debug: (message, details) => logger.debug(line(message, details)),
  info: (message, details) => logger.info(line(message, details)),
  warn: (message, details) => logger.warn(line(message, details)),
  error: (message, details) => logger.error(line(message, details)),
});
