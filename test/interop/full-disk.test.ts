/**
 * A disk that is full, for real: a small tmpfs, in a mount namespace that goes with its process.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('./support/full-disk-program.ts', import.meta.url))

function unshare(command: string, ...args: readonly string[]) {
  // the shell's own $0 is the first argument
  return spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', command, 'sh', ...args], { encoding: 'utf8' })
}

function run(scenario: string, size: string): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'mta-chain-full-'))
  onTestFinished(() => rmdirSync(folder))
  const command = `mount -t tmpfs -o size=${size} tmpfs "$1" && exec "$2" --import tsx "$3" "$4" "$1"`
  const { status, stdout, stderr } = unshare(command, folder, process.execPath, program, scenario)
  if (status !== 0) throw new Error(`${scenario} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout)
}

const scenarios: [what: string, scenario: string, found: unknown, size: string][] = [
  [
    'the spool refuses what it has no room for, and has all it has acknowledged, also after a restart',
    'spool',
    {
      refused: true,
      lastWhileFull: false,
      takenAfter: 2,
      missing: 0,
      tooMany: 0,
      setAside: 0,
      damaged: 0,
      withoutItem: 0,
    },
    '6m',
  ],
  [
    'a chain under load, ten times: what got 250 arrives once and whole, what did not got 452',
    'load',
    {
      flaws: [],
      missing: [],
      twice: [],
      refusals: [expect.stringMatching(/^452 4\.3\.1 /)],
      left: [],
    },
    '16m',
  ],
  [
    'a chain does not start, says why, and starts when there is room',
    'start',
    { problem: expect.objectContaining({ kind: 'state', code: 'ENOSPC' }), opened: true },
    '6m',
  ],
  [
    'the journal tells it once, and goes on when there is room',
    'journal',
    { failures: 1, first: true, last: true },
    '6m',
  ],
  [
    'a delivery rejects, leaves nothing in tmp/, and succeeds when there is room',
    'maildir',
    { failure: 'ENOSPC', tmp: [], delivered: 2 },
    '6m',
  ],
  [
    'a client gets 452, and 250 when there is room',
    'chain',
    {
      refusal: expect.stringContaining('452 4.3.1'),
      delivered: 1,
      left: ['journal.jsonl', 'mailbox', 'spool'],
    },
    '6m',
  ],
]

beforeAll(() => {
  const { status, error, stderr } = unshare('mount -t tmpfs -o size=1m tmpfs /mnt')
  if (status !== 0) throw new Error(`no small file system can be mounted here (${error?.message ?? stderr.trim()})`)
})

test.each(scenarios)('%s', (_, scenario, expected, size) => {
  expect(run(scenario, size)).toEqual(expected)
})
