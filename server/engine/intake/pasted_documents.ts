import type { BadField } from '../../../common/codec/decode';
import { err, ok, type Result } from '../../../common/result';
import { jsonFaultAt, placeAt } from './json_fault_place';
import { readJson } from './strict_json';

/* What a person hands in to try: one document, an array of them, or lines of JSON. */

export interface Pasted {
  readonly value: unknown;
  /** The line on which it stands, from 1; undefined for one that is not told by its line. */
  readonly line?: number;
}

/** Faults that are told; whoever sees these looks for the rest. */
const MOST_FAULTS = 20;

const faultIn = (text: string, why: string, line = 1): BadField => {
  if (why !== 'is not JSON') return { path: `line ${line}`, message: why };
  const at = placeAt(text, jsonFaultAt(text));
  return { path: `line ${line + at.line - 1}`, message: `is not JSON from column ${at.column} on` };
};

const linesIn = (text: string): Result<readonly Pasted[], readonly BadField[]> => {
  const documents: Pasted[] = [];
  const faults: BadField[] = [];
  text.split('\n').forEach((each, index) => {
    if (each.trim() === '') return;
    const read = readJson(each);
    const line = index + 1;
    if (read.ok) documents.push({ value: read.value, line });
    else if (faults.length < MOST_FAULTS) faults.push(faultIn(each, read.error, line));
  });
  return faults.length > 0 ? err(faults) : ok(documents);
};

/** True if the first line that says something is JSON by itself, and not the last one. */
const areLines = (text: string): boolean => {
  const [first = '', ...more] = text.split('\n').filter((each) => each.trim() !== '');
  return more.length > 0 && readJson(first).ok;
};

/** The documents of a text; or what is wrong with it, by its lines. */
export const pastedDocuments = (text: string): Result<readonly Pasted[], readonly BadField[]> => {
  if (text.trim() === '') return err([{ path: 'text', message: 'is empty: paste a document as JSON' }]);
  const whole = readJson(text);
  if (whole.ok)
    return ok(Array.isArray(whole.value) ? whole.value.map((value) => ({ value })) : [{ value: whole.value }]);
  return areLines(text) ? linesIn(text) : err([faultIn(text, whole.error)]);
};
