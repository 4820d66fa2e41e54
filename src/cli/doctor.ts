/**
 * `doctor`: can this machine bind each address and port of the chain? And what mends it where not.
 */
import { createServer } from 'node:net'
import type { MtaConfig } from '../config/types.js'
import { padEnd } from '../report/style.js'
import { readChainFile } from './chain-file.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export interface DoctorOptions {
  readonly chain: string
  readonly json: boolean
}

interface Examined {
  readonly name: string
  readonly address: string
  readonly port: number
  /** null where it can be bound, else the system's error code. */
  readonly problem: string | null
}

export async function doctor({ chain, json }: DoctorOptions, output: Output): Promise<ExitStatus> {
  const { config } = await readChainFile(chain)
  const examined = await Promise.all(config.mtas.map(examine))
  const mend = mendOf(examined, process.platform)
  if (json) output.json({ mtas: examined, mend })
  else output.write(describe(examined, mend, output))
  return examined.every(({ problem }) => problem === null) ? 0 : 3
}

function examine({ name, address, port }: MtaConfig): Promise<Examined> {
  const server = createServer()
  return new Promise(resolve => {
    server.once('error', error =>
      resolve({ name, address, port, problem: 'code' in error ? String(error.code) : error.message }),
    )
    server.listen({ host: address, port }, () => server.close(() => resolve({ name, address, port, problem: null })))
  })
}

const meanings: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'this machine does not have the address',
  EADDRINUSE: 'another program listens there',
  EACCES: 'no right to ports below 1024',
}

function describe(examined: readonly Examined[], mend: string | null, { style }: Output): string {
  const widest = Math.max(...examined.map(({ name }) => name.length))
  const lines = examined.map(({ name, address, port, problem }) => {
    const mark = problem === null ? style.green('✔') : style.red('✘')
    const why = problem === null ? '' : `  ${style.red(meanings[problem] ?? problem)}`
    return `${mark} ${padEnd(name, widest)}  ${address}:${port}${why}`
  })
  const end = examined.every(({ problem }) => problem === null) ? ['', 'This machine can run the chain.'] : []
  return [...lines, ...end, ...(mend === null ? [] : ['', 'This mends it:', `  ${mend}`])].join('\n')
}

/** One command for all; null where none is needed, or none can do it. */
export function mendOf(examined: readonly Examined[], platform: NodeJS.Platform): string | null {
  const commands: string[] = []
  const absent = examined.filter(({ problem }) => problem === 'EADDRNOTAVAIL').map(({ address }) => address)
  if (absent.length > 0) commands.push(addAddresses([...new Set(absent)], platform))
  const low = examined.filter(({ problem }) => problem === 'EACCES').map(({ port }) => port)
  if (low.length > 0 && platform === 'linux')
    commands.push(`sudo sysctl net.ipv4.ip_unprivileged_port_start=${Math.min(...low)}`)
  const taken = examined
    .filter(({ problem }) => problem === 'EADDRINUSE')
    .map(({ address, port }) => `-iTCP@${address}:${port}`)
  if (taken.length > 0) commands.push(`lsof -nP -a -sTCP:LISTEN ${taken.join(' ')}`)
  return commands.length > 0 ? commands.join(' && ') : null
}

function addAddresses(addresses: readonly string[], platform: NodeJS.Platform): string {
  const list = addresses.join(' ')
  if (platform === 'darwin') return `for a in ${list}; do sudo ifconfig lo0 alias $a up; done`
  return `for a in ${list}; do sudo ip address add $a dev lo; done`
}
