/**
 * Before all tests: the package is built once for those that start it in processes of its own.
 */
import type { TestProject } from 'vitest/node'
import { buildPackage } from './package.js'

declare module 'vitest' {
  interface ProvidedContext {
    builtPackage: string
  }
}

export default async function buildOnce(project: TestProject): Promise<() => Promise<void>> {
  const { folder, remove } = await buildPackage()
  project.provide('builtPackage', folder)
  return remove
}
