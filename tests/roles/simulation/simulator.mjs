// An independent IAM simulator behind standard input and output: one request per line of JSON, one answer per line.
// {"set": n, "policies": {...}} keeps policies under a number; {"set": n, "request": {...}, "checked": bool} asks.
// `checked` asks through the simulator's own front door, which knows every action and condition key of AWS and leaves
// out keys that the action does not have; without it, any action and key goes.
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

const { runSimulation, runUnsafeSimulation } = await import(pathToFileURL(process.argv[2]))
const sets = new Map()

async function answer({ set, policies, request, checked }) {
  if (policies) {
    sets.set(set, policies)
    return null
  }
  const simulation = { serviceControlPolicies: [], resourceControlPolicies: [], ...sets.get(set), request }
  if (!checked) {
    return { result: runUnsafeSimulation(simulation, {}) }
  }
  const found = await runSimulation(simulation, {})
  if (found.resultType === 'error') {
    return { error: found.errors }
  }
  return { result: found.overallResult, ignored: found.result?.ignoredContextKeys ?? [] }
}

for await (const line of createInterface({ input: process.stdin })) {
  let told
  try {
    told = await answer(JSON.parse(line))
  } catch (error) {
    told = { error: String(error) }
  }
  process.stdout.write(JSON.stringify(told) + '\n')
}
