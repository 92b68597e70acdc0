import type { Entry } from 'ldapts';

/** One entry of a directory, as far as it was asked for. */
export interface DirectoryEntry {
  readonly dn: string;
  /** By name in lower case. */
  readonly values: ReadonlyMap<string, ReadonlyArray<string | Buffer>>;
}

export const entryOf = ({ dn, ...attributes }: Entry): DirectoryEntry => ({
  dn,
  values: new Map(
    Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), Array.isArray(value) ? value : [value]]),
  ),
});

/** Values of an attribute that are text. */
export const textsOf = ({ values }: DirectoryEntry, attribute: string): readonly string[] =>
  (values.get(attribute.toLowerCase()) ?? []).filter((each) => typeof each === 'string');

/** The only value of an attribute, undefined if there is none or more than one. */
export const textOf = (entry: DirectoryEntry, attribute: string): string | undefined => {
  const texts = textsOf(entry, attribute);
  return texts.length === 1 ? texts[0] : undefined;
};

/** The only value of an attribute as bytes. */
export const bytesOf = ({ values }: DirectoryEntry, attribute: string): Buffer | undefined => {
  const [value, ...more] = values.get(attribute.toLowerCase()) ?? [];
  return Buffer.isBuffer(value) && more.length === 0 ? value : undefined;
};
