/** Whom the command asks, and how it shows that it may. */
export interface Address {
  /** Without a slash at its end. */
  readonly url: string;
  /** File with the key, or with a whole value of an `authorization` header. */
  readonly tokenFile: string;
  /** How a bare key of that file is shown; default as the key of the standalone host. */
  readonly scheme?: 'Bearer';
}
