/**
 * The command that lets this machine listen where it can't.
 */

export interface UnboundSocket {
  readonly address: string
  readonly port: number
  /** The system's error code; null where it can be bound. */
  readonly problem: string | null
}

/** One command for all; null where none is needed, or none can do it: a port that is taken must be given up by its user. */
export function mendOf(sockets: readonly UnboundSocket[], platform: NodeJS.Platform): string | null {
  const absent = sockets.filter(({ problem }) => problem === 'EADDRNOTAVAIL').map(({ address }) => address)
  const low = sockets.filter(({ problem }) => problem === 'EACCES').map(({ port }) => port)
  const commands = [...addAddresses([...new Set(absent)], platform), ...allowPorts(low, platform)]
  return commands.length > 0 ? commands.join(' && ') : null
}

function addAddresses(addresses: readonly string[], platform: NodeJS.Platform): string[] {
  if (addresses.length === 0 || platform === 'win32') return []
  const add = platform === 'linux' ? 'ip address add $a dev lo' : 'ifconfig lo0 alias $a up'
  if (addresses.length > 1) return [`for a in ${addresses.join(' ')}; do sudo ${add}; done`]
  return [`sudo ${add.replace('$a', addresses[0] ?? '')}`]
}

/** Elsewhere than on Linux only root may, and some let anybody. */
function allowPorts(ports: readonly number[], platform: NodeJS.Platform): string[] {
  if (ports.length === 0 || platform !== 'linux') return []
  return [`sudo sysctl net.ipv4.ip_unprivileged_port_start=${Math.min(...ports)}`]
}
