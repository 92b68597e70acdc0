import { isMap, parseDocument } from 'yaml';
import type { Mode } from '../../../common/policy/policy';

/** A policy's text with another mode; comments and order stay. The text must be a valid policy. */
export const withMode = (source: string, mode: Mode): string => {
  const document = parseDocument(source);
  if (!isMap(document.get('spec'))) return source;
  document.setIn(['spec', 'mode'], mode);
  return document.toString({ lineWidth: 0 });
};
