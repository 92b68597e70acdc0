import { messagePoster, type Posted, type PosterOptions } from './post_message';

/* Posts what became of a report. */

type Told = Exclude<Posted, { readonly kind: 'told' }> | { readonly kind: 'told' };

/** Makes what posts one body after the other; nothing is connected yet. */
export const outcomePoster = (options: Omit<PosterOptions, 'standardSigning'>) => {
  const post = messagePoster(options);
  return async (body: string, headers: Readonly<Record<string, string>>): Promise<Told> => {
    const posted = await post({ body, headers });
    return posted.kind === 'told' ? { kind: 'told' } : posted;
  };
};
