/** An app that is killed: approves the edit that it is given, tells the run's id, and watches until somebody ends it. */
import type { Edit } from '../../src/shared/edit.ts'
import { type LoginData, Pipeline } from './pipeline.ts'

const { login, edit } = JSON.parse(process.argv[2] ?? '') as { login: LoginData; edit: Edit }
const pipeline = new Pipeline(login)
const plan = await pipeline.desk.plan(edit)
const runId = await pipeline.desk.approve(plan.id)
process.stdout.write(`${runId}\n`)
await pipeline.follow(runId)
