/** Why nothing was sent. */
export interface NotSent {
  readonly kind: 'not_sent';
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
}

export const notSent = (code: string, message: string, retryable = false): NotSent => ({
  kind: 'not_sent',
  code,
  message,
  retryable,
});
