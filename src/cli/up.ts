/**
 * `up`: starts the chain and stays until it is told to stop.
 */
import type { Chain } from '../chain/chain.js'
import type { ChainConfig } from '../config/types.js'
import { inBrief } from '../queue/list.js'
import { drawChain } from '../report/chain.js'
import { count } from '../report/quantities.js'
import { endpoint } from '../report/text.js'
import { readChainFile } from './chain-file.js'
import { controlledBy, openControlOrWarn } from './control.js'
import type { ExitStatus } from './exit.js'
import { keepHeapSmall } from './heap.js'
import { httpPlace, openHttpOrFail } from './http.js'
import { aborted, Interruption } from './interruption.js'
import type { Output } from './output.js'
import { drawn, firstOf, startOrFail } from './start.js'

export interface UpOptions {
  readonly chain?: string
  readonly json?: boolean
  /** HOST:PORT. */
  readonly http?: string
  readonly httpToken?: string
}

export async function up({ chain: file, json, ...options }: UpOptions, output: Output): Promise<ExitStatus> {
  const { config, stateFolder } = await readChainFile(file)
  const place = httpPlace(options)
  keepHeapSmall()
  // not SIGHUP: nohup wants it to stay
  const interruption = new Interruption(['SIGINT', 'SIGTERM'])
  try {
    const chain = await startOrFail(config, {
      folder: stateFolder,
      ...(json ? { onEvent: (event, number) => output.line({ number, ...event }) } : {}),
    })
    const asked = controlledBy(chain, stateFolder)
    const http = place && (await openHttpOrFail(place, asked, chain))
    const control = await openControlOrWarn(asked, stateFolder, output)
    reportLeftovers(chain, output)
    reportReady(chain, json === true, http?.url ?? null, output)
    await aborted(interruption.signal, output.unread)
    output.error('mta-chain: stopping, what is under way is finished first. Ctrl-C again ends at once.')
    // before the state folder's lock is given back: what lies there then is the next chain's
    await Promise.all([http?.close(), control?.close()])
    await chain.close()
    reportQueued(chain, config, output)
    return 0
  } finally {
    interruption.close()
  }
}

function reportReady(chain: Chain, json: boolean, url: string | null, output: Output): void {
  const mtas = drawn(chain)
  const { address, port } = firstOf(mtas)
  if (json)
    output.line({ event: 'ready', time: chain.clock.now().toISOString(), mtas, ...(url === null ? {} : { http: url }) })
  else output.write(drawChain(mtas, output.style, output.columns))
  const answer = mtas.length === 1 ? '1 MTA answers' : `${mtas.length} MTAs answer`
  if (url !== null) output.error(`mta-chain: HTTP answers at ${url}`)
  output.error(`mta-chain: ${answer}, send to ${endpoint(address, port)}. Ctrl-C stops.`)
}

function reportLeftovers({ leftovers }: Chain, output: Output): void {
  const { queued, failed } = leftovers
  if (failed > 0) output.error(`mta-chain: ${count(failed, 'message')} failed, the report to the sender is made now.`)
  if (queued > 0) output.error(`mta-chain: ${count(queued, 'message')} from the last time, tried now.`)
  for (const { key, reason } of leftovers.setAside) {
    output.error(`mta-chain: the spool's ${key} can't be read (${reason}): set aside, not deleted.`)
  }
  const homeless = leftovers.homeless.length
  if (homeless === 0) return
  const names = [...new Set(leftovers.homeless.map(({ mta }) => mta))].join(', ')
  output.error(
    `mta-chain: the spool holds ${count(homeless, 'message')} of ${names}, which the chain has no more. Put the MTA back to have them sent.`,
  )
}

function reportQueued({ mtas }: Chain, { spool }: ChainConfig, output: Output): void {
  const { queued, failed } = inBrief(mtas.map(({ counts }) => counts))
  if (failed > 0 && spool === 'disk')
    output.error(`mta-chain: ${count(failed, 'message')} failed, the report to the sender is made at the next start.`)
  if (queued === 0) return
  const fate = spool === 'disk' ? 'queued for the next start' : 'lost: the spool was in memory'
  output.error(`mta-chain: ${count(queued, 'message')} ${fate}.`)
}
