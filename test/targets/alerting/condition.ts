import { runInNewContext } from 'vm';

export interface Matched {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
}

interface Known {
  /** Queries of a document-level monitor that found a document. */
  readonly queries?: readonly Matched[];
  /** Delegates of a composite monitor that fired. */
  readonly monitors?: readonly string[];
  readonly ctx?: object;
}

/**
 * Whether a trigger fires. Its expressions over queries and monitors are Alerting's own, its scripts Painless, of which
 * JavaScript reads what tests write.
 *
 * @throws Error where the script does
 */
export const fires = (source: string, { queries = [], monitors = [], ctx = {} }: Known): boolean => {
  const plain = source
    .replace(/query\[(name|id|tag)=([^\]]+)\]/g, (_all, by: string, what: string) =>
      String(
        queries.some(({ id, name, tags }) => (by === 'tag' ? tags.includes(what) : (by === 'id' ? id : name) === what)),
      ),
    )
    .replace(/monitor\[id=([^\]]+)\]/g, (_all, id: string) => String(monitors.includes(id)));
  const body = /^\s*return\b/.test(plain) ? plain : `return (${plain})`;
  return runInNewContext(`(() => { ${body} })()`, { ctx }) === true;
};
