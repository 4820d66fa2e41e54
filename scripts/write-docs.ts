/**
 * Runs the commands of docs/ and writes into the pages what they print. A page where nothing differs but what every run
 * differs in (ids, times) stays as it is; any other has all its outputs from one run. Names of pages may be given.
 */
import { writeFileSync } from 'node:fs'
import { buildPackage } from '../test/cli/support/package.js'
import { masked } from '../test/docs/support/masks.js'
import { withOutputs } from '../test/docs/support/page.js'
import { readPages } from '../test/docs/support/pages.js'
import { play } from '../test/docs/support/play.js'

const wanted = process.argv.slice(2)
const built = await buildPackage()
try {
  for (const { name, path, markdown, steps } of readPages()) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const played = await play(steps, built.folder)
    const isCurrent = played.every(({ command, printed }) => masked(printed) === masked(command.output))
    if (!isCurrent) {
      const outputs = played.map(({ printed }) => printed)
      writeFileSync(path, withOutputs(markdown, outputs))
    }
    console.log(`${isCurrent ? 'as it was' : 'written'}  docs/${name}`)
  }
} finally {
  await built.remove()
}
