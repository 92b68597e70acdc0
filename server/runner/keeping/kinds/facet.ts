const MOST_CHARACTERS = 512;

/** A text that lists are searched by; longer ones are cut, for the index refuses them. */
export const shortFacet = (value: string): string => value.slice(0, MOST_CHARACTERS);

/** Whether a text in a list may be only the beginning of what it stands for. */
export const isCutFacet = (facet: string): boolean => facet.length >= MOST_CHARACTERS;
