/**
 * `watch`: what happens in a running chain, as it happens.
 */
import { statusSchema } from '../control/answers.js'
import { ask, follow } from '../control/client.js'
import { numberedSchema } from '../control/happening-answers.js'
import { count } from '../report/quantities.js'
import { printableJson } from '../report/text.js'
import { Watch } from '../report/watch.js'
import { type ControlOptions, controlled } from './control.js'
import { CommandFailure, type ExitStatus } from './exit.js'
import { Interruption } from './interruption.js'
import type { Output } from './output.js'

export interface WatchOptions extends ControlOptions {
  readonly mta?: string
  readonly from?: string
  readonly to?: string
}

/** Ends with 0 when it is told to, when nobody reads any more, and when the chain ends. */
export async function watch({ json, ...options }: WatchOptions, output: Output): Promise<ExitStatus> {
  const interruption = new Interruption(['SIGINT', 'SIGTERM'])
  const over = AbortSignal.any([interruption.signal, output.unread])
  try {
    const { mtas } = await controlled(options, folder => ask(folder, { method: 'GET', path: '/status' }, statusSchema))
    const { mta } = options
    if (mta !== undefined && !mtas.some(({ name }) => name === mta))
      throw new CommandFailure(
        2,
        `--mta: the chain has no ${mta}, expected one of ${mtas.map(({ name }) => name).join(', ')}`,
      )
    const shown = new Watch(mtas, options, output.style)
    await controlled(options, folder =>
      follow(folder, { method: 'GET', path: '/events' }, numberedSchema, over, {
        opened: () => output.error(`mta-chain: watching ${count(mtas.length, 'MTA')}. Ctrl-C ends.`),
        async take(event) {
          const { wanted, text } = shown.take(event)
          const line = json ? printableJson(JSON.stringify(event)) : text
          if (wanted && line !== null) await output.paced(line)
        },
      }),
    )
    if (!over.aborted) output.error('mta-chain: the chain has ended.')
    return 0
  } finally {
    interruption.close()
  }
}
