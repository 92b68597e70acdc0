const PLACEHOLDERS: ReadonlySet<string> = new Set([
  '',
  '-',
  '--',
  '?',
  'n/a',
  'na',
  '<na>',
  'none',
  '<none>',
  'null',
  '(null)',
  '<null>',
  'nil',
  'undefined',
  'unknown',
  '<unknown>',
  '(unknown)',
  '(empty)',
  '0.0.0.0',
  '::',
]);

/** True for what logs write where they have nothing to say. It names no entity. */
export const isPlaceholder = (text: string): boolean =>
  text.length <= 16 && PLACEHOLDERS.has(text.trim().toLowerCase());
