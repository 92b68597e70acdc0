/** What came of a response's body. `json` is there only if it arrived whole and called itself JSON. */
export interface ResponseBody {
  /** What arrived, as text. */
  readonly text: string;
  readonly json?: unknown;
  /** Why `json` is not there. */
  readonly why?: string;
  /** `text` is not all of it, or cannot be read: for those who read something else than JSON. */
  readonly cut?: true;
}

/** Most that is read of a body, bytes. */
export const LARGEST_BODY = 1024 * 1024;

const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i;

const parse = (text: string): Pick<ResponseBody, 'json' | 'why'> => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return { why: 'its body is not JSON' };
  }
};

/**
 * @param chunks what arrived
 * @param headers of the response, lower case
 * @param cut why the rest did not arrive, if it did not
 */
export const responseBody = (
  chunks: readonly Buffer[],
  headers: ReadonlyMap<string, string>,
  cut: string | undefined,
): ResponseBody => {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity')
    return { text: '', why: `its body is encoded as \`${encoding.slice(0, 40)}\``, cut: true };
  const text = Buffer.concat(chunks).toString('utf8');
  if (cut !== undefined) return { text, why: cut, cut: true };
  if (text === '') return { text, why: 'it has no body' };
  const type = headers.get('content-type') ?? '';
  return JSON_TYPE.test(type) ? { text, ...parse(text) } : { text, why: 'its body does not call itself JSON' };
};
