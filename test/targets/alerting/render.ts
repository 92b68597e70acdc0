import Mustache from 'mustache';

/*
 * Message templates as OpenSearch renders them: Mustache with the JSON escaper, `{{#toJson}}path{{/toJson}}`, and its
 * refusal to write a context whose `error` is set.
 */

export type Context = Readonly<Record<string, unknown>>;

/** Thrown where OpenSearch fails the action. */
export class RenderFailed extends Error {}

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inside, key) => (inside as Record<string, unknown> | null | undefined)?.[key], value);

const escaped = (value: unknown): string => JSON.stringify(String(value)).slice(1, -1);

/** @throws RenderFailed */
export const renderTemplate = (source: string, ctx: Context, params: object = {}): string => {
  const toJson = () => (path: string) => {
    if (path.trim() === 'ctx' && ctx.error !== null && ctx.error !== undefined)
      throw new RenderFailed('Error running DefaultMustache@0');
    return JSON.stringify(at({ ctx }, path.trim()) ?? null);
  };
  return Mustache.render(source, { ...params, ctx, toJson }, undefined, { escape: escaped });
};
