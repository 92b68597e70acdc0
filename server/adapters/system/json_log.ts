import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { inOneLine } from '../../../common/printable';
import type { Log } from '../../runner/ports';
import { masked } from '../../../common/codec/mask';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly stream: { readonly write: (text: string) => unknown };
  /** Milliseconds since 1970. */
  readonly utc: () => number;
  /** Least level that is written; default `info`. */
  readonly level?: LogLevel;
}

interface Line {
  readonly at: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

const logOf = ({ stream, utc, level = 'info' }: LogOptions, format: (line: Line) => string): Log => {
  const least = LOG_LEVELS.indexOf(level);
  const writer =
    (of: LogLevel): Log['info'] =>
    (message, details = {}) => {
      if (LOG_LEVELS.indexOf(of) < least) return;
      const line = { at: iso(utc()), level: of, message: String(masked(message)) };
      stream.write(`${format({ ...line, details: masked(details) as Line['details'] })}\n`);
    };
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') };
};

/** One line of ECS JSON each, for machines. What belongs to Reflex alone is under `reflex`. */
export const jsonLog = (options: LogOptions): Log =>
  logOf(options, ({ at, level, message, details }) =>
    inOneLine(
      JSON.stringify({
        '@timestamp': at,
        'log.level': level,
        message,
        'ecs.version': '8.11.0',
        'service.name': 'reflex',
        ...present({ reflex: Object.keys(details).length === 0 ? undefined : details }),
      }),
    ),
  );

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[\w.:/@-]+$/.test(value) ? value : (JSON.stringify(value) ?? 'undefined');

/** One line each, for people at a terminal. */
export const lineLog = (options: LogOptions): Log =>
  logOf(options, ({ at, level, message, details }) => {
    const named = Object.entries(details).map(([name, value]) => ` ${name}=${shown(value)}`);
    return inOneLine(`${at} ${level.toUpperCase().padEnd(5)} ${message}${named.join('')}`);
  });
