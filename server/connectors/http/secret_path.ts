const PATH = /^\/[A-Za-z0-9._~%/-]*(\?[A-Za-z0-9._~%=&+-]*)?$/;

/**
 * A path that is itself a secret, as chats have it.
 *
 * @throws Error that names the secret and says nothing of it
 */
export const secretPath = (value: string, name: string): string => {
  const path = value.trim();
  const [segments = ''] = path.split('?');
  if (PATH.test(path) && !segments.split('/').some((segment) => segment === '.' || segment === '..')) return path;
  throw new Error(`the secret \`${name}\` is no path such as \`/services/…\`, encoded and with its query`);
};
