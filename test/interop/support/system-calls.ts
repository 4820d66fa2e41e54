/**
 * What a program asked the system for, as strace(1) wrote it down.
 */

export interface SystemCall {
  readonly name: string
  /** As strace shows them, `-y`: descriptors with their files. */
  readonly args: string
  readonly result: string
  /** Places in the trace: what ended before another began was before it. */
  readonly began: number
  readonly ended: number
}

// a process number is padded to five places
const whole = /^(\d+) +(\w+)\((.*)\) += (.*)$/
const begun = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (.*)$/

/** Those that ended, in the order in which they did. */
export function readSystemCalls(trace: string): SystemCall[] {
  const calls: SystemCall[] = []
  const open = new Map<string, { readonly args: string; readonly began: number }>()
  for (const [place, line] of trace.split('\n').entries()) {
    const [, pid = '', name = '', args = '', result = ''] =
      whole.exec(line) ?? resumed.exec(line) ?? begun.exec(line) ?? []
    if (begun.test(line)) {
      open.set(pid, { args, began: place })
    } else if (name !== '') {
      const before = resumed.test(line) ? open.get(pid) : undefined
      calls.push({ name, args: (before?.args ?? '') + args, result, began: before?.began ?? place, ended: place })
    }
  }
  return calls
}
