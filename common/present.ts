type Present<Fields> = {
  readonly [Key in keyof Fields as undefined extends Fields[Key] ? never : Key]: Fields[Key];
} & {
  readonly [Key in keyof Fields as undefined extends Fields[Key] ? Key : never]?: Exclude<Fields[Key], undefined>;
};

/** The fields that have a value. What is undefined is not a key: records are compared and digested key by key. */
export const present = <Fields extends object>(fields: Fields): Present<Fields> => {
  const found: Record<string, unknown> = {};
  // A loop, because every decision passes here some dozens of times.
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) found[key] = value;
  return found as Present<Fields>;
};
