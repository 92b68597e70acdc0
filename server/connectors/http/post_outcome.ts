import type { messagePoster, Posted } from './post_message';

/* Posts what became of a report. */

type Told = Exclude<Posted, { readonly kind: 'told' }> | { readonly kind: 'told' };

/**
 * Posts one body after the other.
 *
 * @param post what the receiver answers besides is of no interest
 */
export const outcomePoster =
  (post: ReturnType<typeof messagePoster>) =>
  async (body: string, headers: Readonly<Record<string, string>>): Promise<Told> => {
    const posted = await post({ body, headers });
    return posted.kind === 'told' ? { kind: 'told' } : posted;
  };
