/** The session ended; its work is for others to finish. */
export class SessionLost extends Error {
  constructor() {
    super('the session is lost');
    this.name = 'SessionLost';
  }
}
