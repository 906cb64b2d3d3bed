import type { SystemFacts } from './facts.ts'
import { linesOf, textOf, type Answer } from './sections.ts'

const kib = 1024

/** Milliseconds since 1970 by the server's clock. Source: EPOCHREALTIME of bash(1), microseconds behind the point. */
export function parseServerTime(answer: Answer): number {
  return Math.floor(number(pairsOf(answer, 'system').get('time')) * 1000)
}

export function parseSystem(answer: Answer): SystemFacts {
  const pairs = pairsOf(answer, 'system')
  const text = (key: string): string => pairs.get(key) ?? ''
  const [load1, load5, load15] = text('load').split(' ')
  const [diskTotal, diskAvailable] = (linesOf(answer, 'system').findLast((line) => /^disk=\d/.test(line)) ?? '').slice('disk='.length).split(' ')
  return {
    kernelName: text('kernel_name'), kernel: text('kernel'), architecture: text('architecture'), hostname: text('hostname'),
    distribution: parseOsRelease(textOf(answer, 'os-release')),
    // "257.9-1~deb13u1": the first number is what systemd calls its version.
    systemdVersion: /^\d+/.test(text('systemd')) ? Number.parseInt(text('systemd'), 10) : null,
    virtualization: text('virtualization') || 'unknown',
    cpus: number(text('cpus')), load: [number(load1), number(load5), number(load15)],
    uptimeSeconds: number(text('uptime').split(' ')[0]),
    memoryTotalBytes: number(text('MemTotal')) * kib, memoryAvailableBytes: number(text('MemAvailable')) * kib, swapTotalBytes: number(text('SwapTotal')) * kib,
    diskTotalBytes: number(diskTotal), diskAvailableBytes: number(diskAvailable),
    ipv6: text('ipv6') === '1',
    rebootRequired: text('reboot_required') === '1',
    cloudInit: parseCloudInit(textOf(answer, 'cloud-init')),
    outgoingMail: answer.sections.has('mail') ? linesOf(answer, 'mail').length > 0 : null,
  }
}

/** Source: os-release(5): shell assignments, values perhaps in quotes. */
export function parseOsRelease(text: string): SystemFacts['distribution'] {
  const values = new Map(text.split('\n').flatMap((line) => {
    const match = /^([A-Z_]+)=(["']?)(.*)\2$/.exec(line.trim())
    return match === null ? [] : [[match[1] ?? '', (match[3] ?? '').replaceAll(/\\(.)/g, '$1')] as const]
  }))
  const value = (key: string): string => values.get(key) ?? ''
  return { id: value('ID'), version: value('VERSION_ID'), codename: value('VERSION_CODENAME'), name: value('PRETTY_NAME') || value('NAME') }
}

/** One of done, error, running, disabled, absent. Source: cloud-init's result.json, `{"v1": {"errors": [...]}}`. */
function parseCloudInit(text: string): string {
  if (!text.startsWith('done')) return text.trim() || 'absent'
  return /"errors":\s*\[\s*[^\s\]]/.test(text) ? 'error' : 'done'
}

/** Kernel settings by key. */
export function parseKernelSettings(answer: Answer): Map<string, string> {
  return pairsOf(answer, 'kernel-settings')
}

function pairsOf(answer: Answer, section: string): Map<string, string> {
  return new Map(linesOf(answer, section).map((line) => {
    const at = line.indexOf('=')
    return [line.slice(0, at), line.slice(at + 1)] as const
  }))
}

function number(text: string | undefined): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : 0
}
