/** Settings name a stored secret by this and its name. */
export const STORED_PREFIX = 'stored:';

/** No capitals, so that one name has one spelling. */
export const STORED_NAME = /^[a-z0-9][a-z0-9._-]{0,99}$/;

export const isStoredName = (name: string): boolean => STORED_NAME.test(name);
