/**
 * `doctor`: can this machine bind each address and port of the chain? And what mends it where not.
 */
import { createServer } from 'node:net'
import { mendOf, type UnboundSocket } from '../chain/mend.js'
import type { MtaConfig } from '../config/types.js'
import { align } from '../report/table.js'
import { endpoint } from '../report/text.js'
import { readChainFile } from './chain-file.js'
import { type ExitStatus, systemCode } from './exit.js'
import type { Output } from './output.js'

export interface DoctorOptions {
  readonly chain?: string
  readonly json?: boolean
}

interface Examined extends UnboundSocket {
  readonly name: string
}

export async function doctor({ chain, json }: DoctorOptions, output: Output): Promise<ExitStatus> {
  const { config } = await readChainFile(chain)
  const mtas = await Promise.all(config.mtas.map(examine))
  const mend = mendOf(mtas, process.platform)
  if (json) output.json({ mtas, mend })
  else output.write(describe(mtas, mend, output))
  return mtas.every(({ problem }) => problem === null) ? 0 : 3
}

/** Listens there for a moment. */
function examine({ name, address, port }: MtaConfig): Promise<Examined> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', error => resolve({ name, address, port, problem: systemCode(error) ?? error.message }))
    server.listen({ host: address, port }, () => server.close(() => resolve({ name, address, port, problem: null })))
  })
}

function describe(mtas: readonly Examined[], mend: string | null, { style }: Output): string {
  const rows = align(mtas.map(({ name, address, port }) => [name, endpoint(address, port)]))
  const lines = mtas.map((mta, at) => {
    const row = (rows[at] ?? []).join('  ')
    if (mta.problem === null) return `${style.green('✔')} ${row.trimEnd()}`
    return `${style.red('✘')} ${row}  ${style.red(meaning(mta))}`
  })
  const isFine = mtas.every(({ problem }) => problem === null)
  const end = isFine ? ['', 'This machine can run the chain.'] : []
  return [...lines, ...end, ...(mend === null ? [] : ['', 'This mends it:', `  ${mend}`])].join('\n')
}

function meaning({ port, problem }: Examined): string {
  switch (problem) {
    case 'EADDRNOTAVAIL':
      return 'this machine does not have the address'
    case 'EADDRINUSE':
      return `taken, by: lsof -nP -iTCP:${port} -sTCP:LISTEN`
    case 'EACCES':
      return 'no right to ports below 1024: use "port": 2525'
    default:
      return problem ?? ''
  }
}
