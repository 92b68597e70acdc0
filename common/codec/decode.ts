import type * as t from 'io-ts';
import { err, ok, type Result } from '../result';

/** One field of an input that was refused, and why. `path` is empty when the whole value is wrong. */
export interface BadField {
  readonly path: string;
  readonly message: string;
}

const pathOf = (context: t.Context): string =>
  context
    .map((entry) => entry.key)
    .filter((key) => key !== '')
    .join('.');

/**
 * Checks a value against its codec.
 *
 * @returns the typed value, or every bad field at once
 */
export const decode = <Value>(
  codec: t.Type<Value, unknown, unknown>,
  value: unknown,
): Result<Value, readonly BadField[]> => {
  const checked = codec.decode(value);
  if (checked._tag === 'Right') return ok(checked.right);
  return err(
    checked.left.map((failure) => ({
      path: pathOf(failure.context),
      message: failure.message ?? `must be ${failure.context[failure.context.length - 1]?.type.name ?? 'valid'}`,
    })),
  );
};

/** All bad fields in one sentence, for logs and error messages. */
export const sentence = (fields: readonly BadField[]): string =>
  fields.map(({ path, message }) => (path === '' ? message : `\`${path}\` ${message}`)).join('; ');
