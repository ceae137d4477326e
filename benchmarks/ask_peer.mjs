// node ask_peer.mjs SIMULATOR QUESTIONS TIMES: the same as ask_mlgov.py, with the simulator.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const { runUnsafeSimulation } = await import(pathToFileURL(process.argv[2]))
const { policies, requests } = JSON.parse(readFileSync(process.argv[3]))
const times = Number(process.argv[4])
const simulations = requests.map(({ action, resource, context }) => ({
  identityPolicies: policies,
  serviceControlPolicies: [],
  resourceControlPolicies: [],
  request: {
    principal: 'arn:aws:iam::111122223333:role/asking',
    action,
    resource: { resource, accountId: '111122223333' },
    contextVariables: context,
  },
}))

let allowed = 0
const started = process.cpuUsage()
for (let round = 0; round < times; round++) {
  for (const simulation of simulations) {
    if (runUnsafeSimulation(simulation, {}) === 'Allowed') allowed++
  }
}
const used = process.cpuUsage(started)
const rate = (times * simulations.length) / ((used.user + used.system) / 1e6)
console.log(JSON.stringify({ allowed, requests_per_s: Math.round(rate) }))
