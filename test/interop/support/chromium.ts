/**
 * A page as a browser lays it out: in a frame of a given width inside a page of ours that measures it.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

const measured = z.object({
  /** Of the page inside the frame, px. */
  width: z.number(),
  /** Larger where something makes the page scroll sideways. */
  scrollWidth: z.number(),
  /** Elements that reach beyond the frame. */
  wide: z.array(z.string()),
  /** What the page loaded beside itself. */
  loaded: z.array(z.string()),
  /** Whether a script of the page has run. */
  hasRun: z.boolean(),
  text: z.string(),
})

export type Measured = z.infer<typeof measured>

const measure = `
const frame = document.querySelector('iframe')
frame.addEventListener('load', () => {
  const page = frame.contentDocument
  for (const details of page.querySelectorAll('details')) details.open = true
  const width = page.documentElement.clientWidth
  const wide = [...page.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > width + 1)
  const result = {
    width,
    scrollWidth: page.documentElement.scrollWidth,
    wide: wide.slice(0, 5).map(element => element.outerHTML.slice(0, 200)),
    loaded: frame.contentWindow.performance.getEntriesByType('resource').map(entry => entry.name),
    hasRun: frame.contentWindow.hasRun === true,
    text: page.body.innerText,
  }
  document.body.textContent = btoa(encodeURIComponent(JSON.stringify(result)))
})`

/** `page`: its file; all that can be opened in it is open. */
export async function layOut(page: string, width: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-chromium-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const frame = `<iframe src="file://${page}" style="width:${width}px;height:800px;border:0"></iframe>`
  await writeFile(join(folder, 'frame.html'), `<!DOCTYPE html><body>${frame}<script>${measure}</script></body>`)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--allow-file-access-from-files', '--dump-dom']
  const own = [`--user-data-dir=${join(folder, 'profile')}`, `--window-size=${width + 100},900`]
  const args = [...flags, ...own, `file://${join(folder, 'frame.html')}`]
  const { stdout } = await promisify(execFile)('chromium', args, { timeout: 60_000, maxBuffer: 64_000_000 })
  const coded = /<body>([A-Za-z0-9+/=]+)<\/body>/.exec(stdout)?.[1] ?? ''
  return measured.parse(JSON.parse(decodeURIComponent(Buffer.from(coded, 'base64').toString())))
}
