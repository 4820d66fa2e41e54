/**
 * An empty folder with a chain.json, and addresses that no other test has, at this moment or in this process.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { freshAddress } from '../../support/fresh-address.js'

/** Another one than processes have whose addresses are the same; below those that the system gives out itself. */
export const port = 20_000 + ((process.pid >> 8) & 8_191)

export interface Workspace {
  readonly folder: string
  /** Of its MTAs, in travel order. */
  readonly addresses: readonly string[]
  readonly chain: string
  readonly path: (...names: readonly string[]) => string
  /** Resolves with the file's path. */
  readonly write: (name: string, content: string | Uint8Array) => Promise<string>
  /** Names in a folder, in order. */
  readonly list: (name?: string) => Promise<string[]>
}

const names = ['first', 'second', 'last']

export interface MtaEntry {
  readonly [key: string]: unknown
}

/** `mtas`: what each has beside name and address; `chain`: what chain.json has beside port and MTAs. */
export async function workspace(mtas: readonly MtaEntry[] = [{}, {}], chain: object = {}): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'mta-chain-cli-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const entries = mtas.map((mta, at) => ({ name: names[at] ?? `mta-${at + 1}`, address: freshAddress(), ...mta }))
  const path = (...parts: readonly string[]): string => join(folder, ...parts)
  const file = path('chain.json')
  await writeFile(file, JSON.stringify({ port, ...chain, mtas: entries }, null, 2))
  return {
    folder,
    addresses: entries.map(({ address }) => String(address)),
    chain: file,
    path,
    async write(name, content) {
      await writeFile(path(name), content)
      return path(name)
    },
    list: async (name = '.') => (await readdir(path(name))).toSorted(),
  }
}

/** A small message; `subject` tells it from others. */
export function message(subject = 'Hello'): string {
  return [
    'From: a@example.test',
    'To: b@example.test',
    `Subject: ${subject}`,
    'Date: Tue, 24 Nov 2026 10:00:00 +0000',
    '',
    'Hi there',
    '',
  ].join('\r\n')
}
