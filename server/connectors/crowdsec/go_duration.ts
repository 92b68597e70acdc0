const UNITS_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};
const WHOLE = /^-?(\d+(\.\d+)?(h|ms|m|s|us|µs|ns))+$/;
const PART = /(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g;

/** A duration as Go writes it, such as `9m59.9s` or `-3.5ms`, in ms; undefined if it is none. */
export const fromGoDuration = (text: string): number | undefined => {
  if (!WHOLE.test(text)) return undefined;
  const parts = [...text.matchAll(PART)].map(([, amount, unit]) => Number(amount) * (UNITS_MS[unit ?? ''] ?? 0));
  const sum = parts.reduce((total, part) => total + part, 0);
  return text.startsWith('-') ? -sum : sum;
};
