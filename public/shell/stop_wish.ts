/** What somebody wants to stand still, before it is ordered. */
export interface StopWish {
  /** `all`, `action:<name>`, `connector:<name>` or `policy:<id>`. */
  readonly scope: string;
  /** Empty: it follows. */
  readonly reason: string;
  /** The policy goes on by itself after half an hour. */
  readonly isPause: boolean;
}
