/** What there was to rent, by day: made of the probes of providers and of the leases on chain. */
import { col, opt } from './tables.ts'

const day = col('DATE', 'UTC day; the last one may not be over')

export const SUPPLY = {
  provider_days: {
    row: 'a day of a provider, from the first probe of the network on',
    columns: {
      provider: col('VARCHAR', 'Provider address'),
      day,
      registered: col('BOOLEAN', 'It has a record on chain at the end of the day'),
      day_s: col('DOUBLE', 'Length of the day, up to the last probe of all', 'seconds'),
      probes: col('INTEGER', 'Attempts to reach it', 'probes'),
      failed: col('INTEGER', 'Attempts that failed', 'probes'),
      seen_at: opt('TIMESTAMP', 'Last successful probe up to the end of the day'),
      seen: col('BOOLEAN', 'It answered in the last 24 hours of the day'),
      online: opt('BOOLEAN', 'Its last probe, at most 25 hours before the end of the day, succeeded; NULL without one'),
      known_s: col('DOUBLE', 'Part of the day that lies at most 25 hours after a probe', 'seconds'),
      online_s: col(
        'DOUBLE',
        'Of these, those between successful probes; of the time between one that succeeded and one that failed, half',
        'seconds'
      ),
      gpus: opt('INTEGER', 'GPUs in its last successful answer up to the end of the day', 'GPUs'),
      gpus_allocatable: opt(
        'DOUBLE',
        'GPUs that leases can have while it is online, mean over known_s; NULL when unknown',
        'GPUs'
      ),
      gpus_allocated: opt('DOUBLE', 'GPUs that they have by its own count while it is online, mean over known_s', 'GPUs'),
      gpus_leased: opt(
        'DOUBLE',
        'GPUs in its active leases on chain, mean over the day; NULL beyond the last block indexed',
        'GPUs'
      )
    }
  },
  supply_days: {
    row: 'a day of a GPU model, from the first probe of the network on',
    columns: {
      day,
      gpu_model: opt('VARCHAR', '`vendor/model` in lower case; NULL where a provider does not tell it'),
      providers_registered: col(
        'INTEGER',
        'Registered providers that had this model in their last successful answer',
        'providers'
      ),
      providers_seen: col('INTEGER', 'Of these, those that answered in the last 24 hours of the day', 'providers'),
      providers_online: col('INTEGER', 'Of these, those whose last probe succeeded', 'providers'),
      gpus_registered: col(
        'INTEGER',
        'GPUs in the last successful answers of registered providers, at the end of the day',
        'GPUs'
      ),
      gpus_seen: col('INTEGER', 'Of these, those of providers that answered in the last 24 hours', 'GPUs'),
      gpus_online: col('INTEGER', 'Of these, those of providers whose last probe succeeded', 'GPUs'),
      gpus_free: opt(
        'INTEGER',
        'Of these, those that no lease has, by the count of the providers; NULL where none tells it',
        'GPUs'
      ),
      leasable_1: col(
        'INTEGER',
        'Online GPUs that placements of 1 GPU can have: with the usual CPU and memory of a lease of this model they fit one node',
        'GPUs'
      ),
      leasable_2: col('INTEGER', 'The same for placements of 2 GPUs', 'GPUs'),
      leasable_4: col('INTEGER', 'The same for placements of 4 GPUs', 'GPUs'),
      leasable_8: col('INTEGER', 'The same for placements of 8 GPUs', 'GPUs'),
      gpus_allocatable: opt('DOUBLE', 'GPUs of online providers, mean over the time of the day that is known', 'GPUs'),
      gpus_allocated: opt(
        'DOUBLE',
        'GPUs that leases have by the count of the providers, mean over the time of the day that is known',
        'GPUs'
      ),
      gpus_leased: opt('DOUBLE', 'GPUs in active leases on chain, mean over the day; NULL beyond the last block indexed', 'GPUs'),
      gpus_leased_online: opt(
        'DOUBLE',
        'Of these, those of providers whose supply is known, for the part of the day that they were online: what gpus_allocatable is set against',
        'GPUs'
      )
    }
  }
} as const
