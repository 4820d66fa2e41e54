/**
 * Exit statuses and the one way in which a command fails.
 */

/** 0 passed; 1 the verdict is fail, or a message did not arrive; 2 wrong usage or chain.json; 3 this machine can't. */
export type ExitStatus = 0 | 1 | 2 | 3

/** Ends a command with a sentence for the user and an exit status. */
export class CommandFailure extends Error {
  readonly status: ExitStatus

  constructor(status: ExitStatus, message: string) {
    super(message)
    this.status = status
  }
}
