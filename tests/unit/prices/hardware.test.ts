/** The tables of what clouds' instance types have are typed by hand: they agree with the sourced reference history, type by type. */
import { expect, test } from 'vitest'
import { awsGpu } from '../../../ingest/prices/aws-families.ts'
import { azureSize } from '../../../ingest/prices/azure-skus.ts'
import { gcpMachine } from '../../../ingest/prices/gcp-machines.ts'
import { gpuColumns } from '../../../ingest/prices/listing.ts'
import { referencePrices } from '../../../ingest/prices/reference.ts'

const known = [...new Map(referencePrices().prices.map((price) => [`${price.provider} ${price.instance_type}`, price])).values()]
const of = (provider: string) => known.filter((price) => price.provider === provider)

test('AWS: GPU and its memory', () => {
  const types = of('aws')
  expect(types).toHaveLength(62)
  for (const { instance_type, gpu_model, gpu_memory_gib } of types) {
    const gpu = awsGpu(instance_type)
    if (gpu === null || typeof gpu === 'string') expect.unreachable(instance_type)
    const { gpu_model: model, gpu_memory_gib: gib } = gpuColumns('aws', gpu.name, gpu)
    expect([instance_type, model, gib]).toEqual([instance_type, gpu_model, gpu_memory_gib])
  }
})

test('Azure: GPU and its memory, GPUs, vCPUs and memory', () => {
  const types = of('azure')
  expect(types).toHaveLength(22)
  for (const type of types) {
    const size = azureSize(type.instance_type)
    if (size === null || typeof size === 'string') expect.unreachable(type.instance_type)
    const gpu = gpuColumns('azure', size.gpu, { memoryGib: size.gpuMemoryGib, form: size.form })
    expect([type.instance_type, gpu.gpu_model, gpu.gpu_memory_gib, size.gpus, size.vcpus, size.memoryGib]).toEqual([
      type.instance_type,
      type.gpu_model,
      type.gpu_memory_gib,
      type.gpus,
      type.vcpus,
      type.memory_gib
    ])
  }
})

test('Google Cloud: GPU and its memory, GPUs, vCPUs and memory', () => {
  // GPUs attached to N1 machines are no machine types.
  const types = of('gcp').filter(({ instance_type }) => !instance_type.startsWith('n1-'))
  expect(types).toHaveLength(22)
  for (const type of types) {
    const machine = gcpMachine(type.instance_type)
    if (machine === null || typeof machine === 'string') expect.unreachable(type.instance_type)
    const gpu = gpuColumns('gcp', machine.gpu, { memoryGib: machine.gpuMemoryGib })
    expect([type.instance_type, gpu.gpu_model, gpu.gpu_memory_gib, machine.gpus, machine.vcpus, machine.memoryGib]).toEqual([
      type.instance_type,
      type.gpu_model,
      type.gpu_memory_gib,
      type.gpus,
      type.vcpus,
      type.memory_gib
    ])
  }
})
