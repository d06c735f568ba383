/**
 * Lambda: on-demand instances, one price for all regions. With `LAMBDA_API_KEY` its API, without the public page.
 * API: https://docs.lambda.ai/api/cloud (GET /api/v1/instance-types): `{data: {<name>: {instance_type: {name, gpu_description, price_cents_per_hour,
 * specs: {vcpus, memory_gib, gpus}}}}}`. Page: a tab for each instance size (`8x`) names a panel with a table of USD per GPU-hour; as
 * https://web.archive.org/web/20260109103934/https://lambda.ai/pricing has it.
 */
import type { HTMLElement } from 'node-html-parser'
import * as v from 'valibot'
import { collected, gpuColumns, listPrice } from './listing.ts'
import { divide, multiply, readDecimal, readPrice } from './money.ts'
import { readCount, readPage, readUsd, textOf, whyNoPrice } from './page.ts'
import { PriceError, type ListPrice, type PriceClient, type PriceSource } from './source.ts'
import { tally, type Tally } from './tally.ts'

const PAGE = 'https://lambda.ai/service/gpu-cloud'
const API = 'https://cloud.lambda.ai/api/v1/instance-types'
const MAX_BYTES = 2_000_000
/** The footnote says: plus applicable sales tax. */
const PRICE_LABEL = /^PRICE\/GPU\/HR\*?$/i

const InstanceType = v.object({
  name: v.string(),
  gpu_description: v.string(),
  price_cents_per_hour: v.unknown(),
  specs: v.object({ vcpus: v.number(), memory_gib: v.number(), gpus: v.number() })
})
const Answer = v.object({ data: v.record(v.string(), v.object({ instance_type: InstanceType })) })

type Instance = {
  readonly name: string
  readonly gpu: string
  readonly gpus: number
  /** GB of one GPU, where it is told apart from its name. */
  readonly gpuMemory: number | null
  readonly vcpus: number | null
  readonly memory: number | null
  readonly usdPerHour: string
}

export const lambda: PriceSource = {
  id: 'lambda',
  title: 'Lambda',
  collect: async ({ client, today, env }) => {
    const key = env['LAMBDA_API_KEY']?.trim()
    const counted = tally()
    const [source, instances] = key ? [API, await fromApi(client, key, counted)] : [PAGE, await fromPage(client, counted)]
    return collected(
      instances.map((instance) => row(source, instance, today)),
      counted,
      source
    )
  }
}

async function fromApi(client: PriceClient, key: string, counted: Tally): Promise<Instance[]> {
  // fetch would print the header that it refuses, and the key with it.
  if (!/^[\x21-\x7e]+$/.test(key)) throw new PriceError('LAMBDA_API_KEY has characters that no key has: look how it was set.')
  const raw = await client
    .json(API, { headers: { authorization: `Bearer ${key}` }, maxBytes: MAX_BYTES })
    .catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new PriceError(`With LAMBDA_API_KEY: ${reason} Without that key the public page is read.`, { cause })
    })
  const answer = v.safeParse(Answer, raw)
  if (!answer.success) throw new PriceError(`${API} changed its shape: ${v.summarize(answer.issues)}`)
  return Object.values(answer.output.data).flatMap(
    ({ instance_type: { name, gpu_description, price_cents_per_hour, specs } }) => {
      const cents = readPrice(price_cents_per_hour)
      const skip = (reason: string) => {
        counted.skip(reason, `${name}: ${JSON.stringify(price_cents_per_hour)}`)
        return []
      }
      if (!Number.isInteger(specs.gpus) || specs.gpus < 1) return skip('without a GPU')
      if (cents === null) return skip(readDecimal(price_cents_per_hour) === '0' ? 'price 0' : 'no price is told')
      return {
        name,
        gpu: gpu_description,
        gpus: specs.gpus,
        gpuMemory: null,
        vcpus: specs.vcpus,
        memory: specs.memory_gib,
        usdPerHour: divide(cents, 100)
      }
    }
  )
}

async function fromPage(client: PriceClient, counted: Tally): Promise<Instance[]> {
  const page = await readPage(client, PAGE)
  const instances: Instance[] = []
  let rows = 0
  for (const { gpus, panel } of panels(page))
    for (const row of panel.querySelectorAll('tr[data-plan]')) {
      rows++
      const cells = new Map(
        row.querySelectorAll('[data-label]').map((cell) => [cell.getAttribute('data-label') ?? '', textOf(cell)])
      )
      const plan = row.getAttribute('data-plan') ?? ''
      if (cells.has('DURATION')) {
        counted.skip('for weeks: a commitment', `${gpus}x ${plan}`)
        continue
      }
      const priced = [...cells].find(([label]) => PRICE_LABEL.test(label))
      if (!priced) throw new PriceError(`${PAGE} changed its shape: the row of ${gpus}x ${plan} has no cell PRICE/GPU/HR.`)
      const usd = readUsd(priced[1])
      if (usd === null) counted.skip(whyNoPrice(priced[1]), `${gpus}x ${plan}: ${priced[1]}`)
      else instances.push(instance(plan, gpus, cells, usd))
    }
  if (rows === 0) throw new PriceError(`${PAGE} changed its shape: it has no table of instances below tabs such as 8x.`)
  return instances
}

/** Panels of tabs that name a number of GPUs. Tables elsewhere price clusters by the week: a commitment, and another product. */
function panels(page: HTMLElement): { readonly gpus: number; readonly panel: HTMLElement }[] {
  return page.querySelectorAll('[role=tab]').flatMap((tab) => {
    const gpus = Number(/^(\d+)x$/.exec(textOf(tab))?.[1] ?? 0)
    const container = tab.closest('[role=tablist]')?.parentNode
    const panel = container?.querySelectorAll('[role=tabpanel]').find(({ id }) => id === tab.getAttribute('aria-controls'))
    return gpus > 0 && panel ? [{ gpus, panel }] : []
  })
}

function instance(plan: string, gpus: number, cells: ReadonlyMap<string, string>, usd: string): Instance {
  const gpu = plan.replace(/^NVIDIA /, '')
  const told = cells.get('VRAM/GPU') ?? ''
  const gpuMemory = / ?GB$/.test(told) ? readCount(told) : null
  const memory = cells.get('RAM') ?? ''
  return {
    // As the page wrote it until 2025, and the reference history does.
    name: `${gpus}x ${gpu}${gpuMemory === null ? '' : ` ${gpuMemory}GB`}`,
    gpu: plan,
    gpus,
    gpuMemory,
    vcpus: readCount(cells.get('vCPUs') ?? ''),
    memory: / ?GiB$/.test(memory) ? readCount(memory) : null,
    usdPerHour: multiply(usd, gpus)
  }
}

function row(source: string, { name, gpu, gpus, gpuMemory, vcpus, memory, usdPerHour }: Instance, today: string): ListPrice {
  return listPrice({
    provider: 'lambda',
    instance_type: name,
    ...gpuColumns('lambda', gpu, { memoryGib: gpuMemory }),
    gpus,
    vcpus,
    memory_gib: memory,
    region: 'global',
    purchase_option: 'on_demand',
    usd_per_hour: usdPerHour,
    observed_on: today,
    source
  })
}
