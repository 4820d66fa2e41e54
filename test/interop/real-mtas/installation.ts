/**
 * What a program needs to be started, written to where enter.sh lays it over this machine's files.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Installation {
  /** Its folder among what was unpacked; null where it is installed on this machine. */
  readonly layer: string | null
  /** By path. */
  readonly files: Readonly<Record<string, string>>
  readonly users: readonly string[]
  /** Shell commands; the last one is the program, in the foreground. */
  readonly start: string
}

export interface Place {
  readonly hostname: string
  readonly address: string
  /** Of that address, and of ::1. */
  readonly port: number
  readonly dns: string
  /** As in the environment's TZ. */
  readonly timeZone: string
}

const unpacked = process.env['MTA_CHAIN_REAL'] ?? '/var/cache/mta-chain/real-mtas'

/** Namespaces with several users, and port 53, are for root. Fails with the command that has them. */
export function requireRoot(): void {
  if (process.getuid?.() !== 0) throw new Error('only root can run the real MTAs: sudo npm run test:interop')
}

/** The folders to lay over this machine's, lowest first. Fails where the program is missing, with what fetches it. */
export function layersOf(name: string, installation: Installation, place: Place, folder: string): readonly string[] {
  const own = writeLayer(join(folder, 'own'), installation, place)
  if (installation.layer === null) return [own]
  const program = join(unpacked, installation.layer)
  if (existsSync(join(program, '.complete'))) return [program, own]
  throw new Error(`${name} is not there: sudo scripts/real-mtas.sh`)
}

/** Its configuration, what tells names and users, and the commands that start it. */
function writeLayer(layer: string, { files, users, start }: Installation, place: Place): string {
  const all = {
    ...files,
    '/start': start,
    '/etc/hostname': `${place.hostname}\n`,
    '/etc/hosts': `127.0.0.1 localhost\n${place.address} ${place.hostname}\n`,
    '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\naliases: files\n',
    '/etc/resolv.conf': `nameserver ${place.dns}\n`,
    '/etc/passwd': withUsers('/etc/passwd', users, id => `${id}:${id}::/:/bin/false`),
    '/etc/group': withUsers('/etc/group', users, id => `${id}:`),
  }
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(layer, path)), { recursive: true })
    writeFileSync(join(layer, path), content)
  }
  return layer
}

/** Their ids are none of this machine's. */
function withUsers(file: string, users: readonly string[], rest: (id: number) => string): string {
  return readFileSync(file, 'utf8') + users.map((user, at) => `${user}:x:${rest(6200 + at)}\n`).join('')
}
