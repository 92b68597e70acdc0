import type { Redactor } from './redact';
import type { ResponseBody } from './response_body';

const cleanValue = (value: unknown, redactor: Redactor): unknown => {
  if (typeof value === 'string') return redactor.redactData(value);
  if (Array.isArray(value)) return value.map((each) => cleanValue(each, redactor));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inside]) => [redactor.redactData(name), cleanValue(inside, redactor)]),
  );
};

/**
 * A body without the secrets that the target was sent: what a connector reads out of it goes on record, such as a
 * revision or the names in a list. Most bodies hold none and are left as they are.
 */
export const cleanBody = (body: ResponseBody, redactor: Redactor): ResponseBody => {
  const text = redactor.redactData(body.text);
  try {
    // Also where the text shows nothing: JSON may spell letters as numbers.
    const { json } = body;
    if (json === undefined || (text === body.text && !body.text.includes('\\'))) return { ...body, text };
    return { ...body, text, json: cleanValue(json, redactor) };
  } catch {
    return { text, why: 'it is nested too deep' };
  }
};
