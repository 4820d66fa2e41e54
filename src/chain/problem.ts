/**
 * Why a chain can't start: one union, told in one sentence each, with the mend.
 */
import { formatMistakes, type Mistake } from '../config/mistake.js'
import type { MtaConfig } from '../config/types.js'
import { mendOf } from './mend.js'

/** `code` is the system's error code, as EADDRINUSE; '' where it gave none. */
export type StartProblem =
  | { readonly kind: 'configuration'; readonly file: string | null; readonly mistakes: readonly Mistake[] }
  | { readonly kind: 'listen'; readonly mta: MtaConfig; readonly code: string }
  | { readonly kind: 'locked'; readonly folder: string; readonly pid: number }
  | { readonly kind: 'newer-spool'; readonly folder: string; readonly reason: string }
  | { readonly kind: 'state'; readonly folder: string; readonly code: string; readonly reason: string }

/** `platform` decides which command is told. */
export function describeStartProblem(problem: StartProblem, platform: NodeJS.Platform = process.platform): string {
  switch (problem.kind) {
    case 'configuration':
      return formatMistakes(problem.file ?? 'the chain', problem.mistakes)
    case 'listen':
      return describeListen(problem.mta, problem.code, platform)
    case 'locked':
      return `${problem.folder} is in use by process ${problem.pid}: another chain runs on this folder. Stop that one first (kill ${problem.pid}), or use a chain.json in another folder.`
    case 'newer-spool':
      return `${problem.folder}: ${problem.reason}. Use the newer mta-chain that wrote it, or move the folder away to begin with an empty queue.`
    case 'state':
      return describeState(problem.folder, problem.code, problem.reason)
  }
}

function describeListen({ name, address, port }: MtaConfig, code: string, platform: NodeJS.Platform): string {
  const where = `${name} can't listen on ${address} port ${port}`
  const mend = mendOf([{ address, port, problem: code }], platform)
  switch (code) {
    case 'EADDRINUSE':
      return `${where}: another program listens there, or another run of this chain. Find it with: lsof -nP -iTCP:${port} -sTCP:LISTEN`
    case 'EADDRNOTAVAIL':
      return `${where}: this machine does not have that address.${mend === null ? '' : ` Add it with: ${mend} (mta-chain doctor prints one command for all MTAs)`}`
    case 'EACCES':
      return `${where}: no right to ports below 1024. Use "port": 2525${mend === null ? ', or run it as root' : `, or allow them with: ${mend}`}`
    default:
      return `${where}: ${code}`
  }
}

function describeState(folder: string, code: string, reason: string): string {
  const where = `${folder} can't be used`
  switch (code) {
    case 'ENOSPC':
      return `${where}: no space left on the disk. Make room and start again; what is queued there is untouched.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${where}: no right to write there (${code}). Make the folder writable, or keep chain.json in a folder of yours.`
    case 'EEXIST':
    case 'ENOTDIR':
      return `${where}: a file is in its way. Move that away, or keep chain.json in another folder.`
    case 'EISDIR':
      return `${where}: a folder is where a file should be (${reason}). Move it away, or keep chain.json in another folder.`
    default:
      return `${where}: ${reason}`
  }
}

/** Thrown by the library where a chain can't start; `problem` says why. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly problem: StartProblem

  constructor(problem: StartProblem) {
    super(describeStartProblem(problem))
    this.problem = problem
  }
}
