/**
 * Exit statuses and the one way in which a command fails.
 */

/**
 * 0 passed; 1 the verdict is fail, or a message did not arrive; 2 wrong usage or chain.json; 3 this machine can't;
 * 129, 130, 143 stopped by SIGHUP, SIGINT, SIGTERM before the end, as a shell counts them.
 */
export type ExitStatus = 0 | 1 | 2 | 3 | 129 | 130 | 143

/** Ends a command with a sentence for the user and an exit status. */
export class CommandFailure extends Error {
  readonly status: ExitStatus

  constructor(status: ExitStatus, message: string) {
    super(message)
    this.status = status
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no right to it',
  EPERM: 'no right to it',
  EROFS: 'its file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'it exists already',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'no space left in the quota',
}

/** The system's code of an error, as ENOENT; null for any other error. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** What the system says of a file, in words. */
export function reasonOf(error: unknown): string {
  const code = systemCode(error)
  if (code !== null) return reasons[code] ?? code
  return error instanceof Error ? error.message : String(error)
}
