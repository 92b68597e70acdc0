import { SEVERITIES, type Severity } from '../../../common/flow/event';

/*
 * What the words of the usual products mean: syslog's and Falco's eight, those of Microsoft Graph, of CEF and of log
 * libraries. `unknown` and `none` mean nothing: the product did not rate what it found, and nobody else can.
 */

const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['emergency', 'emerg', 'panic', 'alert', 'crit', 'fatal', 'severe', 'very high', 'very-high'],
  high: ['error', 'err', 'major', 'important'],
  medium: ['moderate', 'warning', 'warn'],
  low: ['notice', 'informational', 'information', 'info', 'debug', 'trace', 'minor', 'very low', 'very-low'],
};

const BY_WORD: ReadonlyMap<string, Severity> = new Map(
  SEVERITIES.flatMap((severity) => [severity, ...WORDS[severity]].map((word) => [word, severity] as const)),
);

/** The severity that a word of a product means, in any case; undefined for one that is not known. */
export const severityOfWord = (word: string): Severity | undefined => BY_WORD.get(word.trim().toLowerCase());
