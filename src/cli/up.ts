/**
 * `up`: starts the chain and stays until it is told to stop.
 */
import type { Chain } from '../chain/chain.js'
import type { JournalEvent } from '../journal/event.js'
import { drawChain } from '../report/chain.js'
import { count } from '../report/style.js'
import { readChainFile, startChainOrFail } from './chain-file.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

export interface UpOptions {
  readonly chain: string
  readonly json: boolean
}

export async function up({ chain: file, json }: UpOptions, output: Output): Promise<ExitStatus> {
  const { config, stateFolder } = await readChainFile(file)
  const onEvent = (event: JournalEvent): void => output.line(event)
  const chain = await startChainOrFail(config, { folder: stateFolder, ...(json ? { onEvent } : {}) })
  const stopped = signalled()
  reportLeftovers(chain, output)
  const mtas = chain.mtas.map(({ config: mta, port }) => ({ name: mta.name, address: mta.address, port }))
  if (json) output.line({ event: 'ready', time: new Date().toISOString(), mtas })
  else output.write(drawChain(mtas, output.style))
  const [first] = mtas
  output.error(
    `mta-chain: ${count(mtas.length, 'MTA')} answer, send to ${first?.address}:${first?.port}. Ctrl-C stops.`,
  )
  await stopped
  output.error('mta-chain: stopping, what is under way is finished first. Ctrl-C again ends at once.')
  await chain.close()
  const queued = chain.mtas.reduce((sum, mta) => sum + mta.queued.length, 0)
  if (queued > 0) output.error(`mta-chain: ${count(queued, 'message')} stay queued for the next start.`)
  return 0
}

/** Resolves with the first SIGINT or SIGTERM; the second one ends the process. */
function signalled(): Promise<void> {
  return new Promise(resolve => {
    let told = false
    const stop = (): void => {
      if (told) process.exit(1)
      told = true
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}

function reportLeftovers({ mtas, leftovers }: Chain, output: Output): void {
  const queued = mtas.reduce((sum, mta) => sum + mta.queued.length, 0)
  if (queued > 0) output.error(`mta-chain: ${count(queued, 'message')} from the last time are tried now.`)
  for (const { key, reason } of leftovers.setAside) {
    output.error(`mta-chain: the spool's ${key} can't be read (${reason}): set aside, not deleted.`)
  }
  const homeless = new Set(leftovers.homeless.map(({ mta }) => mta))
  if (homeless.size > 0) {
    const names = [...homeless].join(', ')
    output.error(
      `mta-chain: ${count(leftovers.homeless.length, 'message')} wait in the spool for ${names}, which chain.json does not have any more. Put the MTA back to have them sent.`,
    )
  }
}
